"""What loss and accuracy do when the weights of a random model move (fastbook chapter 4, "MNIST loss function").

A model's logits are the lesson's own, in float32. What a moving weight changes is computed from there in float64,
because it is often less than float32 can show. Accuracy is a staircase whose jumps are computed, not sampled: where a
weight moves by the share s of itself, image i's logit is `z_i + s * w * x_i`, and it changes side at `-z_i / (w * x_i)`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.data.digits import Digits
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import init_params, linear1
from core.nn.staircase import correct_change, flip_points, staircase

NUDGE = 1e-4
"""The lesson multiplies a weight by 1.0001, so it moves by this share of itself."""

POSITIONS = 201  # of one moving weight; the middle one is the weight itself
CELLS = 61  # of the accuracy's surface, a side
MODELS = 200

Parameters = list[Tensor]


@dataclass(frozen=True)
class Nudge:
    """What multiplying one weight by 1.0001 changes."""

    loss: float  # in float64
    loss32: float  # in float32, as the lesson computes
    accuracy: float
    flipped: int  # predictions that change side


@dataclass(frozen=True)
class Sweep:
    """One weight w moves to w * (1 + s), for P shares s; all else stays."""

    weight: float
    lit: int  # images in which its pixel is not black
    share: np.ndarray  # (P,): s, from -zoom to zoom
    loss: float
    accuracy: float
    loss_change: np.ndarray  # (P,)
    correct_change: np.ndarray  # (P,) int: images
    flipped: np.ndarray  # (P,) int: predictions on another side than at s = 0
    flips: np.ndarray  # (K,): every s at which a prediction changes side, ascending
    stairs: tuple[np.ndarray, np.ndarray]  # see `staircase`
    gradient: np.ndarray  # (784,): slope of the loss in every weight
    slope: float  # the same in the moving one
    room: np.ndarray  # (784,): how far each weight may move before a prediction changes side; inf where none can
    nudge: Nudge

    @property
    def rise_over_run(self) -> float:
        """Change of the loss over change of the weight, from s = 0 to the last share."""
        return float(self.loss_change[-1] / (self.weight * self.share[-1]))

    @property
    def accuracy_gradient(self) -> np.ndarray:
        """Slope of the accuracy in every weight (784,): 0 wherever there is room, none (NaN) on a step's edge."""
        return np.where(self.room > 0, 0.0, np.nan)

    @property
    def nearest(self) -> tuple[float, float]:
        """The nearest flips below and above s = 0; infinite where there is none."""
        below, above = self.flips[self.flips < 0], self.flips[self.flips >= 0]
        return float(below.max(initial=-np.inf)), float(above.min(initial=np.inf))


@dataclass(frozen=True)
class Draws:
    """The accuracies of 200 random models, seeds 0 to 199, and of the chosen one."""

    accuracies: np.ndarray  # (200,)
    weights: np.ndarray  # (200, 784) float32
    own: float


@dataclass(frozen=True)
class Surfaces:
    """Two weights move to w * (1 + s) and v * (1 + t), both from -zoom to zoom; rows are t, columns s."""

    weights: tuple[float, float]
    nodes: np.ndarray  # (31,): every second of the cells' centres, which is enough for the smooth loss
    loss_change: np.ndarray  # (31, 31)
    cells: np.ndarray  # (61,): centres
    correct_change: np.ndarray  # (61, 61) int: images
    path: np.ndarray  # (61,): change of the loss at the cells' centres along t = 0

    @property
    def levels(self) -> int:
        """How many values the accuracy takes in the cells."""
        return len(np.unique(self.correct_change))


