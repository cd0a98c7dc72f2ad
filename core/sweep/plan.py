"""What a sweep runs: every value of one or two controls, each with the same seeds.

It knows settings and their controls, no exhibit: which field is the seed, which controls have values to go through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from core.settings import Control, controls

SEED = "seed"
FIXED = (SEED, "view", "device")  # what a sweep does not go through: it would ask another question, or the same
MOST_SEEDS = 20
MOST_RUNS = 200
MOST_SECONDS = 600.0  # of computing, of one sweep
MOST_AXES = 2
FEW = 10  # values that are all taken at first
SPREAD = 5  # otherwise so many, from end to end
OFFERED = 20  # values that are offered of a control that has more

LIMIT = f"A sweep has at most {MOST_RUNS} runs and {MOST_SECONDS / 60:.0f} minutes of computing."

Axis = tuple[str, tuple[Any, ...]]
"""A control's name, and the values that it goes through."""


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What is asked: which number, of which values of which controls, with how many seeds."""

    number: str
    seeds: int
    axes: tuple[Axis, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a sweep: its values of the axes, its seed, and the whole settings."""

    at: tuple[Any, ...]
    seed: int | None  # None where nothing is drawn
    settings: Any


def has_seed(settings: Any) -> bool:
    """Whether these settings, or their class, have a seed that a person can choose."""
    return SEED in controls(settings)


def sweepable(settings: Any) -> dict[str, Control]:
    """The controls that a sweep can go through: those in view beside these settings that have values to choose."""
    chosen = {name: getattr(settings, name) for name in controls(settings)}
    return {
        name: control
        for name, control in controls(settings).items()
        if name not in FIXED and control.kind != "text" and control.shown(type(settings)(), chosen)
    }


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels by name, the second of two equal ones with a number: a list is chosen from by its words."""
    found: dict[str, str] = {}
    for name, label in labels.items():
        again = sum(label == labels[other] for other in found)
        found[name] = f"{label} ({again + 1})" if again else label
    return found


def values_of(control: Control) -> tuple[Any, ...]:
    """All values of a control, in its order."""
    if control.kind == "toggle":
        return False, True
    return tuple(range(control.low, control.high + 1)) if control.kind == "integer" else control.options


def some(values: Sequence[Any]) -> tuple[Any, ...]:
    """All values where they are few, otherwise some of them from end to end."""
    return _spread(values, SPREAD) if len(values) > FEW else tuple(values)


def offered(values: Sequence[Any], wanted: Sequence[Any]) -> tuple[Any, ...]:
    """The values to choose from: all, or of very many so many from end to end, with those that are wanted already."""
    if len(values) <= OFFERED:
        return tuple(values)
    shown = {*_spread(values, OFFERED), *some(values), *wanted}
    return tuple(value for value in values if value in shown)


def _spread(values: Sequence[Any], count: int) -> tuple[Any, ...]:
    return tuple(values[round(i * (len(values) - 1) / (count - 1))] for i in range(count))


def usual_number(names: Sequence[str]) -> str:
    """The number that is looked at first: what training is about at its end, where there is such a number."""
    for words in (("last", "accuracy"), ("accuracy", "after"), ("last", "loss"), ("accuracy",), ("loss",)):
        found = [name for name in names if all(word in name for word in words) and "before" not in name]
        if found:
            return found[0]
    return names[0]


def usual_axis(settings: Any) -> tuple[Axis, ...]:
    """The control that a sweep goes through at first: the first ordered one, otherwise the first; () for none."""
    found = sweepable(settings)
    ordered = [name for name, control in found.items() if control.kind in ("slider", "integer")]
    for name in [*ordered, *found]:
        return ((name, some(values_of(found[name]))),)
    return ()


def fitting(axes: Sequence[Axis], settings: Any) -> tuple[Axis, ...]:
    """Those of the axes whose controls are in view now."""
    found = sweepable(settings)
    return tuple((name, values) for name, values in axes if name in found)


def seed_numbers(count: int) -> range:
    """The seeds of a sweep: always the same, so that it can be repeated."""
    return range(1, count + 1)


def runs_of(settings: Any, setup: SetUp) -> list[Run]:
    """The runs in the order in which they are made: all values with the first seed, then all with the second."""
    names = [name for name, _ in setup.axes]
    seeds: Sequence[int | None] = seed_numbers(setup.seeds) if has_seed(settings) else [None]
    runs = []
    for seed in seeds:
        for at in product(*(values for _, values in setup.axes)):
            change = dict(zip(names, at, strict=True)) | ({} if seed is None else {SEED: seed})
            runs.append(Run(at=at, seed=seed, settings=replace(settings, **change)))
    return runs
