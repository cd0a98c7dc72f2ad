"""What a model does whose loss has no sigmoid: the same training with it and without (chapter 4, "Sigmoid")."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.sigmoid.settings import Settings
from core.fields import FIFTY, batch_size
from core.nn.losses import batch_accuracy, distances
from core.nn.models import flatten, init_params, linear1
from core.nn.training import Recipe, epoch_orders
from core.words import format_number

SHOWN = 200  # validation digits drawn, at most


@dataclass(frozen=True, kw_only=True)
class Training:
    """One training of S steps, measured on the validation digits."""

    losses: Array  # (S+1,)
    accuracy: Array  # (S+1,)
    predictions: Array  # (S+1, m)
    lowest: float  # of all last predictions
    highest: float


@dataclass(frozen=True, kw_only=True)
class TwoTrainings:
    """The same training twice, with the sigmoid and without."""

    learning_rate: float
    targets: Array  # (m,) of the digits that are drawn, at most `SHOWN`
    with_sigmoid: Training
    without: Training

    def findings(self) -> list[str]:
        squashed, free = self.with_sigmoid, self.without
        lowest, highest = (f"{value:,.0f}".replace("-", "−") for value in (free.lowest, free.highest))
        return [
            f"After {len(squashed.losses) - 1} steps with learning rate {self.learning_rate:g}: with the sigmoid the "
            f":red[loss] is **{format_number(squashed.losses[-1], 3)}**, without it "
            f"**{format_number(free.losses[-1], 3)}**, and it would go on falling for ever.",
            f"Without it the :orange[predictions] run from {lowest} to {highest}, with it from "
            f"{format_number(squashed.lowest, 2)} to {format_number(squashed.highest, 3)}.",
            f"The :blue[accuracy] is {format_number(squashed.accuracy[-1], 3)} with and "
            f"{format_number(free.accuracy[-1], 3)} without. So such a loss still points somewhere useful, but every "
            "digit pulls equally hard however right it is already, and its value says nothing about how good the model "
            "is.",
        ]

    def numbers(self) -> Numbers:
        values: Numbers = {}
        for name, training in (("with", self.with_sigmoid), ("without", self.without)):
            values[f"last loss {name} sigmoid"] = float(training.losses[-1])
            values[f"last accuracy {name} sigmoid"] = float(training.accuracy[-1])
        return values

    def table(self) -> Table:
        squashed, free = self.with_sigmoid, self.without
        return {
            "step": np.arange(len(squashed.losses)),
            "loss with": squashed.losses,
            "loss without": free.losses,
            "accuracy with": squashed.accuracy,
            "accuracy without": free.accuracy,
        }


def train_linear(recipe: Recipe, digits: Digits, squash: bool) -> Tensor:
    """The lesson's loop, with or without the sigmoid; the parameters before and after each step, (S+1, 785)."""
    weights, bias = parameters = [p.requires_grad_() for p in init_params("linear", recipe.init, recipe.seed)]
    kept = [flatten(parameters).detach()]
    x, y, size = digits.x_train, digits.y_train, recipe.batch_size
    for order in epoch_orders(len(x), recipe.epochs, True, recipe.seed):
        for xb, yb in zip(x[order].split(size), y[order].split(size), strict=True):
            preds = linear1(xb, [weights, bias])
            preds = preds.sigmoid() if squash else preds
            distances(preds, yb).mean().backward()
            with torch.no_grad():
                for p in parameters:
                    p -= recipe.learning_rate * p.grad  # type: ignore[operator]
                    p.grad.zero_()  # type: ignore[union-attr]
            kept.append(flatten(parameters).detach())
    return torch.stack(kept)


def drawn(values: Tensor) -> Tensor:
    """At most `SHOWN` of the digits, evenly spread: (…, n) → (…, m)."""
    return values[..., :: -(-values.shape[-1] // SHOWN)]


def measured(parameters: Tensor, digits: Digits, squash: bool) -> Training:
    """Loss, accuracy and predictions on the validation digits, of all parameters (S+1, 785)."""
    logits = (digits.x_valid @ parameters[:, :-1].T + parameters[:, -1]).T  # (S+1, n): one matrix product for all
    preds, targets = logits.sigmoid() if squash else logits, digits.y_valid[:, 0]
    return Training(
        losses=distances(preds, targets).mean(1).numpy(),
        accuracy=torch.stack([batch_accuracy(row, targets) for row in logits]).numpy(),
        predictions=drawn(preds).numpy(),
        lowest=preds[-1].min().item(),
        highest=preds[-1].max().item(),
    )


def recipe_of(settings: Settings) -> Recipe:
    """Two epochs from the small start of `nn.Linear`."""
    return Recipe(
        init="uniform",
        learning_rate=settings.learning_rate,
        epochs=2,
        batch_size=batch_size(FIFTY, settings.digits),
        seed=settings.seed,
    )


def experiment(settings: Settings) -> TwoTrainings:
    """The same start and the same mini-batches, with the sigmoid and without."""
    recipe, digits = recipe_of(settings), load(settings.digits)
    squashed, free = (measured(train_linear(recipe, digits, squash), digits, squash) for squash in (True, False))
    return TwoTrainings(
        learning_rate=recipe.learning_rate,
        targets=drawn(digits.y_valid[:, 0]).numpy(),
        with_sigmoid=squashed,
        without=free,
    )
