"""Softmax: exponents divided by their sum; its one swept activation, its two-class case, its table (fastbook chapter 5).

Each function answers one of the exhibit's questions with a result that can say in words what was found.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.words import format_number

NAMES = ("grizzly", "teddy", "black", "polar", "brown")
"""Kinds of bear, as in the book's first classifier, and two more."""

LADDER = (5.0, 4.0, 3.0, 2.0, 1.0)
REACH = 8  # the moved activation goes so far both ways


def softmax(activations: Tensor) -> Tensor:
    """Exponents divided by their sum, as the book writes it; (n, classes) → (n, classes)."""
    exponents = activations.exp()
    return exponents / exponents.sum(dim=1, keepdim=True)


def book_activations(items: int, classes: int, seed: int) -> Tensor:
    """The book's `torch.random.manual_seed(seed); torch.randn((items, classes))*2`, from a generator of its own."""
    return torch.randn((items, classes), generator=torch.Generator().manual_seed(seed)) * 2


def told(value: float, digits: int = 4) -> str:
    """A number of any size in few characters: 0.6652, 43,191, 3.4e38, ∞, NaN."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if 1e3 <= abs(value) < 1e6:
        return f"{value:,.{2 if abs(value) < 1e4 else 0}f}".replace(".00", "").replace("-", "−")
    return format_number(value, digits).replace("e+0", "e").replace("e+", "e")


def listed(values: Array, digits: int = 4) -> str:
    return ", ".join(told(float(value), digits) for value in values)


@dataclass(frozen=True)
class Sweep:
    """K activations of which one takes F values, and what softmax makes of them, in float32."""

    names: tuple[str, ...]
    own: Array  # (K,): the activations as given
    moving: int  # which of them moves
    temperature: float
    shift: float
    stable: bool  # torch.softmax, which takes the largest away first; else as the formula reads
    changes: tuple[float, float]  # the most that the shift changes any probability, in float32 and float64
    values: Array  # (F,): of the moving one, its own among them
    activations: Array  # (F, K): with the shift
    powers: Array  # (F, K): divided by the temperature, and when stable less the largest
    exponents: Array  # (F, K): e to these powers
    sums: Array  # (F,)
    probabilities: Array  # (F, K)
    exact: Array  # (F, K): in float64, without the shift
    plain: Array  # (K,): of the given activations at temperature 1, without the shift

    @property
    def given(self) -> int:
        """The frame of the activations as given."""
        return int(np.abs(self.values - self.own[self.moving]).argmin())

    @property
    def broken(self) -> bool:
        """Whether the given activations' probabilities are no numbers."""
        return bool(np.isnan(self.probabilities[self.given]).any())

    def findings(self) -> list[str]:
        if self.broken:
            return [self._broken(), *([self._shifted()] if self.shift and self.temperature else [])]
        said = [self._computed(), self._moved()]
        if self.shift:
            said.append(self._shifted())
        if self.temperature != 1:
            said.append(self._cooled())
        return [*said, *self._led()]

    def _computed(self) -> str:
        i = self.given
        given = ", ".join(f"{name} {told(float(a))}" for name, a in zip(self.names, self.activations[i], strict=True))
        lowered = ", after the largest is taken away," if self.stable else ""
        return (
            f":orange[Activations] {given}{lowered} have the exponents {listed(self.exponents[i])} with the sum "
            f"{told(float(self.sums[i]))}. Divided by it: **{listed(self.probabilities[i])}**."
        )

    def _broken(self) -> str:
        i = self.given
        if self.temperature == 0:
            divided = torch.from_numpy(self.own) / self.temperature
            return (
                f"Temperature 0 divides the activations by 0: {listed(divided.numpy())}. The probabilities are "
                f"**{listed(self.probabilities[i])}**, no numbers. The limit is what `argmax` says: 1 for the largest, 0 for "
                "the others."
            )
        if np.isinf(self.exponents[i]).any():
            most = told(float(np.finfo(np.float32).max), 2)
            how = f"$e^{{{self.powers[i].max():.4g}}}$ is more than float32 can hold, {most}, so it is ∞, and ∞ ÷ ∞ is **NaN**, no number."
        else:
            how = "Every exponent is smaller than float32 can hold, so it is 0, and 0 ÷ 0 is **NaN**, no number."
        mended = torch.from_numpy(self.powers[i]).softmax(0).numpy()
        return (
            f"{how} `torch.softmax` takes the largest away from all before it raises them, and gets {listed(mended)}."
        )

    def _moved(self) -> str:
        name, p = self.names[self.moving], self.probabilities[:, self.moving]
        sentence = f"Move {name} from {told(self.values[0])} to {told(self.values[-1])}: its probability goes from {told(p[0], 2)} to {told(p[-1])}"
        if np.isnan(p[-1]):
            lost = float(self.values[np.isnan(p).argmax()])
            return f"Move {name} to {told(lost)}, and its exponent is more than float32 can hold: the probabilities are **NaN**."
        others = [k for k in range(len(self.names)) if k != self.moving][:2]
        first, second = self.exact[:, others[0]], self.exact[:, others[-1]]
        if len(others) < 2 or not 1e-3 < first[0] / second[0] < 1e3:
            return f"{sentence}, at the others' cost."
        spread = float(np.ptp(first / second) * second[0] / first[0])
        return (
            f"{sentence}. The others share the rest, and {self.names[others[0]]} always gets {told(first[0] / second[0], 3)} times "
            f"as much as {self.names[others[1]]} (in float64 the same up to {told(spread, 1)})."
        )

    def _shifted(self) -> str:
        single, double = self.changes
        spacing = float(np.spacing(np.float32(abs(self.shift))))
        return (
            f"With {told(self.shift)} more on every activation no probability changes by more than {told(single, 2)} in float32, "
            f"where numbers near {told(abs(self.shift))} lie {told(spacing, 2)} apart, and by {told(double, 2)} in float64. "
            "Only differences matter."
        )

    def _cooled(self) -> str:
        p, t = self.probabilities[self.given], f"{self.temperature:g}"
        zero = int((p == 0).sum())
        sentence = (
            f"Temperature {t} divides every activation by {t} first: the largest probability is **{told(float(p.max()))}** "
            f"instead of {told(float(self.plain.max()))}."
        )
        return f"{sentence} Exactly 0 in float32: {zero} of {len(p)}. It has become `argmax`." if zero else sentence

    def _led(self) -> list[str]:
        """How a lead grows, where it does."""
        first, p = int(self.own.argmax()), self.plain.max()
        share = self.own[first] / self.own.sum() if self.own.min() > 0 else 1
        if self.shift or self.temperature != 1 or p <= share:
            return []
        return [
            f"{self.names[first]} has {share:.0%} of the activations' sum and {p:.0%} of the probability: a lead of 1 is always a "
            f"factor of {told(math.e)}. That is how softmax picks one."
        ]

    def numbers(self) -> Numbers:
        i = self.given
        found = {"sum of exponents": float(self.sums[i]), "largest change by the shift, float32": self.changes[0]}
        for k, name in enumerate(self.names):
            found[f"activation {name}"] = float(self.activations[i, k])
            found[f"exponent {name}"] = float(self.exponents[i, k])
            found[f"probability {name}"] = float(self.probabilities[i, k])
        return found

    def table(self) -> Table:
        columns = {f"{self.names[self.moving]}, moved": self.values, "sum": self.sums}
        for k, name in enumerate(self.names):
            columns |= {f"exponent {name}": self.exponents[:, k], f"probability {name}": self.probabilities[:, k]}
        return columns


