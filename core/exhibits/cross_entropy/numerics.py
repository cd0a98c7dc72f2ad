"""Where the numbers of cross-entropy break: four floating-point types, three ways to write it, and products of chances.

Everything is really computed in the type it is shown for, on the CPU; nothing is derived from the types' limits.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.words import format_number

DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}
CASES = {
    "wrong and rising": "a wrong class, and rises",
    "right and rising": "the right class, and rises",
    "right and falling": "the right class, and falls",
}
"""What the one dragged activation is; the other one stays 0."""

REACH = 1000.0
PARTS, ROUNDS = 64, 5  # 1 to REACH is cut into so many parts, then the one that matters again: less than 1e-6 is left
STAGES = ("exponential", "middle", "loss", "gradient")

Chain = tuple[Tensor, Tensor, Tensor]
"""Exponentials (n, 2), the number made of them (n,), the losses (n,)."""


def naive(z: Tensor, target: int) -> Chain:
    """-log of softmax as its formula is written, for activations (n, 2); the middle number is p of the target."""
    e = z.exp()
    p = (e / e.sum(1, keepdim=True))[:, target]
    return e, p, -p.log()


def max_subtracted(z: Tensor, target: int) -> Chain:
    """The same with each row's largest activation subtracted first, so that no exponential overflows."""
    return naive(z - z.detach().amax(1, keepdim=True), target)


def log_sum_exp(z: Tensor, target: int) -> Chain:
    """log(sum(exp(z))) - z of the target, log and softmax taken together as `log_softmax` does; in the middle the log."""
    z = z - z.detach().amax(1, keepdim=True)
    e = z.exp()
    log = e.sum(1).log()
    return e, log, log - z[:, target]


METHODS: dict[str, Callable[[Tensor, int], Chain]] = {
    "naive": naive,
    "max subtracted": max_subtracted,
    "log-sum-exp": log_sum_exp,
}
SYMBOLS = {
    "naive": ("exp(z)", "p"),
    "max subtracted": ("exp(z − max)", "p"),
    "log-sum-exp": ("exp(z − max)", "log of the sum"),
}


def pair(size: Tensor, case: str) -> tuple[Tensor, int]:
    """Two activations a row, the dragged one first and 0 beside it, (n, 2), and the target of `case`."""
    moved = -size if case == "right and falling" else size
    return torch.stack([moved, torch.zeros_like(moved)], 1), int(case == "wrong and rising")


def chain(method: str, size: Tensor, case: str) -> Tensor:
    """The four numbers of STAGES in the precision of `size`, (n, 4).

    Of the exponentials the dragged one, or with the maximum subtracted the smaller one; the gradient is by autograd, in
    the dragged activation.
    """
    z, target = pair(size, case)
    z.requires_grad_()
    e, middle, losses = METHODS[method](z, target)
    (gradient,) = torch.autograd.grad(losses.sum(), z)
    exponential = e[:, 0] if method == "naive" else e.amin(1)
    return torch.stack([exponential, middle, losses, gradient[:, 0]], 1).detach()


def broken(numbers: Tensor, size: Tensor, case: str) -> Tensor:
    """Which of a chain's numbers are broken, bool (n, 4): infinite, not a number, or 0 though an exponential never is.

    A loss or gradient also if it is off by more than half of what it is in float64, where that is more than 0.05.
    """
    found = ~numbers.isfinite()
    found[:, :2] |= numbers[:, :2] == 0
    true = chain("log-sum-exp", size.double(), case)[:, 2:]
    found[:, 2:] |= (true.abs() > 0.05) & ((numbers[:, 2:].double() - true).abs() > 0.5 * true.abs())
    return found


@dataclass(frozen=True)
class Breakpoint:
    """The smallest size at which a number is broken, and what it has become there."""

    size: float
    value: float


@lru_cache(maxsize=64)
def breakpoints(method: str, precision: str, case: str) -> tuple[Breakpoint | None, ...]:
    """For each of STAGES where it breaks in that type, by cutting an interval; None where it does not up to REACH."""
    dtype, stages = DTYPES[precision], torch.arange(len(STAGES))
    low, high = (torch.full((len(STAGES),), v, dtype=torch.float64) for v in (1.0, REACH))
    share = torch.arange(1, PARTS + 1) / PARTS

    def at(places: Tensor) -> tuple[Tensor, Tensor]:
        """Each stage's number, and whether it is broken, at its own places (4, n)."""
        size = places.flatten().to(dtype)
        found = chain(method, size, case)
        bad = broken(found, size, case).view(*places.shape, -1)
        return found.view(*places.shape, -1)[stages, :, stages], bad[stages, :, stages]

    for _ in range(ROUNDS):
        places = low[:, None] + (high - low)[:, None] * share
        first = at(places)[1].int().argmax(1)
        low, high = torch.where(first > 0, places[stages, first - 1], low), places[stages, first]
    sizes, values, ever = (
        high.to(dtype).tolist(),
        at(high[:, None])[0].tolist(),
        at(torch.full((len(STAGES), 1), REACH))[1],
    )
    return tuple(Breakpoint(sizes[i], values[i][0]) if ever[i] else None for i in range(len(STAGES)))


