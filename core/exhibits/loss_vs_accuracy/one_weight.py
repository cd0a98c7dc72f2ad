"""What loss and accuracy do when one weight of a random model moves (fastbook chapter 4, "MNIST loss function").

Accuracy is a staircase whose jumps are computed, not sampled: see core/nn/staircase.py.
"""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.loss_vs_accuracy.precise import Parameters, distance, logits_and_targets
from core.exhibits.loss_vs_accuracy.settings import Settings
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import init_params, linear1
from core.nn.staircase import correct_change, flip_points, staircase
from core.words import format_number

NUDGE = 1e-4
"""The lesson multiplies a weight by 1.0001, so it moves by this share of itself."""

POSITIONS = 201  # of the moving weight; the middle one is the weight itself


@dataclass(frozen=True, kw_only=True)
class Nudge:
    """What multiplying one weight by 1.0001 changes."""

    loss: float  # in float64
    loss32: float  # in float32, as the lesson computes
    accuracy: float
    flipped: int  # predictions that change side


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """One weight w moves to w * (1 + s), for P shares s; all else stays. K predictions change side somewhere."""

    pixel: int  # whose weight moves
    items: int  # images measured on
    weight: float
    lit: int  # images in which its pixel is not black
    zoom: float  # the largest share
    share: Array  # (P,): s, from -zoom to zoom
    loss: float
    accuracy: float
    loss_change: Array  # (P,)
    correct_change: Array  # (P,) int: images
    flipped: Array  # (P,) int: predictions on another side than at s = 0
    flips: Array  # (K,): every s at which a prediction changes side, ascending
    stairs: tuple[Array, Array]  # see `staircase`
    gradient: Array  # (784,) float32: slope of the loss in every weight
    slope: float  # the same in the moving one
    room: Array  # (784,): how far each weight may move before a prediction changes side; inf where none can
    nudge: Nudge

    @property
    def rise_over_run(self) -> float:
        """Change of the loss over change of the weight, from s = 0 to the last share."""
        return float(self.loss_change[-1] / (self.weight * self.share[-1]))

    @property
    def accuracy_gradient(self) -> Array:
        """Slope of the accuracy in every weight (784,): 0 wherever there is room, none (NaN) on a step's edge."""
        return np.where(self.room > 0, 0.0, np.nan)

    @property
    def nearest(self) -> tuple[float, float]:
        """The nearest flips below and above s = 0; infinite where there is none."""
        below, above = self.flips[self.flips < 0], self.flips[self.flips >= 0]
        return float(below.max(initial=-np.inf)), float(above.min(initial=np.inf))

    def findings(self) -> list[str]:
        if not self.lit:
            return [
                f"Pixel {self.pixel} is black in all {self.items:,} images. Its weight multiplies zeros only, so "
                "whatever it becomes, neither the :red[loss] nor the :blue[accuracy] moves: both slopes are exactly 0."
            ]
        return [self._nudged(), self._first_flips(), self._one_step(), self._flat()]

    @property
    def _far(self) -> str:
        """The end of the sweep, as a factor."""
        return f"×{1 + self.zoom:g}"

    def _nudged(self) -> str:
        return (
            f"Multiplying `weights[{self.pixel}]` by 1.0001 changes the :red[loss] by "
            f"**{format_number(self.nudge.loss)}** (the lesson's float32 shows {format_number(self.nudge.loss32)}) and "
            f"the :blue[accuracy] by **{format_number(self.nudge.accuracy)}**: "
            f"{self.nudge.flipped or 'none'} of {self.items:,} predictions changed side."
        )

    def _first_flips(self) -> str:
        ways = " or ".join(f"×{format_number(1 + s, 4)}" for s in self.nearest if np.isfinite(s))
        flipped, after = int(self.flipped[-1]), self.accuracy + self.correct_change[-1] / self.items
        if not flipped:
            return f"The first prediction changes side at {ways}; up to {self._far} none does."
        return (
            f"The first prediction changes side at {ways}; up to {self._far} it is {flipped:,} of them, "
            f"and the accuracy goes from {self.accuracy:.4f} to {after:.4f}."
        )

    def _one_step(self) -> str:
        return (
            f"The loss's slope in this weight is {format_number(self.slope, 3)} (rise over run up to {self._far}: "
            f"{format_number(self.rise_over_run, 3)}), so a step with learning rate 1 moves it from "
            f"{format_number(self.weight, 5)} to {format_number(self.weight - self.slope, 5)}."
        )

    def _flat(self) -> str:
        """What the staircase means for the gradient, from how far each of the 784 weights may move."""
        slopes = self.accuracy_gradient
        if np.isnan(slopes).any():
            on_edge = np.isnan(slopes).sum()
            return f"The accuracy stands on the edge of a step: it has no slope in {on_edge} of the weights."
        return (
            f"The accuracy's slope is exactly 0 in all {len(slopes)} weights: none can change a prediction before it "
            f"has moved by {format_number(self.room.min())}. A step on accuracy leaves every weight where it is."
        )

    def numbers(self) -> Numbers:
        sides = zip(("below", "above"), self.nearest, strict=True)
        return {
            "digits": self.items,
            "loss": self.loss,
            "accuracy": self.accuracy,
            "change of the loss by 1.0001": self.nudge.loss,
            "the same in float32": self.nudge.loss32,
            "change of the accuracy by 1.0001": self.nudge.accuracy,
            "predictions that changed side": self.nudge.flipped,
            "slope of the loss": self.slope,
            "rise over run": self.rise_over_run,
            "least move that flips one": float(self.room.min()),
            **{f"first flip {side}": 1 + share for side, share in sides if np.isfinite(share)},
        }

    def table(self) -> Table:
        """Every position of the weight."""
        return {
            "factor": 1 + self.share,
            "change of the loss": self.loss_change,
            "change of the accuracy": self.correct_change / self.items,
            "predictions on another side": self.flipped,
        }