def sweep(own: Tensor, moving: int, temperature: float, shift: float, stable: bool) -> Sweep:
    """Move one of the activations `own` (K,) over -8 to 8, with `shift` added to all of them."""
    grid = torch.cat([torch.arange(-20 * REACH, 20 * REACH + 1) / 20, own[moving : moving + 1]])
    values = grid.unique()
    plain = own.repeat(len(values), 1)
    plain[:, moving] = values
    powers = (plain + shift) / temperature
    if stable:
        probabilities = powers.softmax(1)
        powers = powers - powers.max(1, keepdim=True).values
    else:
        probabilities = softmax(powers)
    exponents = powers.exp()
    exact = (plain.double() / temperature).softmax(1)
    shifted = ((plain.double() + shift) / temperature).softmax(1)
    single = ((plain + shift) / temperature).softmax(1) - (plain / temperature).softmax(1)
    changes = single.abs().max().item(), (shifted - exact).abs().max().item()
    tensors = (values, plain + shift, powers, exponents, exponents.sum(1), probabilities, exact, own.softmax(0))
    rows = [t.numpy() for t in tensors]
    return Sweep(NAMES[: len(own)], own.numpy(), moving, temperature, shift, stable, changes, *rows)


@dataclass(frozen=True)
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
        single, double = (float(self.errors[kind].max()) for kind in ("float32", "float64"))
        equal, total = int((self.errors["float32"] == 0).sum()), len(self.difference)
        zero = int(np.abs(self.difference).argmin())
        return [
            f"For two classes softmax is the sigmoid of the difference. At {total} differences from {told(self.difference[0])} "
            f"to {told(self.difference[-1])} the two agree to **{told(single, 2)}** in float32 and **{told(double, 2)}** in float64.",
            f"In float32 {equal} of {total} are equal to the last bit; the rest differ by rounding.",
            f"The second activation stays at {told(self.second, 3)}, and that does not matter: at the difference "
            f"{told(self.difference[zero])} both probabilities are {listed(self.probabilities[zero])}. Two activations for two "
            "classes say no more than one.",
        ]

    def numbers(self) -> Numbers:
        return {f"largest difference, {kind}": float(error.max()) for kind, error in self.errors.items()}

    def table(self) -> Table:
        errors = {f"difference, {kind}": error for kind, error in self.errors.items()}
        return {"a1 - a2": self.difference, "softmax": self.probabilities[:, 0], "sigmoid": self.sigmoid, **errors}


