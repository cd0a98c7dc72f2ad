"""Works that the tests send to a cluster, in a module that a worker imports in no time."""

import os
import signal
from collections.abc import Iterator
from itertools import count
from typing import Any

from core.errors import UserError
from core.jobs.job import Stop

PATIENCE = 60  # seconds that anything may take on a busy machine


def counting(gate: str, _stop: Stop) -> Iterator[tuple[int, int]]:
    """Numbers, each with the process that gave it; after the second it waits for the event `gate`."""
    from distributed import Event

    for number in range(5):
        if number == 2:
            assert Event(gate).wait(PATIENCE)
        yield number, os.getpid()


def endless(ended: str | None, stop: Stop) -> Iterator[int]:
    """Numbers until it is stopped; sets the event `ended` then."""
    try:
        for number in count():
            if stop():
                return
            yield number
    finally:
        if ended:
            from distributed import Event

            Event(ended).set()


def failing(settings: str, _stop: Stop) -> Iterator[int]:
    yield 1
    if settings == "mistake":
        raise UserError("Choose a smaller number.")
    raise FileNotFoundError("nothing there")


def deadly(_settings: None, _stop: Stop) -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def two_ways(settings: Any, stop: Stop) -> Iterator[Any]:
    """The first two of the lesson's four ways, which need torch but not fastai."""
    from core.data.digits import load
    from core.exhibits.training_loop.versions import WAYS, train_ways

    return train_ways(settings.recipe(), load("built-in"), WAYS[:2], stop)


def seeing(gate: str | None, stop: Stop) -> Iterator[tuple[int, Any]]:
    """Features of one's own pictures, each part with its process; after the first it waits for the event `gate`."""
    from core.nn.looking import looking, work

    for number, part in enumerate(work(looking("own", size=96), stop)):
        if number == 1 and gate:
            from distributed import Event

            assert Event(gate).wait(PATIENCE)
        yield os.getpid(), part