def experiment(settings: Settings) -> Sweep:
    """Move one weight of the random model, measured on the training digits."""
    parameters = init_params("linear", "randn", settings.seed)
    return one_weight(parameters, settings.nudged, settings.zoom, load(settings.digits))


def one_weight(parameters: Parameters, pixel: int, zoom: float, digits: Digits) -> Sweep:
    """Move the weight of one pixel by up to `zoom` times itself, and follow the loss and every prediction."""
    x = digits.x_train.numpy()
    logits, targets = logits_and_targets(parameters, digits)
    weight = float(parameters[0][pixel])
    pull = weight * x[:, pixel].astype(np.float64)  # what s = 1 adds to every logit
    share = np.linspace(-1, 1, POSITIONS) * zoom
    flips, gains = flip_points(logits, targets, pull)
    before = distance(logits, targets)
    slopes = (1 - 2 * targets) * before * (1 - before) / len(x)  # of the loss in every logit
    return Sweep(
        pixel=pixel,
        items=len(x),
        weight=weight,
        lit=int(np.count_nonzero(x[:, pixel])),
        zoom=zoom,
        share=share,
        loss=float(before.mean()),
        accuracy=float(((logits > 0) == (targets == 1)).mean()),
        loss_change=(distance(logits + np.outer(share, pull), targets) - before).mean(1),
        correct_change=correct_change(flips, gains, share),
        flipped=np.abs(np.searchsorted(flips, share) - np.searchsorted(flips, 0.0)),
        flips=flips,
        stairs=staircase(flips, gains, zoom),
        gradient=slopes.astype(np.float32) @ x,
        slope=float(slopes @ x[:, pixel]),
        room=room(logits, x),
        nudge=nudge(parameters, pixel, pull, digits),
    )


def nudge(parameters: Parameters, pixel: int, pull: Array, digits: Digits) -> Nudge:
    """Multiply the weight of `pixel` by 1.0001, as the lesson does; `pull` (n,) is what s = 1 adds to each logit."""
    weights, bias = parameters[0].clone(), parameters[1]
    before = linear1(digits.x_train, [weights, bias])
    weights[pixel] *= 1 + NUDGE
    after = linear1(digits.x_train, [weights, bias])
    logits, targets = logits_and_targets(parameters, digits)
    moved = logits + NUDGE * pull
    return Nudge(
        loss=float((distance(moved, targets) - distance(logits, targets)).mean()),
        loss32=(mnist_loss(after, digits.y_train) - mnist_loss(before, digits.y_train)).item(),
        accuracy=(batch_accuracy(after, digits.y_train) - batch_accuracy(before, digits.y_train)).item(),
        flipped=int(((moved > 0) != (logits > 0)).sum()),
    )


def room(logits: Array, x: Array) -> Array:
    """How far each of the 784 weights may move, alone and either way, before a prediction changes side; (784,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        nearest = np.fmax.reduce(x * (1 / np.abs(logits)).astype(np.float32)[:, None])
        return 1 / nearest


def how_many(result: Sweep) -> str:
    """The answer to the page's question: how many predictions the nudge by 1.0001 moves to the other side."""
    flipped = result.nudge.flipped
    return "none" if flipped == 0 else "1 to 10" if flipped <= 10 else "more than 10"
