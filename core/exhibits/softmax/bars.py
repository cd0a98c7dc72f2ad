"""One activation moves, and with it all probabilities: exponents, their sum, and each one's share of it."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.exhibits.softmax.probabilities import REACH, book_activations, join_numbers, softmax
from core.exhibits.softmax.settings import BEARS, Settings
from core.words import format_any_large

LADDER = (5.0, 4.0, 3.0, 2.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """K activations of which one takes F values, and what softmax makes of them, in float32."""

    names: tuple[str, ...]
    given: Array  # (K,): the activations before one is moved
    moving: int  # which of them moves
    temperature: float
    shift: float
    stable: bool  # torch.softmax, which takes the largest away first; else as the formula reads
    changes: tuple[float, float]  # the most that the shift changes any probability, in float32 and float64
    values: Array  # (F,): of the moving one, its given value among them
    activations: Array  # (F, K): with the shift
    powers: Array  # (F, K): divided by the temperature, and when stable less the largest
    exponents: Array  # (F, K): e to these powers
    sums: Array  # (F,)
    probabilities: Array  # (F, K)
    exact: Array  # (F, K): in float64, without the shift
    plain: Array  # (K,): of the given activations at temperature 1, without the shift

    @property
    def given_frame(self) -> int:
        """The frame of the activations as given."""
        return int(np.abs(self.values - self.given[self.moving]).argmin())

    @property
    def broken(self) -> bool:
        """Whether the given activations' probabilities are no numbers."""
        return bool(np.isnan(self.probabilities[self.given_frame]).any())

    def findings(self) -> list[str]:
        if self.broken:
            return [self._broken(), *([self._shifted()] if self.shift and self.temperature else [])]
        sentences = [self._computed(), self._moved()]
        if self.shift:
            sentences.append(self._shifted())
        if self.temperature != 1:
            sentences.append(self._cooled())
        return [*sentences, *self._lead()]

    def _computed(self) -> str:
        i = self.given_frame
        numbers = zip(self.names, self.activations[i], strict=True)
        activations = ", ".join(f"{name} {format_any_large(float(a))}" for name, a in numbers)
        lowered = ", after the largest is taken away," if self.stable else ""
        return (
            f":orange[Activations] {activations}{lowered} have the exponents {join_numbers(self.exponents[i])} with "
            f"the sum {format_any_large(float(self.sums[i]))}. Divided by it: "
            f"**{join_numbers(self.probabilities[i])}**."
        )

    def _broken(self) -> str:
        i = self.given_frame
        if self.temperature == 0:
            divided = torch.from_numpy(self.given) / self.temperature
            return (
                f"Temperature 0 divides the activations by 0: {join_numbers(divided.numpy())}. The probabilities are "
                f"**{join_numbers(self.probabilities[i])}**, no numbers. The limit is what `argmax` says: 1 for the "
                "largest, 0 for the others."
            )
        if np.isinf(self.exponents[i]).any():
            most = format_any_large(float(np.finfo(np.float32).max), 2)
            how = (
                f"$e^{{{self.powers[i].max():.4g}}}$ is more than float32 can hold, {most}, so it is ∞, and ∞ ÷ ∞ is "
                "**NaN**, no number."
            )
        else:
            how = "Every exponent is smaller than float32 can hold, so it is 0, and 0 ÷ 0 is **NaN**, no number."
        mended = torch.from_numpy(self.powers[i]).softmax(0).numpy()
        return (
            f"{how} `torch.softmax` takes the largest away from all before it raises them, and gets "
            f"{join_numbers(mended)}."
        )

    def _moved(self) -> str:
        name, p = self.names[self.moving], self.probabilities[:, self.moving]
        if np.isnan(p[-1]):
            lost = format_any_large(float(self.values[np.isnan(p).argmax()]))
            return (
                f"Move {name} to {lost}, and its exponent is more than float32 can hold: the probabilities are **NaN**."
            )
        low, high = format_any_large(self.values[0]), format_any_large(self.values[-1])
        sentence = (
            f"Move {name} from {low} to {high}: its probability goes from {format_any_large(p[0], 2)} to "
            f"{format_any_large(p[-1])}"
        )
        others = [k for k in range(len(self.names)) if k != self.moving][:2]
        first, second = self.exact[:, others[0]], self.exact[:, others[-1]]
        if len(others) < 2 or not 1e-3 < first[0] / second[0] < 1e3:
            return f"{sentence}, at the others' cost."
        spread = float(np.ptp(first / second) * second[0] / first[0])
        return (
            f"{sentence}. The others share the rest, and {self.names[others[0]]} always gets "
            f"{format_any_large(first[0] / second[0], 3)} times as much as {self.names[others[1]]} (in float64 the "
            f"same up to {format_any_large(spread, 1)})."
        )

    def _shifted(self) -> str:
        single, double = (format_any_large(change, 2) for change in self.changes)
        spacing = float(np.spacing(np.float32(abs(self.shift))))
        return (
            f"With {format_any_large(self.shift)} more on every activation no probability changes by more than "
            f"{single} in float32, where numbers near {format_any_large(abs(self.shift))} lie "
            f"{format_any_large(spacing, 2)} apart, and by {double} in float64. Only differences matter."
        )

    def _cooled(self) -> str:
        p, t = self.probabilities[self.given_frame], f"{self.temperature:g}"
        zero = int((p == 0).sum())
        sentence = (
            f"Temperature {t} divides every activation by {t} first: the largest probability is "
            f"**{format_any_large(float(p.max()))}** instead of {format_any_large(float(self.plain.max()))}."
        )
        return f"{sentence} Exactly 0 in float32: {zero} of {len(p)}. It has become `argmax`." if zero else sentence

    def _lead(self) -> list[str]:
        """How a lead grows, where it does."""
        first, p = int(self.given.argmax()), self.plain.max()
        share = self.given[first] / self.given.sum() if self.given.min() > 0 else 1
        if self.shift or self.temperature != 1 or p <= share:
            return []
        return [
            f"{self.names[first]} has {share:.0%} of the activations' sum and {p:.0%} of the probability: a lead of 1 "
            f"is always a factor of {format_any_large(math.e)}. That is how softmax picks one."
        ]

    def numbers(self) -> Numbers:
        i = self.given_frame
        numbers = {"sum of exponents": float(self.sums[i]), "largest change by the shift, float32": self.changes[0]}
        for k, name in enumerate(self.names):
            numbers[f"activation {name}"] = float(self.activations[i, k])
            numbers[f"exponent {name}"] = float(self.exponents[i, k])
            numbers[f"probability {name}"] = float(self.probabilities[i, k])
        for k, name in enumerate(self.names[1:], 1):
            first, other = float(self.exponents[i, 0]), float(self.exponents[i, k])
            numbers[f"exponent {self.names[0]} over exponent {name}"] = first / other if other else math.nan
        return numbers

    def table(self) -> Table:
        columns = {f"{self.names[self.moving]}, moved": self.values, "sum": self.sums}
        for k, name in enumerate(self.names):
            columns |= {f"exponent {name}": self.exponents[:, k], f"probability {name}": self.probabilities[:, k]}
        return columns


