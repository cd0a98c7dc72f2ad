"""The same training with `zero_grad` and without it: what a step does with the sum of all gradients (chapter 4)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.gradients.settings import Settings
from core.fields import FIFTY, batch_size
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import ModelName, flatten, forward, init_params
from core.nn.training import epoch_orders
from core.words import format_any, format_number, join_words

STEPS = 100
START = 3.0  # of x², at which its slope is 6
NUDGE = 1e-5  # by about which share of themselves a second run's first parameters differ: as much as rounding does
APART = 0.005  # losses that differ by more have parted: one of the 200 validation digits built in is worth as much


@dataclass(frozen=True, kw_only=True)
class Descent:
    """One training; S steps on P parameters."""

    losses: Array  # (S+1,): on the validation digits, or of x
    lengths: Array  # (S,): of `.grad` when the step used it
    accuracy: float | None  # at the end, on the validation digits
    parameters: Array  # (P,): at the end


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The same training from the parameters of a seed, and from others that differ by `NUDGE`."""

    run: Descent
    nudged: Descent

    @property
    def parted(self) -> int | None:
        """The step from which on the two are different runs: rounding decides what is shown. None if they are not."""
        a, b = self.run.losses, self.nudged.losses
        with np.errstate(invalid="ignore"):
            apart = np.flatnonzero(np.abs(a - b) > APART * np.maximum(1, np.abs(a)))
        return int(apart[0]) if len(apart) else None


@dataclass(frozen=True, kw_only=True)
class ZeroOrNot:
    """The same training with `zero_grad` and without it."""

    task: str
    learning_rate: float
    zeroed: Pair
    forgotten: Pair

    @property
    def sure(self) -> int:
        """How many losses of both runs, from the first one on, do not rest on rounding."""
        steps = len(self.zeroed.run.losses)
        return min(steps if pair.parted is None else pair.parted for pair in (self.zeroed, self.forgotten))

    @property
    def low(self) -> int:
        """The step of the lowest loss without `zero_grad`, among those that do not rest on rounding."""
        return int(_or_infinite(self.forgotten.run.losses[: self.sure]).argmin())

    def highest_after(self, descent: Descent) -> float:
        """The highest loss from step `low` on, likewise; ∞ where it is no number."""
        return float(_or_infinite(descent.losses[self.low : self.sure]).max())

    @property
    def rises(self) -> bool:
        """Whether the loss without `zero_grad` clearly rises again."""
        lowest = self.forgotten.run.losses[self.low]
        return self.low > 0 and self.highest_after(self.forgotten.run) > 2 * lowest

    def findings(self) -> list[str]:
        zeroed, forgotten = self.zeroed.run, self.forgotten.run
        ends = (
            f"After {len(zeroed.lengths)} steps with learning rate {self.learning_rate:g} the :red[loss] is "
            f"**{format_any(zeroed.losses[-1], 3)}** with `zero_grad` and "
            f"**{format_any(forgotten.losses[-1], 3)}** without; it started at {format_any(zeroed.losses[0], 3)}."
        )
        if zeroed.accuracy is not None and forgotten.accuracy is not None:
            shares = format_number(zeroed.accuracy, 3), format_number(forgotten.accuracy, 3)
            ends += f" The :blue[accuracy] is {join_words(shares)}."
        lengths = (
            f"The step used a `.grad` of length {format_any(zeroed.lengths[0], 2)} at the start; at the end it is "
            f"{format_any(zeroed.lengths[-1], 2)} with `zero_grad`, {format_any(forgotten.lengths[-1], 2)} without."
        )
        return [ends, *self._chance(), *self._verdict(), lengths]

    def _chance(self) -> list[str]:
        """Which of the two ends are decided by rounding."""
        parts = [
            f"{name} `zero_grad` from about step {pair.parted} on ({format_any(pair.nudged.losses[-1], 3)} at the end)"
            for name, pair in (("with", self.zeroed), ("without", self.forgotten))
            if pair.parted is not None
        ]
        if not parts:
            return []
        return [
            "The end is chance: first parameters that differ by a hundred-thousandth of themselves give "
            f"another loss, {join_words(parts)}. Two computers part there."
        ]

    def _verdict(self) -> list[str]:
        """Whether forgetting it overshot, and whether it even helped; as far as that does not rest on rounding."""
        zeroed, forgotten = self.zeroed.run, self.forgotten.run
        ahead = self.sure == len(zeroed.losses) and forgotten.losses[-1] < 0.95 * zeroed.losses[-1]
        sentences = []
        if self.rises:
            high = self.highest_after(forgotten)
            stays = self.highest_after(zeroed)
            beside = f"; with it, it is {format_any(stays, 3)} at most there" if stays < 0.8 * high else ""
            sentences.append(
                f"Without it, the loss is down to {format_any(forgotten.losses[self.low], 3)} after {self.low} steps, "
                f"and up again to {format_any(high, 3)} later{beside}. `.grad` is the sum of all gradients so far, so "
                "the steps go on in the old direction where they should turn."
            )
        if ahead:
            sentences.append(
                f"{'At the end it is lower all the same' if self.rises else 'Here forgetting it even helps'}: summed "
                "gradients act like a momentum of 1 and a larger learning rate, and the steps with `zero_grad` are too "
                "few or too short for this task. It is still another algorithm than the one you wrote."
            )
        return [" ".join(sentences)] if sentences else []

    def numbers(self) -> Numbers:
        values: Numbers = {"first loss": float(self.zeroed.run.losses[0])}
        for name, pair in (("with", self.zeroed), ("without", self.forgotten)):
            values[f"last loss {name} zero_grad"] = float(pair.run.losses[-1])
            values[f"highest loss afterwards {name} zero_grad"] = self.highest_after(pair.run)
            if pair.run.accuracy is not None:
                values[f"accuracy {name} zero_grad"] = pair.run.accuracy
        lowest = float(self.forgotten.run.losses[self.low])
        return values | {"lowest loss without zero_grad": lowest, "step of the lowest loss": self.low}

    def table(self) -> Table:
        return {
            "step": np.arange(len(self.zeroed.run.losses)),
            "loss with zero_grad": self.zeroed.run.losses,
            "loss without": self.forgotten.run.losses,
        }


