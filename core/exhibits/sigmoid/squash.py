"""What the sigmoid does to activations, and what it costs (fastbook chapter 4, "Sigmoid").

Each function answers one of the exhibit's questions with a result that can say in words what was found.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits
from core.nn.losses import batch_accuracy, distances
from core.nn.models import linear1
from core.nn.training import Recipe, train
from core.words import format_number

TARGETS = (1, 0, 1)
BOOK = (0.9, 0.4, 0.2)
OUTSIDE = (3.0, -5.0, 10.0)
"""Three predictions for the three targets: the book's, and some that are no probabilities."""


def sigmoid_and_slope(x: Tensor) -> tuple[Tensor, Tensor]:
    """The sigmoid of every x, and its slope there by autograd; two tensors of the shape and precision of `x`."""
    x = x.clone().requires_grad_()
    p = x.sigmoid()
    p.sum().backward()
    return p.detach(), x.grad.detach()


@dataclass(frozen=True)
class Curve:
    """The sigmoid and its slope at F places, in float64."""

    x: Array  # (F,)
    p: Array
    slope: Array

    def findings(self) -> list[str]:
        low, zero, high = 0, int(np.abs(self.x).argmin()), -1
        at = [f"x = {format_number(self.x[i])} becomes {format_number(self.p[i], 3)}" for i in (low, zero, high)]
        small = int(np.abs(self.x - 0.1).argmin())
        return [
            f"The :orange[activation] {', '.join(at)}. What goes to 0 is *very negative*; a small number such as "
            f"{format_number(self.x[small])} stays near a half: {format_number(self.p[small], 3)}.",
            f"The :violet[slope] is p(1 − p). It is largest in the middle, {format_number(self.slope.max())} at "
            f"x = {format_number(self.x[self.slope.argmax()])}: a step moves a prediction at most a quarter as far as its activation. "
            f"At x = {format_number(self.x[high])} it is {format_number(self.slope[high], 3)}.",
        ]

    def numbers(self) -> Numbers:
        return {f"sigmoid of {x:g}": float(p) for x, p in zip(self.x[::80], self.p[::80], strict=True)} | {
            "largest slope": float(self.slope.max())
        }

    def table(self) -> Table:
        return {"x": self.x, "sigmoid": self.p, "slope": self.slope}


def curve() -> Curve:
    """The sigmoid from -8 to 8."""
    x = torch.arange(-160, 161, dtype=torch.float64) / 20
    return Curve(*(t.numpy() for t in (x, *sigmoid_and_slope(x))))


@dataclass(frozen=True)
class Cases:
    """Three predictions for the targets 1, 0, 1, case by case; the third one takes F values."""

    squash: bool
    given: tuple[float, ...]  # the three inputs
    moving: Array  # (F,): the third input
    inputs: Array  # (F, 3)
    predictions: Array  # (F, 3): the inputs, or their sigmoids
    distances: Array  # (F, 3)
    losses: Array  # (F,)
    own: Array  # (3,): the distances of `given`
    lines: tuple[Array, Array]  # (2, F): the distance of any such input for the targets 1 and 0

    @property
    def loss(self) -> float:
        """The loss of the three inputs as given."""
        return float(self.own.mean())

    def findings(self) -> list[str]:
        given = ", ".join(format_number(v) for v in self.given)
        after = " After the sigmoid they" if self.squash else " They"
        off = ", ".join(format_number(v, 3) for v in self.own)
        said = [
            f":orange[{'Activations' if self.squash else 'Predictions'}] {given} for the targets 1, 0, 1.{after} are off by "
            f"{off}: the :red[loss] is their mean, **{format_number(self.loss, 4)}**."
        ]
        if self.loss < 0:
            best = format_number(float(self.losses.min()), 3)
            said.append(
                f"Less than 0 is “better” than perfect: a prediction beyond its target counts as negative distance. Drag "
                f"the third one: the loss falls as far as you go, here to {best}. The fewer limits, the less it means."
            )
        elif self.given == BOOK and not self.squash:
            mended = int(np.abs(self.moving - 0.8).argmin())
            said.append(
                f"Mend the third one, {format_number(self.given[2])} → {format_number(float(self.moving[mended]))}, and it falls to "
                f"**{format_number(float(self.losses[mended]), 4)}**."
            )
        if self.squash:
            low, high = float(self.predictions.min()), float(self.predictions.max())
            said.append(
                f"Whatever the third activation does here, the predictions stay between {format_number(low, 3)} and {format_number(high, 5)}, "
                "so no distance leaves 0 to 1."
            )
        return said

    def numbers(self) -> Numbers:
        own = {f"distance {i + 1}": float(v) for i, v in enumerate(self.own)}
        return {
            "loss": self.loss,
            **own,
            "least loss": float(self.losses.min()),
            "largest loss": float(self.losses.max()),
        }

    def table(self) -> Table:
        columns = {f"distance {i + 1}": self.distances[:, i] for i in range(3)}
        return {"third input": self.moving, "third prediction": self.predictions[:, 2], **columns, "loss": self.losses}


