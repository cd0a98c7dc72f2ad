"""The sigmoid and its slope: 1 / (1 + e⁻ˣ) and p(1 − p) (fastbook chapter 4, "Sigmoid")."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.exhibits.sigmoid.settings import Settings
from core.nn.activations import values_and_slopes
from core.words import format_number


@dataclass(frozen=True)
class SigmoidCurve:
    """The sigmoid and its slope at F places, in float64."""

    x: Array  # (F,)
    p: Array  # (F,)
    slope: Array  # (F,)

    def at(self, x: float) -> int:
        """The frame nearest to `x`."""
        return int(np.abs(self.x - x).argmin())

    def findings(self) -> list[str]:
        x, p, slope = self.x, self.p, self.slope
        places = [f"x = {format_number(x[i])} becomes {format_number(p[i], 3)}" for i in (0, self.at(0), -1)]
        small = self.at(0.1)
        return [
            f"The :orange[activation] {', '.join(places)}. What goes to 0 is *very negative*; a small number such as "
            f"{format_number(x[small])} stays near a half: {format_number(p[small], 3)}.",
            f"The :violet[slope] is p(1 − p). It is largest in the middle, {format_number(slope.max())} at "
            f"x = {format_number(x[slope.argmax()])}: a step moves a prediction at most a quarter as far as its "
            f"activation. At x = {format_number(x[-1])} it is {format_number(slope[-1], 3)}.",
        ]

    def numbers(self) -> Numbers:
        values = {f"sigmoid of {x:g}": float(p) for x, p in zip(self.x[::80], self.p[::80], strict=True)}
        return values | {"largest slope": float(self.slope.max())}

    def table(self) -> Table:
        return {"x": self.x, "sigmoid": self.p, "slope": self.slope}


def experiment(_: Settings) -> SigmoidCurve:
    """The sigmoid from -8 to 8."""
    x = torch.arange(-160, 161, dtype=torch.float64) / 20
    p, slope = values_and_slopes(torch.sigmoid, x)
    return SigmoidCurve(x.numpy(), p.numpy(), slope.numpy())
