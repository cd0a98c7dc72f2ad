"""Why a loss and not accuracy: what both do when one weight of a random model moves (fastbook chapter 4).

A random linear model's logits are the lesson's own, in float32. What happens when a weight moves is computed from
there in float64, because the changes are often smaller than float32 can show. Accuracy is a staircase whose jumps are
computed, not sampled: the image i changes side where its logit `z_i + d * x_i` is 0, so at `d = -z_i / x_i`.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.data.digits import Digits, load, resolve
from core.lesson.fields import digits_field
from core.lesson.losses import batch_accuracy, mnist_loss
from core.lesson.models import PIXELS, init_params, linear1, logit_gradient
from core.settings import choice, integer, ladder

NUDGE = 1e-4
"""The lesson multiplies a weight by 1.0001, so it moves by this share of itself."""

CORNER, LIT, ANOTHER = 0, 269, -1
ZOOMS = (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
FRAMES = 201  # positions of the moving weight; the middle one is the weight itself
CELLS = 61  # of the accuracy's surface, a side
NODES = 31  # of the loss's, which is smooth: every second of the cells' centres
MODELS = 200


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "weight",
        {"weight": "one weight", "models": "200 random models", "surfaces": "two surfaces"},
        "What to look at",
    )
    pixel: int = choice(
        LIT,
        {CORNER: "black corner", LIT: "often lit", ANOTHER: "another"},
        "Pixel whose weight moves",
        "Pixel 0 is the corner; pixel 269, in row 9 and column 17, is lit in most threes and sevens. "
        "Another one is chosen under More settings.",
    )
    zoom: float = ladder(
        1.0,
        ZOOMS,
        "How far it moves, × itself",
        "0.0001 is the lesson's nudge: the weight goes from ×0.9999 to ×1.0001. With 1 it goes from 0 to twice itself. "
        "The 200 random models stay as they are.",
    )
    seed: int = integer(42, 0, 999, "Random model (seed)", "Decides the 784 weights and the bias, drawn with randn.")
    other: int = integer(
        437,
        0,
        PIXELS - 1,
        "Another pixel",
        "Its weight moves where “another” is chosen; in the two surfaces it is the second weight.",
        more=True,
    )
    digits: str = digits_field()

    @property
    def nudged(self) -> int:
        """The pixel whose weight moves."""
        return self.other if self.pixel == ANOTHER else self.pixel

    @property
    def second(self) -> int:
        """The second weight of the two surfaces: never the first one."""
        return next(pixel for pixel in (self.other, LIT, CORNER) if pixel != self.nudged)


@dataclass(frozen=True)
class Nudge:
    """What multiplying the weight by 1.0001 changes."""

    loss: float  # in float64
    loss32: float  # in float32, as the lesson computes
    accuracy: float
    flipped: int  # predictions that change side


@dataclass(frozen=True)
class Sweep:
    """One weight w moves to w * (1 + s), for F shares s; all else stays."""

    weight: float
    lit: int  # images in which its pixel is not black
    share: np.ndarray  # (F,): s, from -zoom to zoom
    loss: float
    accuracy: float
    loss_change: np.ndarray  # (F,)
    correct_change: np.ndarray  # (F,) int: images
    flipped: np.ndarray  # (F,) int: predictions on another side than at s = 0
    flips: np.ndarray  # (K,): every s at which a prediction changes side, ascending
    stairs: tuple[np.ndarray, np.ndarray]  # the staircase within the zoom: where each step begins, images gained there
    slope: float  # of the loss in the weight, exact
    gradient: np.ndarray  # (784,): the same in every weight
    room: np.ndarray  # (784,): how far each weight may move before a prediction changes side; inf where none can
    nudge: Nudge

    @property
    def rise_over_run(self) -> float:
        """Change of the loss over change of the weight, from s = 0 to the last share."""
        return float(self.loss_change[-1] / (self.weight * self.share[-1]))

    @property
    def accuracy_gradient(self) -> np.ndarray:
        """Slope of the accuracy in every weight (784,): 0 wherever there is room, and none (NaN) on a step's edge."""
        return np.where(self.room > 0, 0.0, np.nan)

    @property
    def nearest(self) -> tuple[float, float]:
        """The nearest flips below and above s = 0; infinite where there is none."""
        below, above = self.flips[self.flips < 0], self.flips[self.flips >= 0]
        return below.max(initial=-np.inf), above.min(initial=np.inf)