def shown(value: float, digits: int = 4) -> str:
    """A number as it is: infinite, not a number and 0 included, and what no float32 holds."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return "0" if value == 0 else format_number(value, digits).replace("e+0", "e").replace("e+", "e")


def _turns(at: Breakpoint) -> str:
    """What a number does where it breaks."""
    change = (
        f"is wrong, {shown(at.value, 2)}," if math.isfinite(at.value) and at.value else f"becomes {shown(at.value)}"
    )
    return f"{change} at **{shown(at.size)}**"


@dataclass(frozen=True)
class Breaking:
    """The numbers on the way to the loss of two activations, 0 and one of F sizes, by type (4) and method (3)."""

    case: str
    method: str  # whose numbers are followed
    precision: str  # whose curves are drawn
    points: dict[tuple[str, str], tuple[Breakpoint | None, ...]]  # by type and method
    size: Array  # (F,)
    chains: Array  # (F, 4, 3, 4): by type, method and STAGES, held in float64
    broken: Array  # (F, 4, 3, 4) bool

    def findings(self) -> list[str]:
        return [self._followed(), self._by_type(), self._by_method()]

    def _names(self) -> tuple[str, ...]:
        return (*(f":orange[{name}]" for name in SYMBOLS[self.method]), "the :red[loss]", "the :violet[gradient]")

    def _followed(self) -> str:
        points = self.points[self.precision, self.method]
        breaks = [(at, name) for at, name in zip(points, self._names(), strict=True) if at]
        if not breaks:
            return f"**{self.precision}, {self.method}**: no number breaks up to {REACH:g}."
        told = [f"{name} {_turns(at)}" for at, name in sorted(breaks, key=lambda one: one[0].size)]
        end = (
            ""
            if points[2] or points[3]
            else ": but loss and gradient stay right, since nothing divides by it or takes its log"
        )
        return f"**{self.precision}, {self.method}**: {', '.join(told)}{end}."

    def first(self, kind: str, method: str) -> tuple[float, str] | None:
        """Where the loss or its gradient breaks, whichever comes first, and which of them it is."""
        found = [
            (at.size, name)
            for at, name in zip(self.points[kind, method], STAGES, strict=True)
            if at and name in STAGES[2:]
        ]
        return min(found, default=None, key=lambda one: one[0])

    def _by_type(self) -> str:
        firsts = {kind: self.first(kind, self.method) for kind in DTYPES}
        told = [f"{kind} at {shown(at[0])} ({at[1]})" for kind, at in firsts.items() if at]
        if not told:
            return f"Written this way, loss and gradient hold in every type up to {REACH:g}."
        quiet = any(at and at[1] == "gradient" and not self._loss_breaks_with(kind) for kind, at in firsts.items())
        more = (
            " Where the gradient goes first, the loss still looks right: nothing on a plot of it warns you."
            if quiet
            else ""
        )
        return f"Written this way, what breaks first: {', '.join(told)}.{more}"

    def _loss_breaks_with(self, kind: str) -> bool:
        loss, gradient = self.points[kind, self.method][2:]
        return bool(loss and gradient and loss.size <= gradient.size)

    def _by_method(self) -> str:
        told = []
        for method in METHODS:
            at = self.first(self.precision, method)
            told.append(f"*{method}* {f'until {shown(at[0])}' if at else f'all the way to {REACH:g}'}")
        return f"In {self.precision} loss and gradient are usable: {', '.join(told)}."

    def numbers(self) -> dict[str, float]:
        return {
            f"{kind}, {method}: {name} breaks at": at.size
            for (kind, method), points in self.points.items()
            for at, name in zip(points, STAGES, strict=True)
            if at
        }

    def table(self) -> Table:
        columns = {"size": self.size}
        for i, kind in enumerate(DTYPES):
            for j, method in enumerate(METHODS):
                columns |= {f"{name}, {kind}, {method}": self.chains[:, i, j, k] for k, name in enumerate(STAGES)}
        return columns


def breaking(case: str, method: str, precision: str) -> Breaking:
    """Drag one activation from 1 to 1000 in all four types, by all three methods."""
    size = torch.logspace(0, math.log10(REACH), 241, dtype=torch.float64)
    chains, wrong = [], []
    for dtype in DTYPES.values():
        own = size.to(dtype)
        every = [chain(one, own, case) for one in METHODS]
        chains.append(torch.stack([numbers.double() for numbers in every], 1))
        wrong.append(torch.stack([broken(numbers, own, case) for numbers in every], 1))
    points = {(kind, one): breakpoints(one, kind, case) for kind in DTYPES for one in METHODS}
    arrays = [torch.stack(part, 1).numpy() for part in (chains, wrong)]
    return Breaking(case, method, precision, points, size.numpy(), *arrays)


AT = 64  # a mini-batch of probabilities


@dataclass(frozen=True)
class Products:
    """The product of N equal probabilities and the sum of their logs, in each type, at F values of N."""

    chance: float
    count: Array  # (F,)
    products: Array  # (F, 4)
    sums: Array  # (F, 4): of natural logs
    ends: dict[str, tuple[int, float]]  # by type: N from which the product stays what it is, and that product

    def findings(self) -> list[str]:
        zero = [f"{kind} at **N = {n:,}**" for kind, (n, value) in self.ends.items() if value == 0]
        stuck = [f"{kind} at {shown(value)} (N = {n:,})" for kind, (n, value) in self.ends.items() if value != 0]
        said = []
        if zero:
            said.append(f"The product of N times {self.chance:g} is exactly 0 in {', '.join(zero)}.")
        if stuck:
            said.append(
                f"It never becomes 0, but it stops falling: {', '.join(stuck)}. The next multiplication rounds back to the "
                "same number, so from there on the product is simply wrong."
            )
        n, i = int(np.searchsorted(self.count, AT)), list(DTYPES).index("float32")
        said.append(
            f"{AT} times {self.chance:g} in float32: the product is **{shown(self.products[n, i])}**, the sum of the logs "
            f":red[{format_number(self.sums[n, i], 5)}]."
        )
        true = self.sums[-1, -1]
        off = [
            f"{kind} by {format_number(abs(self.sums[-1, i] / true - 1))}"
            for i, kind in enumerate(DTYPES)
            if kind != "float64"
        ]
        said.append(
            f"All {int(self.count[-1]):,} logs add up to {format_number(true, 5)}, which no type comes near losing to 0. Rounding puts the "
            f"sum off, as a share: {', '.join(off)}; so add up in float32 or better."
        )
        stopped = [kind for i, kind in enumerate(DTYPES) if self.sums[-1, i] == self.sums[-2, i]]
        if stopped:
            said[-1] += (
                f" In {' and '.join(stopped)} it has even stopped: one more log is less than half of the last digit that is kept."
            )
        return said

    def numbers(self) -> Numbers:
        found: Numbers = {}
        for kind, (n, value) in self.ends.items():
            found |= {f"{kind}: product's last change, N": n, f"{kind}: product from there": value}
        return found

    def table(self) -> Table:
        columns = {"N": self.count}
        for i, kind in enumerate(DTYPES):
            columns |= {f"product, {kind}": self.products[:, i], f"sum of logs, {kind}": self.sums[:, i]}
        return columns


def multiplied(chance: float, dtype: torch.dtype) -> list[float]:
    """1, p, p·p, … really multiplied in that type, until the product is 0 or no longer changes."""
    p, product = torch.tensor(chance, dtype=dtype), torch.ones((), dtype=dtype)
    found = [1.0]
    while (following := product * p) != product:
        product = following
        found.append(product.item())
    return found


def added(chance: float, count: int, dtype: torch.dtype) -> list[float]:
    """0, log p, log p + log p, … really added in that type, `count` times."""
    log, total = torch.tensor(chance, dtype=dtype).log(), torch.zeros((), dtype=dtype)
    found = [0.0]
    for _ in range(count):
        total = total + log
        found.append(total.item())
    return found


@lru_cache(maxsize=8)
def products(chance: float) -> Products:
    """Multiply and add in all four types, a little farther than the longest product lasts."""
    runs = {kind: multiplied(chance, dtype) for kind, dtype in DTYPES.items()}
    ends = {kind: (len(run) - 1, run[-1]) for kind, run in runs.items()}
    longest = max(n for n, _ in ends.values())
    last = longest + max(6, longest // 20)
    count = np.unique(
        np.concatenate(
            [np.linspace(0, last, 321).astype(int), [AT, *(n - i for n, _ in ends.values() for i in (0, 1))]]
        )
    )
    rows = np.stack([np.array(run)[np.minimum(count, len(run) - 1)] for run in runs.values()], 1)
    sums = np.stack([np.array(added(chance, last, dtype))[count] for dtype in DTYPES.values()], 1)
    return Products(chance, count, rows, sums, ends)
