"""How far the gradient of a mini-batch lies from that of all the data, at one place, by batch size."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits
from core.nn.models import linear1, logit_gradient

SIZES = tuple(2**k for k in range(10))  # 1 to 512
DRAWS = 200  # random batches of every size
SHOWN = 5  # of them as pictures
FITTED = 64  # the largest batch that the slope is fitted to: a twelfth of the digits


@dataclass(frozen=True)
class Noise:
    """Distances are in lengths of the full gradient. S sizes, DRAWS random batches of each."""

    items: int
    replacement: bool
    sizes: Array  # (S,)
    rms: Array  # (S,): root of the mean squared distance from the full gradient
    mean: Array  # (S,): the mean distance
    law: Array  # (S,): what 1/sqrt(n) says, from the gradients of the single items
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
            f"One item's :violet[gradient] lies **{self.rms[one]:.1f}** times the full gradient's length away from it, that of a "
            f"batch of 16 **{self.rms[usual]:.1f}**, of 256 **{self.rms[many]:.2f}** (root mean square of {DRAWS} random batches).",
            f"Fitted over batches of 1 to {FITTED}, that is n to the power **{self.slope:.2f}**; 1/√n has −0.50. So 16 times the work "
            "makes the gradient only 4 times as steady.".replace("-", "−"),
            f"{self.uphill[one]:.0%} of the single items point more than 90° away from the full gradient: a step along them is a step "
            f"up. Of batches of 16 it is {self.uphill[usual]:.0%}, of 256 {self.uphill[many]:.0%}.",
        ]
        if self.mean_slope > self.slope + 0.08:
            power = f"{self.mean_slope:.2f}".replace("-", "−")
            sentences.append(
                f"The plain mean of the distances falls more slowly here, with power {power}: most digits have hardly any gradient "
                "left and a few have a large one, and a small batch usually misses those few."
            )
        return sentences

    def numbers(self) -> dict[str, float]:
        found = {f"rms distance, batches of {n}": float(value) for n, value in zip(self.sizes, self.rms, strict=True)}
        return found | {"fitted power of n": self.slope, "fitted power of n, mean distance": self.mean_slope}

    def table(self) -> dict[str, Array]:
        return {
            "batch size": self.sizes,
            "rms distance": self.rms,
            "mean distance": self.mean,
            "1/sqrt(n)": self.law,
            "share uphill": self.uphill,
        }


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
    """Draw random batches of every size and hold their gradients against that of all training digits."""
    each = item_gradients(parameters, digits.x_train, digits.y_train)
    full, items = each.mean(0), len(each)
    length = full.norm()
    axes = torch.stack([full / length, _main_noise(each, full)], 1) / length
    generator = torch.Generator().manual_seed(seed)
    rows: list[tuple[Tensor, ...]] = []
    for size in SIZES:
        batches = random_batches(items, size, DRAWS, replacement, generator) @ each  # (DRAWS, 785)
        distance = (batches - full).norm(dim=1) / length
        away = (batches @ full < 0).float().mean()
        rows.append((distance.square().mean().sqrt(), distance.mean(), away, batches @ axes, batches[:SHOWN]))
    rms, mean, uphill, cloud, examples = (torch.stack(column).numpy() for column in zip(*rows, strict=True))
    single = ((each - full).square().sum(1).mean().sqrt() / length).item()
    sizes = np.array(SIZES)
    law = single / np.sqrt(sizes)
    return Noise(items, replacement, sizes, rms, mean, law, uphill, cloud, full.numpy(), examples)


def _main_noise(each: Tensor, full: Tensor) -> Tensor:
    """The unit vector at right angles to the full gradient along which the items' gradients scatter most."""
    across = each - full
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
