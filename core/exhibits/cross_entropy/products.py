"""Products of many probabilities end at 0 in every floating-point type; the sum of their logs does not."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.exhibits.cross_entropy.settings import DTYPES, Settings
from core.words import format_any, format_number

BATCH = 64  # a mini-batch of probabilities


@dataclass(frozen=True, kw_only=True)
class Products:
    """The product of N equal probabilities and the sum of their logs, in each type, at F values of N."""

    chance: float
    count: Array  # (F,)
    products: Array  # (F, 4)
    sums: Array  # (F, 4): of natural logs
    ends: dict[str, tuple[int, float]]  # by type: N from which the product stays what it is, and that product

    @property
    def _batch(self) -> int:
        """The frame of a mini-batch's probabilities."""
        return int(np.searchsorted(self.count, BATCH))

    def findings(self) -> list[str]:
        return [*self._ends(), self._of_a_batch(), self._of_all()]

    def _ends(self) -> list[str]:
        zero = [f"{kind} at **N = {n:,}**" for kind, (n, value) in self.ends.items() if value == 0]
        stuck = [f"{kind} at {format_any(value)} (N = {n:,})" for kind, (n, value) in self.ends.items() if value != 0]
        sentences = []
        if zero:
            sentences.append(f"The product of N times {self.chance:g} is exactly 0 in {', '.join(zero)}.")
        if stuck:
            sentences.append(
                f"It never becomes 0, but it stops falling: {', '.join(stuck)}. The next multiplication rounds back to "
                "the same number, so from there on the product is simply wrong."
            )
        return sentences

    def _of_a_batch(self) -> str:
        n, i = self._batch, list(DTYPES).index("float32")
        return (
            f"{BATCH} times {self.chance:g} in float32: the product is **{format_any(self.products[n, i])}**, the sum "
            f"of the logs :red[{format_number(self.sums[n, i], 5)}]."
        )

    def _of_all(self) -> str:
        true = self.sums[-1, -1]
        off = [
            f"{kind} by {format_number(abs(self.sums[-1, i] / true - 1))}"
            for i, kind in enumerate(DTYPES)
            if kind != "float64"
        ]
        sentence = (
            f"All {int(self.count[-1]):,} logs add up to {format_number(true, 5)}, which no type comes near losing to "
            f"0. Rounding puts the sum off, as a share: {', '.join(off)}; so add up in float32 or better."
        )
        stopped = [kind for i, kind in enumerate(DTYPES) if self.sums[-1, i] == self.sums[-2, i]]
        if not stopped:
            return sentence
        return (
            f"{sentence} In {' and '.join(stopped)} it has even stopped: one more log is less than half of the last "
            "digit that is kept."
        )

    def numbers(self) -> Numbers:
        numbers: Numbers = {}
        for kind, (n, value) in self.ends.items():
            numbers |= {f"{kind}: product's last change, N": n, f"{kind}: product from there": value}
        return numbers | self._numbers_of_a_batch()

    def _numbers_of_a_batch(self) -> Numbers:
        numbers: Numbers = {"factors in a mini-batch": BATCH}
        for i, kind in enumerate(DTYPES):
            numbers |= {
                f"{kind}: product of a mini-batch": float(self.products[self._batch, i]),
                f"{kind}: sum of a mini-batch's logs": float(self.sums[self._batch, i]),
            }
        return numbers

    def table(self) -> Table:
        columns = {"N": self.count}
        for i, kind in enumerate(DTYPES):
            columns |= {f"product, {kind}": self.products[:, i], f"sum of logs, {kind}": self.sums[:, i]}
        return columns


def multiplied(chance: float, dtype: torch.dtype) -> list[float]:
    """1, p, p·p, … really multiplied in that type, until the product is 0 or no longer changes."""
    p, product = torch.tensor(chance, dtype=dtype), torch.ones((), dtype=dtype)
    products = [1.0]
    while (following := product * p) != product:
        product = following
        products.append(product.item())
    return products


def added(chance: float, count: int, dtype: torch.dtype) -> list[float]:
    """0, log p, log p + log p, … really added in that type, `count` times."""
    log, total = torch.tensor(chance, dtype=dtype).log(), torch.zeros((), dtype=dtype)
    sums = [0.0]
    for _ in range(count):
        total = total + log
        sums.append(total.item())
    return sums


def experiment(settings: Settings) -> Products:
    """Multiply and add in all four types, a little farther than the longest product lasts."""
    runs = {kind: multiplied(settings.chance, dtype) for kind, dtype in DTYPES.items()}
    ends = {kind: (len(run) - 1, run[-1]) for kind, run in runs.items()}
    longest = max(n for n, _ in ends.values())
    last = longest + max(6, longest // 20)
    around_ends = [n - i for n, _ in ends.values() for i in (0, 1)]
    count = np.unique(np.concatenate([np.linspace(0, last, 321).astype(int), [BATCH, *around_ends]]))
    sums = [np.array(added(settings.chance, last, dtype))[count] for dtype in DTYPES.values()]
    return Products(
        chance=settings.chance,
        count=count,
        products=np.stack([np.array(run)[np.minimum(count, len(run) - 1)] for run in runs.values()], 1),
        sums=np.stack(sums, 1),
        ends=ends,
    )
