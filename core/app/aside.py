"""What takes long to compute while a page is drawn is computed beside the server, so that it holds up nobody else.

How long a function takes is not guessed: its runs are timed, in seconds of computing, and once it is known to take long
the next ones leave, until one of them was quick again. The first run here does not count: it imports and loads what the
others find. What cannot be sent back, or finds no place in time, is computed here.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from core.app.jobs import jobs
from core.jobs.apart import Limits, UnsendableError, processes
from core.jobs.job import Stop
from core.jobs.pool import beside
from core.jobs.turns import Turns

SLOW = 0.25  # seconds of computing from which on a function leaves
SLOW_AMONG_MANY = 0.05  # the same where more than FEW jobs run or wait, so that many visitors are here
FEW = 2
AT_ONCE = 2  # of them at the same time
PATIENCE = 5.0  # seconds to wait for a place
LIMITS = Limits(memory=3_000_000_000, seconds=120.0)

MOST_TIMES = 512  # runs of which it is known how long they took

_ran: set[str] = set()  # functions that have run here
_seconds: dict[str, float] = {}  # of computing that a function took last, its first run here apart
_times: OrderedDict[tuple[str, Any], float] = OrderedDict()  # seconds that a function took for settings
_stay: set[str] = set()  # functions whose results cannot be sent
_places = Turns(AT_ONCE)


def computed(function: Callable[[Any], Any], settings: Any, needs: tuple[str, ...] = ()) -> Any:
    """`function(settings)`, here or beside the server, where `needs` names modules that it imports and that take long.

    Errors are the function's own, those of `LIMITS`, and LostError where its process died twice: what the system ends
    for its memory does not come back here.
    """
    name = _name(function)
    if _leaves(name, settings) and _places.take(PATIENCE):
        started = time.monotonic()
        try:
            ((result, _seconds[name]),) = beside(Once(function), settings, LIMITS, needs=needs)
            _note(name, settings, time.monotonic() - started)
            return result
        except UnsendableError:
            _stay.add(name)
        finally:
            _places.give_back()
    result, seconds = timed(function, settings)
    _note(name, settings, seconds)
    if name in _ran:
        _seconds[name] = seconds
    _ran.add(name)
    return result


def timed(function: Callable[[Any], Any], settings: Any) -> tuple[Any, float]:
    """`function(settings)`, and how many seconds of computing that took."""
    started = time.thread_time()
    return function(settings), time.thread_time() - started


def took(function: Callable[[Any], Any], settings: Any) -> float | None:
    """Seconds that `computed(function, settings)` took, if it is not long ago."""
    return _times.get((_name(function), settings))


def _name(function: Callable[[Any], Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _note(name: str, settings: Any, seconds: float) -> None:
    _times[name, settings] = seconds
    while len(_times) > MOST_TIMES:
        _times.popitem(last=False)


def _leaves(name: str, settings: Any) -> bool:
    slow = SLOW if jobs().unfinished <= FEW else SLOW_AMONG_MANY
    return (
        _seconds.get(name, 0.0) > slow
        and name not in _stay
        and getattr(settings, "device", "cpu") == "cpu"
        and processes()
    )


class Once:
    """Work of one part: the function's result, and how many seconds of computing it took."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, settings: Any, _stop: Stop) -> Iterator[Any]:
        yield timed(self.function, settings)
