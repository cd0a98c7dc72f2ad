"""The book's table: six pairs of activations made into probabilities step by step."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.exhibits.softmax.probabilities import book_activations, join_numbers
from core.exhibits.softmax.settings import Settings
from core.words import format_any_large

ITEMS = 6


@dataclass(frozen=True, kw_only=True)
class BookTable:
    """The book's activations of n items and two classes, made into probabilities step by step."""

    seed: int
    activations: Array  # (n, 2)
    exponents: Array  # (n, 2)
    sums: Array  # (n,)
    probabilities: Array  # (n, 2)
    sigmoid: Array  # (n,): of the two activations' difference
    totals: Array  # (n,): of the probabilities

    def findings(self) -> list[str]:
        a, p = self.activations[0], self.probabilities[0]
        off = float(np.abs(self.probabilities[:, 0] - self.sigmoid).max())
        return [
            f"`torch.random.manual_seed({self.seed}); acts = torch.randn((6,2))*2`: row 0 holds the "
            f":orange[activations] {join_numbers(a)}, and `torch.softmax(acts, dim=1)` makes them "
            f"**{join_numbers(p)}**.",
            f"The last column is the sigmoid of the difference, in row 0 of {format_any_large(a[0] - a[1])}: nowhere "
            f"does it differ from the first probability by more than {format_any_large(off, 2)}.",
        ]

    def numbers(self) -> Numbers:
        cells = [(i, k) for i in range(len(self.sums)) for k in range(2)]
        activations = {f"activation {i} {k}": float(self.activations[i, k]) for i, k in cells}
        return activations | {f"probability {i} {k}": float(self.probabilities[i, k]) for i, k in cells}

    def table(self) -> Table:
        steps = {"activation": self.activations, "exponent": self.exponents, "probability": self.probabilities}
        columns: Table = {}
        for name, values in steps.items():
            columns |= {f"{name} 3": values[:, 0], f"{name} 7": values[:, 1]}
        return columns | {"sum": self.sums, "sigmoid of difference": self.sigmoid}


def experiment(settings: Settings) -> BookTable:
    """Exponents, their sums, probabilities, and the sigmoid of the difference for every row."""
    acts = book_activations(ITEMS, 2, settings.seed)
    exponents = acts.exp()
    probabilities = torch.softmax(acts, dim=1)
    return BookTable(
        seed=settings.seed,
        activations=acts.numpy(),
        exponents=exponents.numpy(),
        sums=exponents.sum(1).numpy(),
        probabilities=probabilities.numpy(),
        sigmoid=(acts[:, 0] - acts[:, 1]).sigmoid().numpy(),
        totals=probabilities.sum(1).numpy(),
    )