def cases(given: tuple[float, ...], squash: bool) -> Cases:
    """`torch.where` on three predictions, or on three activations that go through the sigmoid first."""
    targets = torch.tensor(TARGETS)
    inside = all(0 <= value <= 1 for value in given)
    moving = torch.arange(101) / 100 if inside else torch.arange(-50, 101) / 10
    inputs = torch.tensor(given).repeat(len(moving), 1)
    inputs[:, 2] = moving

    def predicted(values: Tensor) -> Tensor:
        return values.sigmoid() if squash else values

    off = distances(predicted(inputs), targets)
    lines = [distances(predicted(moving), torch.tensor(target)).numpy() for target in (1, 0)]
    return Cases(
        squash,
        given,
        moving.numpy(),
        inputs.numpy(),
        predicted(inputs).numpy(),
        off.numpy(),
        off.mean(1).numpy(),
        distances(predicted(torch.tensor(given)), targets).numpy(),
        (lines[0], lines[1]),
    )


@dataclass(frozen=True)
class OneLogit:
    """Three items, of which the third one's logit takes F values: the loss, its slope, and the metric."""

    logit: Array  # (F,)
    loss: Array
    slope: Array  # of the loss in the third logit
    accuracy: Array
    predictions: Array  # (F, 3)

    def findings(self) -> list[str]:
        values = [format_number(float(v), 4) for v in np.unique(self.accuracy)]
        jump = self.logit[np.flatnonzero(np.diff(self.accuracy))]
        where = ", ".join(format_number(float(x)) for x in jump)
        steepest, flattest = np.abs(self.slope).max(), np.abs(self.slope).min()
        return [
            f"While the third item's logit goes from {format_number(self.logit[0])} to {format_number(self.logit[-1])}, the :blue[accuracy] "
            f"takes {len(values)} values, {' and '.join(values)}, with one jump just after {where}. Everywhere else its "
            "slope is 0.",
            f"The :red[loss] falls all the way, from {format_number(self.loss[0], 4)} to {format_number(self.loss[-1], 4)}. Its :violet[slope] "
            f"is never 0 here: from {format_number(flattest)} at the ends to {format_number(steepest)} in the middle, in size.",
            "The metric is for people to read; the loss is for the steps, so it must tell better from worse everywhere.",
        ]

    def numbers(self) -> Numbers:
        return {
            "first loss": float(self.loss[0]),
            "last loss": float(self.loss[-1]),
            "steepest slope": float(self.slope.min()),
            "lowest accuracy": float(self.accuracy.min()),
            "highest accuracy": float(self.accuracy.max()),
        }

    def table(self) -> Table:
        return {"logit": self.logit, "loss": self.loss, "slope": self.slope, "accuracy": self.accuracy}


