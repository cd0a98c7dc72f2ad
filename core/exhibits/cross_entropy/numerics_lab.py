"""Where the numbers of cross-entropy break: three ways to write it, in four floating-point types.

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
from core.exhibits.cross_entropy.settings import DTYPES, METHODS, Settings
from core.words import format_any

REACH = 1000.0
EXAMPLE = 200.0  # a size at which the log of softmax is told apart from log_softmax
PARTS, ROUNDS = 64, 5  # 1 to REACH is cut into so many parts, then the one that matters again: less than 1e-6 is left
LOGS = {"log of softmax": "naive", "log_softmax": "log-sum-exp"}  # by which of METHODS each is computed
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
    """log(sum(exp(z))) - z of the target: log and softmax at once, as in `log_softmax`; in the middle the log."""
    z = z - z.detach().amax(1, keepdim=True)
    e = z.exp()
    log = e.sum(1).log()
    return e, log, log - z[:, target]


FUNCTIONS: dict[str, Callable[[Tensor, int], Chain]] = dict(
    zip(METHODS, (naive, max_subtracted, log_sum_exp), strict=True)
)
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
    e, middle, losses = FUNCTIONS[method](z, target)
    (gradient,) = torch.autograd.grad(losses.sum(), z)
    exponential = e[:, 0] if method == "naive" else e.amin(1)
    return torch.stack([exponential, middle, losses, gradient[:, 0]], 1).detach()


def broken(numbers: Tensor, size: Tensor, case: str) -> Tensor:
    """Which of a chain's numbers are broken, bool (n, 4): infinite, not a number, or 0 though an exponential never is.

    A loss or gradient also if it is off by more than half of what it is in float64, where that is more than 0.05.
    """
    bad = ~numbers.isfinite()
    bad[:, :2] |= numbers[:, :2] == 0
    true = chain("log-sum-exp", size.double(), case)[:, 2:]
    bad[:, 2:] |= (true.abs() > 0.05) & ((numbers[:, 2:].double() - true).abs() > 0.5 * true.abs())
    return bad


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
        numbers = chain(method, size, case)
        bad = broken(numbers, size, case).view(*places.shape, -1)
        return numbers.view(*places.shape, -1)[stages, :, stages], bad[stages, :, stages]

    for _ in range(ROUNDS):
        places = low[:, None] + (high - low)[:, None] * share
        first = at(places)[1].int().argmax(1)
        low, high = torch.where(first > 0, places[stages, first - 1], low), places[stages, first]
    sizes, values = high.to(dtype).tolist(), at(high[:, None])[0][:, 0].tolist()
    ever = at(torch.full((len(STAGES), 1), REACH))[1]
    return tuple(Breakpoint(sizes[i], values[i]) if ever[i] else None for i in range(len(STAGES)))


def _how_it_breaks(at: Breakpoint) -> str:
    """What a number does where it breaks."""
    wrong = math.isfinite(at.value) and at.value
    change = f"is wrong, {format_any(at.value, 2)}," if wrong else f"becomes {format_any(at.value)}"
    return f"{change} at **{format_any(at.size)}**"


@dataclass(frozen=True, kw_only=True)
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
        return [self._followed(), self._by_type(), self._by_method(), self._at_the_example()]

    def _followed(self) -> str:
        points = self.points[self.precision, self.method]
        names = (*(f":orange[{symbol}]" for symbol in SYMBOLS[self.method]), "the :red[loss]", "the :violet[gradient]")
        breaks = [(point, name) for point, name in zip(points, names, strict=True) if point]
        if not breaks:
            return f"**{self.precision}, {self.method}**: no number breaks up to {REACH:g}."
        breaks.sort(key=lambda pair: pair[0].size)
        words = ", ".join(f"{name} {_how_it_breaks(point)}" for point, name in breaks)
        usable = ": but loss and gradient stay right, since nothing divides by it or takes its log"
        return f"**{self.precision}, {self.method}**: {words}{'' if points[2] or points[3] else usable}."

    def first(self, precision: str, method: str) -> tuple[float, str] | None:
        """Where the loss or its gradient breaks, whichever comes first, and which of them it is."""
        loss_and_gradient = zip(self.points[precision, method][2:], STAGES[2:], strict=True)
        breaks = [(point.size, stage) for point, stage in loss_and_gradient if point]
        return min(breaks, default=None, key=lambda pair: pair[0])

    def _by_type(self) -> str:
        firsts = {precision: self.first(precision, self.method) for precision in DTYPES}
        words = [f"{precision} at {format_any(at[0])} ({at[1]})" for precision, at in firsts.items() if at]
        if not words:
            return f"Written this way, loss and gradient hold in every type up to {REACH:g}."
        quiet = any(self._gradient_breaks_alone(precision) for precision in DTYPES)
        more = " Where the gradient goes first, the loss still looks right: nothing on a plot of it warns you."
        return f"Written this way, what breaks first: {', '.join(words)}.{more if quiet else ''}"

    def _gradient_breaks_alone(self, precision: str) -> bool:
        """Whether the gradient breaks while the loss is still right."""
        loss, gradient = self.points[precision, self.method][2:]
        return bool(gradient and not (loss and loss.size <= gradient.size))

    def _by_method(self) -> str:
        firsts = {method: self.first(self.precision, method) for method in METHODS}
        words = [
            f"*{method}* {f'until {format_any(at[0])}' if at else f'all the way to {REACH:g}'}"
            for method, at in firsts.items()
        ]
        return f"In {self.precision} loss and gradient are usable: {', '.join(words)}."

    def _at_the_example(self) -> str:
        by_formula, at_once = (self._logs()[f"{self.precision}: {name} of the example"] for name in LOGS)
        return (
            f"At {EXAMPLE:g}, in {self.precision}, the log of the right class's softmax is {format_any(by_formula)}; "
            f"`log_softmax` gives {format_any(at_once)}."
        )

    def numbers(self) -> Numbers:
        breaks = {
            f"{precision}, {method}: {stage} breaks at": point.size
            for (precision, method), points in self.points.items()
            for point, stage in zip(points, STAGES, strict=True)
            if point
        }
        return {**breaks, "size of the example": EXAMPLE, **self._logs()}

    def _logs(self) -> dict[str, float]:
        """The logs of the target's probability at the example's size, in every type."""
        losses = self.chains[int(np.searchsorted(self.size, EXAMPLE)), :, :, STAGES.index("loss")]
        return {
            f"{kind}: {name} of the example": -float(losses[i, METHODS.index(method)])
            for i, kind in enumerate(DTYPES)
            for name, method in LOGS.items()
        }

    def table(self) -> Table:
        columns = {"size": self.size}
        for i, kind in enumerate(DTYPES):
            for j, method in enumerate(METHODS):
                columns |= {f"{name}, {kind}, {method}": self.chains[:, i, j, k] for k, name in enumerate(STAGES)}
        return columns


def experiment(settings: Settings) -> Breaking:
    """Drag one activation from 1 to 1000 in all four types, by all three methods."""
    case = settings.case
    size = torch.cat([torch.logspace(0, math.log10(REACH), 241, dtype=torch.float64), torch.tensor([EXAMPLE])])
    size = size.sort().values
    chains, bad = [], []
    for dtype in DTYPES.values():
        rounded = size.to(dtype)
        by_method = [chain(method, rounded, case) for method in METHODS]
        chains.append(torch.stack([numbers.double() for numbers in by_method], 1))
        bad.append(torch.stack([broken(numbers, rounded, case) for numbers in by_method], 1))
    return Breaking(
        case=case,
        method=settings.method,
        precision=settings.precision,
        points={(kind, method): breakpoints(method, kind, case) for kind in DTYPES for method in METHODS},
        size=size.numpy(),
        chains=torch.stack(chains, 1).numpy(),
        broken=torch.stack(bad, 1).numpy(),
    )