def distance(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Distance of the sigmoid from the target, image by image: `mnist_loss` before its mean, in float64."""
    return 1 / (1 + np.exp(np.minimum(logits * (2 * targets - 1), 700)))


def measured(parameters: Parameters, digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """A linear model's logits of the training digits (n,), and their targets (n,), as float64."""
    return linear1(digits.x_train, parameters)[:, 0].double().numpy(), digits.y_train[:, 0].double().numpy()


def one_weight(parameters: Parameters, pixel: int, zoom: float, digits: Digits) -> Sweep:
    """Move the weight of one pixel, and follow the loss and every prediction."""
    x = digits.x_train.numpy()
    logits, targets = measured(parameters, digits)
    weight = float(parameters[0][pixel])
    pull = weight * x[:, pixel].astype(np.float64)  # what s = 1 adds to every logit
    share = np.linspace(-1, 1, POSITIONS) * zoom
    flips, gains = flip_points(logits, targets, pull)
    before = distance(logits, targets)
    slopes = (1 - 2 * targets) * before * (1 - before) / len(x)  # of the loss in every logit
    return Sweep(
        weight,
        int(np.count_nonzero(x[:, pixel])),
        share,
        float(before.mean()),
        float(((logits > 0) == (targets == 1)).mean()),
        (distance(logits + np.outer(share, pull), targets) - before).mean(1),
        correct_change(flips, gains, share),
        np.abs(np.searchsorted(flips, share) - np.searchsorted(flips, 0.0)),
        flips,
        staircase(flips, gains, zoom),
        slopes.astype(np.float32) @ x,
        float(slopes @ x[:, pixel]),
        room(logits, x),
        nudge(parameters, pixel, pull, digits),
    )


def nudge(parameters: Parameters, pixel: int, pull: np.ndarray, digits: Digits) -> Nudge:
    """Multiply the weight of `pixel` by 1.0001, as the lesson does; `pull` is what a share of 1 adds to each logit."""
    weights, bias = parameters[0].clone(), parameters[1]
    before = linear1(digits.x_train, [weights, bias])
    weights[pixel] *= 1 + NUDGE
    after = linear1(digits.x_train, [weights, bias])
    logits, targets = measured(parameters, digits)
    moved = logits + NUDGE * pull
    return Nudge(
        float((distance(moved, targets) - distance(logits, targets)).mean()),
        (mnist_loss(after, digits.y_train) - mnist_loss(before, digits.y_train)).item(),
        (batch_accuracy(after, digits.y_train) - batch_accuracy(before, digits.y_train)).item(),
        int(((moved > 0) != (logits > 0)).sum()),
    )


def room(logits: np.ndarray, x: np.ndarray) -> np.ndarray:
    """How far each of the 784 weights may move, alone and either way, before a prediction changes side; (784,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        nearest = np.fmax.reduce(x * (1 / np.abs(logits)).astype(np.float32)[:, None])
        return 1 / nearest


@lru_cache(maxsize=1)
def many_models() -> tuple[Tensor, Tensor]:
    """Weights (784, 200) and biases (200,) of the random models with seeds 0 to 199."""
    weights, bias = zip(*(init_params("linear", "randn", seed) for seed in range(MODELS)), strict=True)
    return torch.cat(weights, 1), torch.cat(bias)


def random_models(parameters: Parameters, digits: Digits) -> Draws:
    """Accuracies of 200 random models with one matrix product, and of the model given."""
    weights, bias = many_models()
    right = (linear1(digits.x_train, [weights, bias]) > 0) == (digits.y_train == 1)
    logits, targets = measured(parameters, digits)
    own = float(((logits > 0) == (targets == 1)).mean())
    return Draws(right.double().mean(0).numpy(), weights.T.contiguous().numpy(), own)


def two_surfaces(parameters: Parameters, pixels: tuple[int, int], zoom: float, digits: Digits) -> Surfaces:
    """Move the weights of two pixels: the changes of loss and accuracy over the same square, in float64."""
    logits, targets = measured(parameters, digits)
    first, second = (float(parameters[0][pixel]) for pixel in pixels)
    pull, pull2 = (digits.x_train[:, list(pixels)].double().numpy() * (first, second)).T
    cells = np.linspace(-1, 1, CELLS) * zoom
    nodes = cells[::2]
    before = distance(logits, targets)
    right = np.count_nonzero((logits > 0) == (targets == 1))

    def loss_change(s: np.ndarray, t: float) -> np.ndarray:
        return (distance(logits + np.outer(s, pull) + t * pull2, targets) - before).mean(1)

    def gained(s: np.ndarray, t: float) -> np.ndarray:
        return np.count_nonzero((logits + np.outer(s, pull) + t * pull2 > 0) == (targets == 1), axis=1) - right

    return Surfaces(
        (first, second),
        nodes,
        np.array([loss_change(nodes, t) for t in nodes]),
        cells,
        np.array([gained(cells, t) for t in cells]),
        loss_change(cells, 0.0),
    )