def one_logit() -> OneLogit:
    """Logits whose sigmoids are the book's predictions; the third one moves from -6 to 6."""
    moving = torch.arange(-120, 121, dtype=torch.float64) / 20
    logits = torch.tensor(BOOK, dtype=torch.float64).logit().repeat(len(moving), 1)
    logits[:, 2] = moving
    logits.requires_grad_()
    targets = torch.tensor(TARGETS)
    losses = distances(logits.sigmoid(), targets).mean(1)
    losses.sum().backward()
    with torch.no_grad():
        accuracy = torch.stack([batch_accuracy(row, targets) for row in logits])
        predictions = logits.sigmoid()
    return OneLogit(*(t.detach().numpy() for t in (moving, losses, logits.grad.select(1, 2), accuracy, predictions)))


@dataclass(frozen=True)
class Thresholds:
    """A trained model's validation logits, and its accuracy for F thresholds before and after the sigmoid."""

    marks: dict[str, float]  # accuracy of the four thresholds that people write
    logits: Array  # (n,)
    targets: Array  # (n,)
    before: Array  # (F,): thresholds on the logits
    after: Array  # (F,): their sigmoids, thresholds on the predictions
    accuracy_before: Array  # (F,)
    accuracy_after: Array

    def findings(self) -> list[str]:
        m, n = self.marks, len(self.logits)
        lost = round((m["0 before"] - m["0.5 before"]) * n)
        between = int(((self.logits > 0) & (self.logits <= 0.5)).sum())
        change = f"{abs(lost)} fewer right" if lost > 0 else f"{abs(lost)} more right" if lost else "as many right"
        return [
            f"0 before the sigmoid and 0.5 after it are the same question: :blue[accuracy] **{format_number(m['0 before'], 4)}** and "
            f"**{format_number(m['0.5 after'], 4)}** on {n:,} validation digits.",
            f"The trap is 0.5 *before* the sigmoid: **{format_number(m['0.5 before'], 4)}**, {change}. {between} digits have an "
            "activation between 0 and 0.5; they change sides, and no error says so.",
            f"The other trap is 0 *after* it: every prediction is above 0, so everything is a three, and the accuracy is "
            f"**{format_number(m['0 after'], 4)}**.",
        ]

    def numbers(self) -> Numbers:
        return {f"accuracy, threshold {name} the sigmoid": value for name, value in self.marks.items()}

    def table(self) -> Table:
        return {
            "threshold before": self.before, "accuracy before": self.accuracy_before,
            "threshold after": self.after, "accuracy after": self.accuracy_after,
        }  # fmt: skip


def share_right(values: Tensor, thresholds: Tensor, targets: Tensor) -> Tensor:
    """Accuracy of "a three if above" for every threshold, (F,); `values` and `targets` are (n,)."""
    return ((values[:, None] > thresholds) == (targets[:, None] == 1)).double().mean(0)


def thresholds(recipe: Recipe, digits: Digits) -> Thresholds:
    """Train a little, then judge the validation digits with every threshold."""
    run = train(recipe, digits)
    logits = linear1(digits.x_valid, run.tensors(-1))[:, 0]
    targets = digits.y_valid[:, 0]
    reach = max(0.7, 1.05 * logits.abs().max().item())
    before = torch.linspace(-reach, reach, 161)
    p, after = logits.sigmoid(), before.sigmoid()
    asked = {"0 before": (logits, 0.0), "0.5 before": (logits, 0.5), "0.5 after": (p, 0.5), "0 after": (p, 0.0)}
    marks = {name: share_right(v, torch.tensor([t]), targets).item() for name, (v, t) in asked.items()}
    rights = (share_right(logits, before, targets), share_right(p, after, targets))
    rows = [t.numpy() for t in (logits, targets, before, after, *rights)]
    return Thresholds(marks, *rows)
