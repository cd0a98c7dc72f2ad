"""What is to be concluded from a sweep, and what is not, in sentences made from its numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.settings import Control
from core.sweep.comparing import written
from core.sweep.plan import Run, SetUp
from core.sweep.runs import Finished
from core.sweep.statistics import POWER, Summary, difference, seeds_to_tell_apart, summary
from core.words import format_number, format_seconds, join_words

SHARES = ("accuracy", "error rate")
"""Numbers that are shares, and are written in percent."""

LOWER_IS_BETTER = ("loss", "error")
ALL = "all seeds"  # the group of a sweep that changes nothing else
POINTS = " points"  # between two shares
LEFT_OUT = 3  # groups named in a sentence

NOTHING_DRAWN = "Nothing on this page is drawn at random, so one run for each value says all there is to say."
ONE_SEED = "One run for each value says nothing about luck: choose at least two seeds, better five."


@dataclass(frozen=True, kw_only=True)
class Group:
    """All runs with the same values of the axes."""

    number: str
    at: tuple[Any, ...]
    words: str  # these values as a person reads them
    values: tuple[float, ...]  # the number, of each run that has come
    summary: Summary


def share(number: str) -> bool:
    """Whether that number is written in percent."""
    return any(word in number for word in SHARES)


def grouped(
    runs: Sequence[Run], arrived: Sequence[Finished | None], number: str, words: Mapping[Any, str]
) -> list[Group]:
    """The runs that have come, by the values of the axes, which `words` names; in the order of those values."""
    found: dict[tuple[Any, ...], list[float]] = {run.at: [] for run in runs}
    for run, result in zip(runs, arrived, strict=True):
        if result is not None:
            found[run.at].append(result.numbers.get(number, math.nan))
    return [
        Group(number=number, at=at, words=words[at], values=tuple(values), summary=_possible(summary(values), number))
        for at, values in found.items()
        if values
    ]


def _possible(found: Summary, number: str) -> Summary:
    """The interval without what no share can be."""
    if not share(number) or not all(0 <= value <= 1 for value in (found.least, found.largest)):
        return found
    return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))


def at_words(setup: SetUp, known: Mapping[str, Control], at: tuple[Any, ...]) -> str:
    """The values of the axes as a person reads them: alone where there is one axis, otherwise with their labels."""
    if not setup.axes:
        return ALL
    texts = [written(known[name], value) for (name, _), value in zip(setup.axes, at, strict=True)]
    if len(texts) == 1:
        return texts[0]
    return ", ".join(f"{known[name].label} {text}" for (name, _), text in zip(setup.axes, texts, strict=True))


def verdict(groups: Sequence[Group], number: str, seeded: bool) -> list[str]:
    """What these groups say about `number`, in Markdown; without a seed, runs are not repeated."""
    sentences = _without_a_number(groups)
    able = [group for group in groups if group.summary.n]
    if not able:
        return sentences
    if not seeded:
        return [*sentences, *_extremes(able, number), NOTHING_DRAWN]
    if max(group.summary.n for group in able) < 2:
        return [*sentences, *_extremes(able, number), ONE_SEED]
    if all(group.summary.sd == 0 for group in able if group.summary.n > 1):
        return [
            *sentences,
            *_extremes(able, number),
            "With every seed it is exactly the same: here the seed decides nothing.",
        ]
    repeated = [group for group in able if group.summary.n > 1]
    if len(repeated) == 1:
        return [*sentences, *_one_value(repeated[0], number)]
    return [*sentences, *_two_best(repeated, number)]


def _without_a_number(groups: Sequence[Group]) -> list[str]:
    lost = [group for group in groups if group.summary.lost]
    if not lost:
        return []
    parts = [f"{group.summary.lost} of {len(group.values)} at {group.words}" for group in lost[:LEFT_OUT]]
    parts += ["more at other values"] if len(lost) > LEFT_OUT else []
    return [f"Runs that ended without a finite number: {join_words(parts)}. Means and intervals leave them out."]


def _extremes(groups: Sequence[Group], number: str) -> list[str]:
    """The highest and the lowest mean, where there are two values."""
    low, high = (choose(groups, key=lambda group: group.summary.mean) for choose in (min, max))
    write = writer(number, high.summary.mean - low.summary.mean or high.summary.mean)
    if low.summary.mean == high.summary.mean:
        return [f"*{number}* is {write(high.summary.mean)}{' everywhere' if len(groups) > 1 else ''}."]
    return [
        f"*{number}* is highest at {high.words}, {write(high.summary.mean)}, "
        f"and lowest at {low.words}, {write(low.summary.mean)}."
    ]


def _one_value(group: Group, number: str) -> list[str]:
    found = group.summary
    write = writer(number, (found.high - found.low) / 2)
    return [
        f"Over {found.n} seeds *{number}* is **{write(found.mean)}** on average; single runs lie between "
        f"{write(found.least)} and {write(found.largest)}.",
        f"With 95% confidence the mean of all seeds lies between {write(found.low)} and {write(found.high)}. "
        f"A difference between two single runs of less than {write(found.largest - found.least, apart=True)} "
        "is what the seed alone brings about.",
        "Not to be concluded: how much another setting would change. For that, sweep over its values.",
    ]


def _two_best(groups: Sequence[Group], number: str) -> list[str]:
    lower = any(word in number for word in LOWER_IS_BETTER)
    better = "best" if lower or "accuracy" in number else "highest"
    best, second = sorted(groups, key=lambda group: group.summary.mean, reverse=not lower)[:2]
    apart = difference(best.summary, second.summary)
    write = writer(number, (apart.high - apart.low) / 2 or apart.value)
    ends = sorted((abs(apart.low), abs(apart.high))) if apart.told_from_luck else (apart.low, apart.high)
    sentences = [
        f"The two {better} values are **{best.words}** with {write(best.summary.mean)} on average and "
        f"**{second.words}** with {write(second.summary.mean)}, over {_seeds(best, second)}.",
    ]
    if apart.low == apart.high == 0:
        sentences.append("With every seed they are exactly the same.")
    elif apart.low == apart.high:
        sentences.append(f"They differ by {write(abs(apart.value), apart=True)}, with every seed.")
    else:
        sentences.append(
            f"They differ by {write(abs(apart.value), apart=True)}, with 95% confidence between "
            f"{write(ends[0], apart=True).removesuffix(POINTS)} and {write(ends[1], apart=True)}: "
            + ("**more than luck**." if apart.told_from_luck else "**this cannot be told from luck**.")
        )
        sentences.append(_seeds_needed(best.summary, second.summary))
    return [*sentences, _not_concluded(len(groups))]


def _seeds(best: Group, second: Group) -> str:
    one, other = best.summary.n, second.summary.n
    return f"{one} seeds each" if one == other else f"{one} and {other} seeds"


def _seeds_needed(best: Summary, second: Summary) -> str:
    needed = seeds_to_tell_apart(best.mean - second.mean, best.sd, second.sd)
    if needed is None:
        return "They are so close that no number of seeds worth running would tell them apart."
    return (
        f"If the true difference is as large as this one and runs scatter as they did here, {needed:,} seeds for each "
        f"would tell the two apart in {POWER:.0%} of such sweeps."
    )


def _not_concluded(values: int) -> str:
    chosen = f"; and the best of {values} looks a little better than it is, since luck helped to choose it" * (
        values > 2
    )
    return f"Not to be concluded: that the order would be the same with other settings or other data{chosen}."


def writer(number: str, scale: float) -> "Writer":
    """Writes values of `number` with two digits of `scale`, the smallest difference that matters."""
    return Writer(share(number), scale)


@dataclass(frozen=True)
class Writer:
    """Writes values in percent, and what lies between two of them in points, or both as plain numbers."""

    percent: bool
    scale: float

    def __call__(self, value: float, *, apart: bool = False) -> str:
        if not math.isfinite(value):
            return "no number"
        size = abs(self.scale) * (100 if self.percent else 1)
        digits = 1 - math.floor(math.log10(size)) if 0 < size < math.inf else 2
        if not self.percent:
            if digits > 6 or digits < -5:
                return format_number(value, 3)
            return f"{value:,.{max(digits, 0)}f}".replace("-", "−")
        written = f"{value * 100:.{min(max(digits, 0), 4)}f}".replace("-", "−")
        return f"{written}{POINTS}" if apart else f"{written}%"


def plan_words(runs: int, setup: SetUp, labels: Sequence[str], seeded: bool) -> str:
    """How many runs these are and of what: 45 runs: 9 values of Learning rate × 5 seeds (1 to 5)."""
    parts = [
        f"{len(values)} value{'s' * (len(values) > 1)} of {label}"
        for (_, values), label in zip(setup.axes, labels, strict=True)
    ]
    if seeded:
        parts.append(f"{setup.seeds} seeds (1 to {setup.seeds})" if setup.seeds > 1 else "1 seed")
    return f"{runs} run{'s' * (runs != 1)}: {' × '.join(parts) or 'nothing is changed'}."


def about(seconds: float) -> str:
    """A span as one says it: 12 s, 3 minutes."""
    return format_seconds(seconds) if seconds < 90 else f"{seconds / 60:.0f} minutes"
