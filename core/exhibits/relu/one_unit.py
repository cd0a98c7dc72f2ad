"""One unit: what each of seven activations passes on, and its slope, which the gradient is multiplied by."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.exhibits.relu.settings import Settings
from core.nn.activations import ACTIVATIONS, values_and_slopes
from core.words import format_number


@dataclass(frozen=True, kw_only=True)
class OneUnit:
    """One activation over F places; the slopes of all seven there, by autograd, in float64."""

    key: str
    x: Array  # (F,)
    values: dict[str, Array]  # (F,) of each
    slopes: dict[str, Array]

    def at(self, x: float) -> int:
        """The frame nearest to `x`."""
        return int(np.abs(self.x - x).argmin())

    def findings(self) -> list[str]:
        name, slope = ACTIVATIONS[self.key].name, self.slopes[self.key]
        below, above = self.at(-3), self.at(3)
        sentences = [
            f"{name} at x = −3: :orange[value] {format_number(self.values[self.key][below], 3)}, :violet[slope] "
            f"{_exact(slope[below])}; at x = 3: value {format_number(self.values[self.key][above], 3)}, slope "
            f"{_exact(slope[above])}."
        ]
        negative = self.x < 0
        dead = [ACTIVATIONS[key].name for key in ACTIVATIONS if (self.slopes[key][negative] == 0).all()]
        if self.key in ("relu", "leaky"):
            sentences.append(
                f"Of the seven only {' and '.join(dead)} has a slope of exactly 0 at every negative x: a unit "
                "whose input is "
                f"negative for every image gets no :violet[gradient] and stays as it is, dead. Leaky ReLU keeps "
                f"{format_number(self.slopes['leaky'][below])}, so it can come back."
            )
        elif self.key == "identity":
            sentences.append("The slope is the same everywhere: no bend, so stacked layers stay one line.")
        else:
            most = int(slope.argmax())
            sentences.append(
                f"Its slope is largest at x = {format_number(self.x[most])}, {format_number(slope[most], 3)}, and "
                f"at x = {format_number(self.x[0])} it is "
                f"{format_number(slope[0])}: small, but not 0."
            )
        return sentences

    def numbers(self) -> Numbers:
        below = self.at(-3)
        return {f"slope of {ACTIVATIONS[key].name} at -3": float(self.slopes[key][below]) for key in ACTIVATIONS}

    def table(self) -> Table:
        columns = {"x": self.x}
        for key, activation in ACTIVATIONS.items():
            columns |= {activation.name: self.values[key], f"slope of {activation.name}": self.slopes[key]}
        return columns


def _exact(slope: float) -> str:
    return "exactly 0" if slope == 0 else format_number(slope, 3)


def experiment(settings: Settings) -> OneUnit:
    """All seven at 201 places from -5 to 5; the chosen one is drawn."""
    x = torch.arange(-100, 101, dtype=torch.float64) / 20
    both = {key: values_and_slopes(activation.function, x) for key, activation in ACTIVATIONS.items()}
    values, slopes = ({k: pair[i].numpy() for k, pair in both.items()} for i in (0, 1))
    return OneUnit(key=settings.activation, x=x.numpy(), values=values, slopes=slopes)
