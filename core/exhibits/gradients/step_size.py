"""How long should the run be? Rise over run with many step sizes, against `backward()` (fastbook chapter 4)."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.gradients.finite_differences import (
    backward_slopes,
    random_parameters,
    relative_error,
    rise_over_run,
    some_images,
)
from core.exhibits.gradients.settings import DTYPES, Settings
from core.words import format_number

SIZES = 10.0 ** (1 - np.arange(27) / 2)  # step sizes from 10 to 1e-12, two a decade


@dataclass(frozen=True, kw_only=True)
class StepSizes:
    """Finite differences with H step sizes in two precisions, against `backward()` in float64."""

    h: Array  # (H,), descending
    by_backward: Array  # (785,)
    by_running: dict[str, Array]  # by precision, (H, 785)

    def errors(self, precision: str) -> Array:
        """The relative error for every step size, (H,)."""
        return np.array([relative_error(row, self.by_backward) for row in self.by_running[precision]])

    def best(self, precision: str) -> int:
        """Which step size has the smallest error."""
        return int(self.errors(precision).argmin())

    def findings(self) -> list[str]:
        best = []
        for name in self.by_running:
            errors, i = self.errors(name), self.best(name)
            best.append(
                f"{name} is best at h = **{format_number(self.h[i])}**, with an error of {format_number(errors[i])}"
            )
        tiny = int(np.abs(self.h - 1e-8).argmin())
        moved = self.by_backward != 0
        lost = int(((self.by_running["float32"][tiny] == 0) & moved).sum())
        long, short = self.errors("float64")[2], self.errors("float32")[tiny]
        return [
            "; ".join(best) + ".",
            f"A long step is bad because the loss bends: at h = 1 the error is {format_number(long)} in either "
            "precision.",
            "A short one is bad because the two losses become the same number: at h = 1e-8, float32 says exactly 0 for "
            f"{lost} of {int(moved.sum())} slopes that are not, and its error is {format_number(short)}. `backward()` "
            "has no h.",
        ]

    def numbers(self) -> Numbers:
        values: Numbers = {}
        for name in self.by_running:
            values[f"best step, {name}"] = float(self.h[self.best(name)])
            values[f"its error, {name}"] = float(self.errors(name).min())
        return values

    def table(self) -> Table:
        return {"step size": self.h} | {f"error, {name}": self.errors(name) for name in self.by_running}


def experiment(settings: Settings) -> StepSizes:
    """How wrong rise over run is for every step size, on one mini-batch."""
    xb, yb = some_images(load(settings.digits), settings.images, settings.seed)
    params = random_parameters(settings.seed)
    by_running = {}
    for name, dtype in DTYPES.items():
        slopes = rise_over_run(params.to(dtype), xb.to(dtype), yb.to(dtype), SIZES.tolist(), settings.two_sided)
        by_running[name] = slopes.double().numpy()
    by_backward = backward_slopes(params.double(), xb.double(), yb.double())
    return StepSizes(h=SIZES, by_backward=by_backward.numpy(), by_running=by_running)