def two_classes(second: float) -> TwoClasses:
    """Let the first of two activations lead the second by -8 to 8."""
    lead = torch.arange(-20 * REACH, 20 * REACH + 1, dtype=torch.float64) / 20
    exact = torch.stack([second + lead, torch.full_like(lead, second)], 1)
    found = {}
    for kind, activations in (("float32", exact.float()), ("float64", exact)):
        probabilities = activations.softmax(1)
        sigmoid = (activations[:, 0] - activations[:, 1]).sigmoid()
        found[kind] = (activations, probabilities, sigmoid, (probabilities[:, 0] - sigmoid).abs())
    activations, probabilities, sigmoid, _ = found["float32"]
    exponents = (activations - activations.max(1, keepdim=True).values).exp()
    rows = [t.numpy() for t in (lead, activations, exponents, probabilities, sigmoid)]
    return TwoClasses(second, {kind: parts[3].numpy() for kind, parts in found.items()}, *rows)


@dataclass(frozen=True)
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
            f"`torch.random.manual_seed({self.seed}); acts = torch.randn((6,2))*2`: row 0 holds the :orange[activations] "
            f"{listed(a)}, and `torch.softmax(acts, dim=1)` makes them **{listed(p)}**.",
            f"The last column is the sigmoid of the difference, in row 0 of {told(a[0] - a[1])}: nowhere does it differ from the "
            f"first probability by more than {told(off, 2)}.",
        ]

    def numbers(self) -> Numbers:
        cells = [(i, k) for i in range(len(self.sums)) for k in range(2)]
        found = {f"activation {i} {k}": float(self.activations[i, k]) for i, k in cells}
        return found | {f"probability {i} {k}": float(self.probabilities[i, k]) for i, k in cells}

    def table(self) -> Table:
        columns: Table = {}
        for name, values in (
            ("activation", self.activations),
            ("exponent", self.exponents),
            ("probability", self.probabilities),
        ):
            columns |= {f"{name} 3": values[:, 0], f"{name} 7": values[:, 1]}
        return columns | {"sum": self.sums, "sigmoid of difference": self.sigmoid}


def book_table(seed: int, items: int = 6) -> BookTable:
    """Exponents, their sums, probabilities, and the sigmoid of the difference for every row."""
    acts = book_activations(items, 2, seed)
    exponents, probabilities = acts.exp(), torch.softmax(acts, dim=1)
    sigmoid = (acts[:, 0] - acts[:, 1]).sigmoid()
    tensors = (acts, exponents, exponents.sum(1), probabilities, sigmoid, probabilities.sum(1))
    return BookTable(seed, *(t.numpy() for t in tensors))