@dataclass(frozen=True)
class Draws:
    """The accuracies of 200 random models, seeds 0 to 199, and of the chosen one."""

    accuracies: np.ndarray  # (200,)
    weights: np.ndarray  # (200, 784) float32
    own: float

    @property
    def better_than(self) -> float:
        """Share of the 200 that the chosen model beats."""
        return float((self.accuracies < self.own).mean())


@dataclass(frozen=True)
class Surfaces:
    """Two weights move to w * (1 + s) and v * (1 + t): rows are t, columns s, both from -zoom to zoom."""

    weights: tuple[float, float]
    nodes: np.ndarray  # (31,)
    loss_change: np.ndarray  # (31, 31)
    cells: np.ndarray  # (61,): centres
    correct_change: np.ndarray  # (61, 61) int: images
    path: np.ndarray  # (61,): change of the loss along t = 0

    @property
    def levels(self) -> int:
        """How many values the accuracy takes on its cells."""
        return len(np.unique(self.correct_change))


@dataclass(frozen=True)
class Result:
    settings: Settings
    digits: str
    items: int  # images measured on
    found: Sweep | Draws | Surfaces


def experiment(settings: Settings) -> Result:
    """What the chosen view needs, measured on the training digits."""
    digits = load(resolve(settings.digits)[0])
    views = {"weight": one_weight, "models": random_models, "surfaces": two_surfaces}
    return Result(settings, digits.name, len(digits.x_train), views[settings.view](settings, digits))


