"""How far the gradient of a mini-batch lies from that of all the data, at one place, by batch size."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.mini_batches.settings import Settings
from core.exhibits.mini_batches.steps import BOOKS_SIZE, FULL_SAMPLE, book_sentence, steps_an_epoch
from core.nn.models import init_params, linear1, logit_gradient
from core.nn.training import Recipe, train

SIZES = tuple(2**k for k in range(10))  # 1 to 512
DRAWS = 200  # random batches of every size
SHOWN = 5  # of them as pictures
FITTED = 64  # the largest batch that the slope is fitted to: a twelfth of the digits


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Distances are in lengths of the full gradient. S sizes, DRAWS random batches of each."""

    items: int  # digits that the batches are drawn from
    sizes: Array  # (S,)
    rms: Array  # (S,): root of the mean squared distance from the full gradient
    mean: Array  # (S,): the mean distance
    law: Array  # (S,): what 1/sqrt(n) predicts, from the gradients of the single items
    uphill: Array  # (S,): share of the batches whose gradient points away from the full one, by more than 90 degrees
    cloud: Array  # (S, DRAWS, 2): along the full gradient, and along the noise's main direction at right angles to it
    full: Array  # (785,)
    examples: Array  # (S, SHOWN, 785): the gradients of some of the batches

    def at(self, size: int) -> int:
        """The row of a batch size."""
        return int(np.flatnonzero(self.sizes == size)[0])

    @property
    def slope(self) -> float:
        """The exponent of the rms against n, fitted: -0.5 for 1/sqrt(n)."""
        return fitted_slope(self.sizes, self.rms)

    @property
    def mean_slope(self) -> float:
        """The same for the mean distance."""
        return fitted_slope(self.sizes, self.mean)

    def findings(self) -> list[str]:
        one, usual, many = (self.at(n) for n in (1, 16, 256))
        sentences = [
            f"One item's :violet[gradient] lies **{self.rms[one]:.1f}** times the full gradient's length away from it, "
            f"that of a batch of 16 **{self.rms[usual]:.1f}**, of 256 **{self.rms[many]:.2f}** (root mean square of "
            f"{DRAWS} random batches).",
            f"Fitted over batches of 1 to {FITTED}, that is n to the power **{_signed(self.slope)}**; 1/√n has −0.50. "
            "So 16 times the work makes the gradient only 4 times as steady.",
            self._steps(),
            f"{self.uphill[one]:.0%} of the single items point more than 90° away from the full gradient: a step along "
            f"them is a step up. Of batches of 16 it is {self.uphill[usual]:.0%}, of 256 {self.uphill[many]:.0%}.",
        ]
        if self.mean_slope > self.slope + 0.08:
            sentences.append(
                f"The plain mean of the distances falls more slowly here, with power {_signed(self.mean_slope)}: most "
                "digits have hardly any gradient left and a few have a large one, and a small batch usually misses "
                "those few."
            )
        return sentences

    def _steps(self) -> str:
        few, many = (steps_an_epoch(self.items, n) for n in (16, 256))
        return (
            f"The price is the number of steps: an epoch of these {self.items:,} digits is {few} steps with 16 digits "
            f"each, or {many} with 256. {book_sentence()}"
        )

    def numbers(self) -> Numbers:
        numbers: Numbers = {"digits": self.items}
        for n, rms, mean, uphill in zip(self.sizes.tolist(), self.rms, self.mean, self.uphill, strict=True):
            numbers |= {
                f"rms distance, batches of {n}": float(rms),
                f"mean distance, batches of {n}": float(mean),
                f"share uphill, batches of {n}": float(uphill),
                f"steps an epoch, batches of {n}": steps_an_epoch(self.items, n),
            }
        return numbers | {
            "fitted power of n": self.slope,
            "fitted power of n, mean distance": self.mean_slope,
            "batches of each size": DRAWS,
            "digits of the full sample": FULL_SAMPLE,
            f"steps an epoch of the full sample, batches of {BOOKS_SIZE}": steps_an_epoch(FULL_SAMPLE, BOOKS_SIZE),
        }

    def table(self) -> Table:
        return {
            "batch size": self.sizes,
            "rms distance": self.rms,
            "mean distance": self.mean,
            "1/sqrt(n)": self.law,
            "share uphill": self.uphill,
        }