def activations(settings: Settings) -> Tensor:
    """The activations before one of them is moved, (classes,)."""
    if settings.start == "random":
        return book_activations(1, settings.classes, settings.seed)[0]
    return torch.tensor(LADDER[: settings.classes]) if settings.start == "5 4 3" else torch.zeros(settings.classes)


def experiment(settings: Settings) -> Sweep:
    """Move the chosen activation, or the last one where there are fewer."""
    moving = min(settings.swept, settings.classes - 1)
    return sweep(activations(settings), moving, settings.temperature, settings.shift, settings.formula == "torch")


def sweep(given: Tensor, moving: int, temperature: float, shift: float, stable: bool) -> Sweep:
    """Move one of the given activations (K,) from -8 to 8, with `shift` added to all of them."""
    values = torch.cat([torch.arange(-20 * REACH, 20 * REACH + 1) / 20, given[moving : moving + 1]]).unique()
    unshifted = given.repeat(len(values), 1)
    unshifted[:, moving] = values
    shifted = unshifted + shift
    powers = shifted / temperature
    if stable:
        probabilities = powers.softmax(1)
        powers = powers - powers.max(1, keepdim=True).values
    else:
        probabilities = softmax(powers)
    exponents = powers.exp()
    return Sweep(
        names=BEARS[: len(given)],
        given=given.numpy(),
        moving=moving,
        temperature=temperature,
        shift=shift,
        stable=stable,
        changes=(largest_change(unshifted, shift, temperature), largest_change(unshifted.double(), shift, temperature)),
        values=values.numpy(),
        activations=shifted.numpy(),
        powers=powers.numpy(),
        exponents=exponents.numpy(),
        sums=exponents.sum(1).numpy(),
        probabilities=probabilities.numpy(),
        exact=(unshifted.double() / temperature).softmax(1).numpy(),
        plain=given.softmax(0).numpy(),
    )


def largest_change(activations: Tensor, shift: float, temperature: float) -> float:
    """The most that `shift` on all of the activations (n, K) changes any probability, in their precision."""
    shifted = ((activations + shift) / temperature).softmax(1)
    return (shifted - (activations / temperature).softmax(1)).abs().max().item()


def what_the_constant_does(result: Sweep) -> str:
    """The answer to the page's question: what the constant on all activations does to the largest probability."""
    change = float(result.probabilities[result.given_frame].max() - result.plain.max())
    return "stays as it is" if abs(change) < 1e-4 else "rises" if change > 0 else "falls"
