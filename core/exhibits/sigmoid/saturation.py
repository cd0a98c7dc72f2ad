"""Where the sigmoid's slope dies, and what a model does that has no sigmoid (fastbook chapter 4, "Sigmoid")."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits
from core.exhibits.sigmoid.squash import sigmoid_and_slope
from core.nn.losses import batch_accuracy, distances
from core.nn.models import flatten, init_params, linear1
from core.nn.training import Recipe, epoch_orders
from core.words import format_number

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
REACH = 110  # x goes so far both ways
WEAK = 0.0025  # a hundredth of the slope in the middle
SHOWN = 200  # validation digits drawn, at most


@dataclass(frozen=True)
class Saturation:
    """The sigmoid's slope far from 0 in one precision, and the activations of a random model's digits."""

    precision: str
    scale: float
    alive: tuple[float, float]  # the outermost x whose slope is not 0
    x: Array  # (F,)
    p: Array  # (F,) in that precision
    rest: Array  # (F,): 1 - p, likewise
    slope: Array  # (F,) likewise, by autograd
    exact: Array  # (F,): the slope in float64
    logits: Array  # (n,) of the random model, times `scale`
    slopes: Array  # (n,): the sigmoid's there, in that precision

    @property
    def dead(self) -> int:
        """Digits whose slope is exactly 0."""
        return int((self.slopes == 0).sum())

    @property
    def weak(self) -> int:
        """Digits whose slope is less than a hundredth of the largest one, 0 included."""
        return int((self.slopes < WEAK).sum())

    def findings(self) -> list[str]:
        low, high = self.alive
        n, model = len(self.logits), "a random model" + (f" with weights × {self.scale:g}" if self.scale != 1 else "")
        return [
            f"In {self.precision} the :violet[slope] is exactly 0 beyond x = **{format_number(high, 4)}**, where p has become 1 and "
            f"1 − p is 0, and below x = **{format_number(low, 4)}**, where p itself is 0.",
            f"On {n:,} training digits, {model} has {self.weak:,} ({self.weak / n:.0%}) with less than a hundredth of the "
            f"largest slope, and **{self.dead:,}** with none at all: from those it learns nothing, right or wrong.",
        ]

    def numbers(self) -> Numbers:
        return {
            "slope 0 below": self.alive[0],
            "slope 0 above": self.alive[1],
            "digits without slope": self.dead,
            "digits with little slope": self.weak,
        }

    def table(self) -> Table:
        return {"x": self.x, "sigmoid": self.p, "slope": self.slope, "slope in float64": self.exact}


@lru_cache(maxsize=8)
def outermost(precision: str, sign: int) -> float:
    """The x farthest from 0 on the side of `sign` whose slope is not exactly 0 in that precision; by halving."""
    alive, dead = 0.0, sign * 1000.0
    for _ in range(64):
        middle = torch.tensor((alive + dead) / 2, dtype=DTYPES[precision])
        if sigmoid_and_slope(middle)[1]:
            alive = middle.item()
        else:
            dead = middle.item()
    return alive


def saturation(precision: str, scale: float, seed: int, digits: Digits) -> Saturation:
    """Follow the slope far from 0, and see how many digits of a random model lie there."""
    dtype = DTYPES[precision]
    x = (torch.arange(-2 * REACH, 2 * REACH + 1) / 2).to(dtype)
    p, slope = sigmoid_and_slope(x)
    exact = sigmoid_and_slope(x.double())[1]
    weights, bias = init_params("linear", "randn", seed)
    logits = linear1(digits.x_train, [weights * scale, bias * scale])[:, 0].to(dtype)
    slopes = sigmoid_and_slope(logits)[1]
    rows = [t.double().numpy() for t in (x, p, 1 - p, slope, exact, logits, slopes)]
    return Saturation(precision, scale, (outermost(precision, -1), outermost(precision, 1)), *rows)


@dataclass(frozen=True)
class TwoTrainings:
    """The same training twice, with the sigmoid and without; S steps, all figures on the validation digits."""

    learning_rate: float
    targets: Array  # (m,) of the digits that are drawn, at most `SHOWN`
    with_sigmoid: "Training"
    without: "Training"

    def findings(self) -> list[str]:
        a, b = self.with_sigmoid, self.without
        return [
            f"After {len(a.losses) - 1} steps with learning rate {self.learning_rate:g}: with the sigmoid the :red[loss] is "
            f"**{format_number(a.losses[-1], 3)}**, without it **{format_number(b.losses[-1], 3)}**, and it would go on falling for ever.",
            f"Without it the :orange[predictions] run from {_whole(b.lowest)} to {_whole(b.highest)}, with it from "
            f"{format_number(a.lowest, 2)} to {format_number(a.highest, 3)}.",
            f"The :blue[accuracy] is {format_number(a.accuracy[-1], 3)} with and {format_number(b.accuracy[-1], 3)} without. So such a loss "
            "still points somewhere useful, but every digit pulls equally hard however right it is already, and its "
            "value says nothing about how good the model is.",
        ]

    def numbers(self) -> Numbers:
        found = {}
        for name, training in (("with", self.with_sigmoid), ("without", self.without)):
            found[f"last loss {name} sigmoid"] = float(training.losses[-1])
            found[f"last accuracy {name} sigmoid"] = float(training.accuracy[-1])
        return found

    def table(self) -> Table:
        a, b = self.with_sigmoid, self.without
        return {
            "step": np.arange(len(a.losses)),
            "loss with": a.losses, "loss without": b.losses,
            "accuracy with": a.accuracy, "accuracy without": b.accuracy,
        }  # fmt: skip


def _whole(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


@dataclass(frozen=True)
class Training:
    """One of them."""

    lowest: float  # of all last predictions
    highest: float
    losses: Array  # (S+1,)
    accuracy: Array  # (S+1,)
    predictions: Array  # (S+1, m)


def train_plainly(recipe: Recipe, digits: Digits, squash: bool) -> Training:
    """The lesson's loop with or without the sigmoid in the loss; the parameters of every step are kept."""
    weights, bias = params = [p.requires_grad_() for p in init_params("linear", recipe.init, recipe.seed)]
    kept = [flatten(params).detach()]
    x, y, size = digits.x_train, digits.y_train, recipe.batch_size
    for order in epoch_orders(len(x), recipe.epochs, True, recipe.seed):
        for xb, yb in zip(x[order].split(size), y[order].split(size), strict=True):
            preds = linear1(xb, [weights, bias])
            preds = preds.sigmoid() if squash else preds
            distances(preds, yb).mean().backward()
            with torch.no_grad():
                for p in params:
                    p -= recipe.learning_rate * p.grad.detach()
                    p.grad.zero_()
            kept.append(flatten(params).detach())
    every = torch.stack(kept)
    logits = (digits.x_valid @ every[:, :-1].T + every[:, -1]).T  # (S+1, n): one matrix product for all steps
    preds, targets = logits.sigmoid() if squash else logits, digits.y_valid[:, 0]
    shown = preds[:, :: -(-len(targets) // SHOWN)]
    accuracy = torch.stack([batch_accuracy(row, targets) for row in logits])
    losses = distances(preds, targets).mean(1)
    rows = [t.numpy() for t in (losses, accuracy, shown)]
    return Training(preds[-1].min().item(), preds[-1].max().item(), *rows)


def two_trainings(recipe: Recipe, digits: Digits) -> TwoTrainings:
    """The same start and the same mini-batches, with the sigmoid and without."""
    shown = digits.y_valid[:: -(-len(digits.y_valid) // SHOWN), 0].numpy()
    first, second = (train_plainly(recipe, digits, squash) for squash in (True, False))
    return TwoTrainings(recipe.learning_rate, shown, first, second)