def _signed(power: float) -> str:
    return f"{power:.2f}".replace("-", "−")


def item_gradients(parameters: list[Tensor], x: Tensor, y: Tensor) -> Tensor:
    """The linear model's gradient of `mnist_loss` for every item alone: (n, 784), (n, 1) → (n, 785)."""
    predictions = linear1(x, parameters).sigmoid()
    slope = logit_gradient(predictions, y) * len(y)  # undo the mean
    return torch.cat([x * slope, slope], 1)


def random_batches(items: int, size: int, draws: int, replacement: bool, generator: torch.Generator) -> Tensor:
    """What each item weighs in the mean of each random batch: (draws, items), rows that sum to 1."""
    if replacement:
        rows = torch.randint(items, (draws, size), generator=generator)
    else:
        rows = torch.rand(draws, items, generator=generator).argsort(1)[:, :size]
    return torch.zeros(draws, items).scatter_add_(1, rows, torch.full((draws, size), 1 / size))


def gradient_noise(parameters: list[Tensor], digits: Digits, replacement: bool, seed: int) -> Noise:
    """Draw random batches of every size and hold their gradients against that of all training digits.

    In float64: in float32 the gradient of a digit that the model is sure of is exactly 0, and has no direction.
    """
    by_item = item_gradients([p.double() for p in parameters], digits.x_train.double(), digits.y_train.double())
    full = by_item.mean(0)
    length = full.norm()
    axes = torch.stack([full / length, _main_noise(by_item, full)], 1) / length
    generator = torch.Generator().manual_seed(seed)
    rows: list[tuple[Tensor, ...]] = []
    for size in SIZES:
        weights = random_batches(len(by_item), size, DRAWS, replacement, generator)
        batches = weights.double() @ by_item  # (DRAWS, 785)
        distance = (batches - full).norm(dim=1) / length
        uphill = (batches @ full < 0).double().mean()
        rows.append((distance.square().mean().sqrt(), distance.mean(), uphill, batches @ axes, batches[:SHOWN]))
    rms, mean, share, cloud, examples = (torch.stack(column).float().numpy() for column in zip(*rows, strict=True))
    single = ((by_item - full).square().sum(1).mean().sqrt() / length).item()
    sizes = np.array(SIZES)
    return Noise(
        items=len(by_item),
        sizes=sizes,
        rms=rms,
        mean=mean,
        law=single / np.sqrt(sizes),
        uphill=share,
        cloud=cloud,
        full=full.float().numpy(),
        examples=examples,
    )


def experiment(settings: Settings) -> Noise:
    """The noise at the start, or after some epochs of the lesson's training."""
    digits = load("built-in")
    recipe = Recipe(init=settings.init, epochs=settings.point, seed=settings.seed)
    start = init_params("linear", settings.init, settings.seed)
    model = train(recipe, digits).tensors(-1) if settings.point else start
    return gradient_noise(model, digits, settings.replacement, settings.seed)


def _main_noise(by_item: Tensor, full: Tensor) -> Tensor:
    """The unit vector at right angles to the full gradient along which the items' gradients scatter most."""
    across = by_item - full
    unit = full / full.norm()
    across = across - (across @ unit)[:, None] * unit
    direction = across[across.norm(dim=1).argmax()]
    for _ in range(30):  # power iteration
        direction = across.T @ (across @ direction)
        direction = direction / direction.norm()
    return direction


def fitted_slope(sizes: Array, values: Array) -> float:
    """The exponent k of values ≈ c·n^k, by least squares on logarithms, over sizes up to FITTED."""
    small = sizes <= FITTED
    return float(np.polyfit(np.log(sizes[small]), np.log(values[small]), 1)[0])


def fraction(noise: Noise) -> str:
    """What is left of the noise of batches of 4 in batches of 64, to the nearest power of two."""
    left = noise.rms[noise.at(64)] / noise.rms[noise.at(4)]
    return f"1/{2 ** round(-math.log2(left))}"


def because(noise: Noise) -> str:
    """The numbers behind that answer."""
    few, many = (float(noise.rms[noise.at(n)]) for n in (4, 64))
    return (
        f"The distance from the full :violet[gradient] falls from {few:.2f} to {many:.2f} times its length, to "
        f"{many / few:.2f} of what it was."
    )