def _or_infinite(losses: Array) -> Array:
    """The losses with ∞ where they are no number."""
    return np.where(np.isnan(losses), np.inf, losses)


def descend(
    params: list[Tensor],
    batch_loss: Callable[[int, list[Tensor]], Tensor],
    measured_loss: Callable[[list[Tensor]], Tensor],
    learning_rate: float,
    zero_grad: bool,
) -> tuple[Array, Array]:
    """`STEPS` steps on `params`, in place; the measured loss before and after each, and the length of its `.grad`."""
    losses, lengths = [], []
    for step in range(STEPS):
        with torch.no_grad():
            losses.append(measured_loss(params).item())
        batch_loss(step, params).backward()
        with torch.no_grad():
            lengths.append(flatten([p.grad for p in params]).norm().item())  # type: ignore[misc]
            for p in params:
                p -= learning_rate * p.grad  # type: ignore[operator]
                if zero_grad:
                    p.grad.zero_()  # type: ignore[union-attr]
    with torch.no_grad():
        losses.append(measured_loss(params).item())
    return np.array(losses), np.array(lengths)


def train_square(learning_rate: float, zero_grad: bool, nudge: float = 0.0) -> Descent:
    """x² from x = 3, or from near there."""
    (x,) = nudged([torch.tensor([START])], nudge)
    losses, lengths = descend(
        [x], lambda _, p: (p[0] ** 2).sum(), lambda p: (p[0] ** 2).sum(), learning_rate, zero_grad
    )
    return Descent(losses=losses, lengths=lengths, accuracy=None, parameters=x.detach().numpy())


def nudged(params: list[Tensor], nudge: float) -> list[Tensor]:
    """The parameters, marked, each of them moved by about the share `nudge` of itself at random."""
    generator = torch.Generator().manual_seed(0)
    return [(p * (1 + nudge * torch.randn(p.shape, generator=generator))).requires_grad_() for p in params]


def train_model(
    model: ModelName,
    learning_rate: float,
    zero_grad: bool,
    size: int,
    seed: int,
    digits: Digits,
    nudge: float = 0.0,
) -> Descent:
    """The linear model from the book's `randn`, or `simple_net` from `nn.Linear`'s start; or from near it."""
    params = nudged(init_params(model, "randn" if model == "linear" else "uniform", seed), nudge)
    epochs = -(-STEPS * size // len(digits.x_train)) + 1
    orders = [order for order in epoch_orders(len(digits.x_train), epochs, True, seed) if order is not None]
    order = torch.cat(orders)[: STEPS * size]
    xs, ys = digits.x_train[order].split(size), digits.y_train[order].split(size)

    def batch_loss(step: int, p: list[Tensor]) -> Tensor:
        return mnist_loss(forward(model, xs[step], p), ys[step])

    def valid_loss(p: list[Tensor]) -> Tensor:
        return mnist_loss(forward(model, digits.x_valid, p), digits.y_valid)

    losses, lengths = descend(params, batch_loss, valid_loss, learning_rate, zero_grad)
    with torch.no_grad():
        accuracy = batch_accuracy(forward(model, digits.x_valid, params), digits.y_valid).item()
    return Descent(losses=losses, lengths=lengths, accuracy=accuracy, parameters=flatten(params).detach().numpy())


def square(settings: Settings) -> ZeroOrNot:
    """x² from the same start, with `zero_grad` and without it."""
    rate = settings.learning_rate

    def twice(zero_grad: bool) -> Pair:
        return Pair(run=train_square(rate, zero_grad), nudged=train_square(rate, zero_grad, NUDGE))

    return ZeroOrNot(task="square", learning_rate=rate, zeroed=twice(True), forgotten=twice(False))


def digits_model(settings: Settings) -> ZeroOrNot:
    """The model on the digits from the same start, with the same mini-batches, with `zero_grad` and without it."""
    model: ModelName = "relu" if settings.task == "relu" else "linear"
    rate, size, digits = settings.learning_rate, batch_size(FIFTY, settings.digits), load(settings.digits)

    def twice(zero_grad: bool) -> Pair:
        run, nudged = (
            train_model(model, rate, zero_grad, size, settings.seed, digits, nudge) for nudge in (0.0, NUDGE)
        )
        return Pair(run=run, nudged=nudged)

    return ZeroOrNot(task=model, learning_rate=rate, zeroed=twice(True), forgotten=twice(False))
