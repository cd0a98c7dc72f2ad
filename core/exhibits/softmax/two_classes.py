"""Two classes: softmax of two activations is the sigmoid of their difference."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.exhibits.softmax.probabilities import REACH, join_numbers, stable_exponents
from core.exhibits.softmax.settings import Settings
from core.words import format_any_large


@dataclass(frozen=True, kw_only=True)
class TwoClasses:
    """Softmax of two activations and the sigmoid of their difference, at F differences."""

    second: float  # the second activation, which stands still
    errors: dict[str, Array]  # (F,) by precision: |first probability - sigmoid|
    difference: Array  # (F,)
    activations: Array  # (F, 2) float32
    exponents: Array  # (F, 2), less the largest
    probabilities: Array  # (F, 2): torch.softmax
    sigmoid: Array  # (F,): of the difference, float32

    def findings(self) -> list[str]:
        single, double = (format_any_large(float(self.errors[kind].max()), 2) for kind in ("float32", "float64"))
        equal, total = int((self.errors["float32"] == 0).sum()), len(self.difference)
        zero = int(np.abs(self.difference).argmin())
        low, high = format_any_large(self.difference[0]), format_any_large(self.difference[-1])
        return [
            f"For two classes softmax is the sigmoid of the difference. At {total} differences from {low} to {high} "
            f"the two agree to **{single}** in float32 and **{double}** in float64.",
            f"In float32 {equal} of {total} are equal to the last bit; the rest differ by rounding.",
            f"The second activation stays at {format_any_large(self.second, 3)}, and that does not matter: at the "
            f"difference {format_any_large(self.difference[zero])} both probabilities are "
            f"{join_numbers(self.probabilities[zero])}. Two activations for two classes say no more than one.",
        ]

    def numbers(self) -> Numbers:
        return {f"largest difference, {kind}": float(error.max()) for kind, error in self.errors.items()}

    def table(self) -> Table:
        errors = {f"difference, {kind}": error for kind, error in self.errors.items()}
        return {"a1 - a2": self.difference, "softmax": self.probabilities[:, 0], "sigmoid": self.sigmoid, **errors}


def both_ways(activations: Tensor) -> tuple[Tensor, Tensor]:
    """Softmax of the two activations of every row, (n, 2), and the sigmoid of their difference, (n,)."""
    return activations.softmax(1), (activations[:, 0] - activations[:, 1]).sigmoid()


def experiment(settings: Settings) -> TwoClasses:
    """Let the first of two activations lead the second by -8 to 8."""
    lead = torch.arange(-20 * REACH, 20 * REACH + 1, dtype=torch.float64) / 20
    exact = torch.stack([settings.second + lead, torch.full_like(lead, settings.second)], 1)
    activations = exact.float()
    probabilities, sigmoid = both_ways(activations)
    exact_probabilities, exact_sigmoid = both_ways(exact)
    return TwoClasses(
        second=settings.second,
        errors={
            "float32": (probabilities[:, 0] - sigmoid).abs().numpy(),
            "float64": (exact_probabilities[:, 0] - exact_sigmoid).abs().numpy(),
        },
        difference=lead.numpy(),
        activations=activations.numpy(),
        exponents=stable_exponents(activations).numpy(),
        probabilities=probabilities.numpy(),
        sigmoid=sigmoid.numpy(),
    )