def distance(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Distance of the sigmoid from the target, image by image: `mnist_loss` before its mean, in float64."""
    return 1 / (1 + np.exp(np.where(targets == 1, logits, -logits).clip(-700, 700)))


def random_model(seed: int, digits: Digits) -> tuple[list[Tensor], np.ndarray, np.ndarray]:
    """A random linear model, its logits of the training digits (n,) and their targets (n,) in float64."""
    parameters = init_params("linear", "randn", seed)
    logits = linear1(digits.x_train, parameters)
    return parameters, logits[:, 0].double().numpy(), digits.y_train[:, 0].double().numpy()


def one_weight(settings: Settings, digits: Digits) -> Sweep:
    """Move one weight of a random model, and follow the loss and every prediction."""
    parameters, logits, targets = random_model(settings.seed, digits)
    weight = float(parameters[0][settings.nudged])
    pull = weight * digits.x_train[:, settings.nudged].double().numpy()  # of s on every logit
    share = np.linspace(-1, 1, FRAMES) * settings.zoom
    flips, gains = flip_points(logits, targets, pull)
    before = distance(logits, targets)
    slopes = logit_gradient(torch.from_numpy(logits).sigmoid(), torch.from_numpy(targets))
    return Sweep(
        weight,
        int((pull != 0).sum()),
        share,
        before.mean(),
        batch_accuracy(torch.from_numpy(logits), torch.from_numpy(targets)).item(),
        np.array([(distance(logits + s * pull, targets) - before).mean() for s in share]),
        correct_change(flips, gains, share),
        flipped_count(flips, share),
        flips,
        staircase(flips, gains, settings.zoom),
        float(slopes.numpy() @ digits.x_train[:, settings.nudged].double().numpy()),
        (digits.x_train.T @ slopes.float()).numpy(),
        (torch.from_numpy(np.abs(logits)).float()[:, None] / digits.x_train).amin(0).numpy(),
        nudge(parameters, settings.nudged, logits, targets, pull, digits),
    )


def nudge(
    parameters: list[Tensor], pixel: int, logits: np.ndarray, targets: np.ndarray, pull: np.ndarray, digits: Digits
) -> Nudge:
    """Multiply the weight of `pixel` by 1.0001, as the lesson does; `pull` is what a share of 1 adds to each logit."""
    x, y = digits.x_train, digits.y_train
    weights, bias = parameters[0].clone(), parameters[1]
    before = linear1(x, [weights, bias])
    weights[pixel] *= 1 + NUDGE
    after = linear1(x, [weights, bias])
    moved = logits + NUDGE * pull
    return Nudge(
        float((distance(moved, targets) - distance(logits, targets)).mean()),
        (mnist_loss(after, y) - mnist_loss(before, y)).item(),
        (batch_accuracy(after, y) - batch_accuracy(before, y)).item(),
        int(((moved > 0) != (logits > 0)).sum()),
    )


def flip_points(logits: np.ndarray, targets: np.ndarray, pull: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each image's logit + s * pull changes sign: shares s, ascending, and what accuracy gains there, ±1 image.

    A growing logit turns a seven into a three, which is a gain where the target is a three.
    """
    moving = pull != 0
    flips = -logits[moving] / pull[moving]
    gains = np.sign(pull[moving]).astype(int) * np.where(targets[moving] == 1, 1, -1)
    order = np.argsort(flips)
    return flips[order], gains[order]


def correct_change(flips: np.ndarray, gains: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Images gained (or lost) against s = 0 at every share; int, shape of `share`."""
    total = np.concatenate([[0], np.cumsum(gains)])
    return total[np.searchsorted(flips, share)] - total[np.searchsorted(flips, 0.0)]


def flipped_count(flips: np.ndarray, share: np.ndarray) -> np.ndarray:
    """How many predictions stand on another side than at s = 0; int, shape of `share`."""
    return np.abs(np.searchsorted(flips, share) - np.searchsorted(flips, 0.0))


def staircase(flips: np.ndarray, gains: np.ndarray, zoom: float) -> tuple[np.ndarray, np.ndarray]:
    """The exact steps from -zoom to zoom: where each begins, and the images gained on it; the last one twice."""
    edges = np.concatenate([[-zoom], flips[np.abs(flips) < zoom], [zoom]])
    levels = correct_change(flips, gains, (edges[:-1] + edges[1:]) / 2)
    return edges, np.append(levels, levels[-1])


def random_models(settings: Settings, digits: Digits) -> Draws:
    """Accuracies of 200 random models with one matrix product, and of the chosen one."""
    models = [init_params("linear", "randn", seed) for seed in range(MODELS)]
    weights = torch.cat([w for w, _ in models], 1)
    bias = torch.cat([b for _, b in models])
    right = (linear1(digits.x_train, [weights, bias]) > 0) == (digits.y_train == 1)
    own = linear1(digits.x_train, init_params("linear", "randn", settings.seed))
    return Draws(right.double().mean(0).numpy(), weights.T.numpy(), batch_accuracy(own, digits.y_train).item())


def two_surfaces(settings: Settings, digits: Digits) -> Surfaces:
    """Move two weights of a random model: the loss and the accuracy over the same square."""
    parameters, logits, targets = random_model(settings.seed, digits)
    pixels = [settings.nudged, settings.second]
    weights = parameters[0][pixels, 0].double().numpy()
    pull, pull2 = weights[:, None] * digits.x_train[:, pixels].double().numpy().T
    cells = np.linspace(-1, 1, CELLS) * settings.zoom
    nodes = cells[::2]
    before = distance(logits, targets)

    def change(s: np.ndarray, t: float) -> np.ndarray:
        return (distance(logits + np.outer(s, pull) + t * pull2, targets) - before).mean(1)

    def correct(t: float) -> np.ndarray:
        return (((logits + np.outer(cells, pull) + t * pull2) > 0) == (targets == 1)).sum(1)

    return Surfaces(
        (float(weights[0]), float(weights[1])),
        nodes,
        np.array([change(nodes, t) for t in nodes]),
        cells,
        np.array([correct(t) for t in cells]) - ((logits > 0) == (targets == 1)).sum(),
        change(cells, 0.0),
    )
