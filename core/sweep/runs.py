"""The runs of a sweep as a job: portions of runs, each run finished or refused, its numbers sent back at once."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.errors import UserError
from core.jobs.job import Stop

Function = Callable[[Any], Any]
"""An experiment: a function of its module that gives a result from settings."""

Call = tuple[Function, Any]

SECONDS = 3.0  # of a portion: then the next visitor has a turn
FEWEST, MOST, UNKNOWN = 1, 40, 4  # runs of a portion, and of one where it is not known how long a run takes


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What is kept of a run: its numbers, and what it took."""

    numbers: dict[str, float]
    seconds: float
    problem: str = ""  # why it could not be made


@dataclass(frozen=True)
class Portion:
    """Some runs of a sweep, in their order, all on one device."""

    calls: tuple[Call, ...]
    device: str = "cpu"
    pets: str = ""  # the pictures that they are about, which another process may have to be given


def portion(calls: Sequence[Call]) -> Portion:
    """These runs as the settings of a job."""
    first = calls[0][1]
    return Portion(tuple(calls), device=getattr(first, "device", "cpu"), pets=getattr(first, "pets", ""))


def portion_size(seconds: float | None) -> int:
    """How many runs of so many seconds make a portion."""
    if not seconds:
        return UNKNOWN if seconds is None else MOST
    return max(FEWEST, min(MOST, math.floor(SECONDS / seconds)))


def work(given: Portion, stop: Stop) -> Iterator[Finished]:
    """One run after the other."""
    for function, settings in given.calls:
        if stop():
            return
        if hasattr(settings, "device"):
            settings = replace(settings, device=given.device)
        yield finished(function, settings)


def finished(function: Function, settings: Any) -> Finished:
    """A run's numbers and what they took; settings that the experiment refuses give its sentence."""
    started = time.perf_counter()
    try:
        numbers, problem = scalars(function(settings).numbers()), ""
    except UserError as refused:
        numbers, problem = {}, str(refused)
    return Finished(numbers=numbers, seconds=time.perf_counter() - started, problem=problem)


def scalars(numbers: dict[str, Any]) -> dict[str, float]:
    """Those of a page's numbers that are single ones; yes and no count as 1 and 0."""
    return {
        name: float(value)
        for name, value in numbers.items()
        if isinstance(value, int | float | np.integer | np.floating | np.bool_)
    }
