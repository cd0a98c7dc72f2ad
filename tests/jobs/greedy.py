"""Works that take all they can get, for a worker's limits to end."""

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

from core.errors import UserError
from core.jobs.job import Stop


def count(most: int, stop: Stop) -> Iterator[tuple[int, int]]:
    """Numbers, each with the process that gave it."""
    for number in range(most):
        if stop():
            return
        yield number, os.getpid()


def allocate(size: int, _stop: Stop) -> Iterator[int]:
    """One part, then as many bytes as that."""
    yield 1
    yield len(bytearray(size))


def spin(_argument: Any, _stop: Stop) -> Iterator[int]:
    """One part, then work without end that asks nobody."""
    yield 1
    while True:
        sum(range(100_000))


def fail(how: str, _stop: Stop) -> Iterator[int]:
    yield 1
    if how == "user":
        raise UserError("Choose a smaller number.")
    raise FileNotFoundError("nothing there")


def die(file: str | None, _stop: Stop) -> Iterator[int]:
    """A part, then death; where a file is named, only the first time, and parts to its end the second."""
    yield 1
    if file is None or not os.path.exists(file):
        if file:
            open(file, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    yield 2


def unsendable(_argument: Any, _stop: Stop) -> Iterator[Any]:
    yield threading.Lock()


def gpus(_argument: None, _stop: Stop) -> Iterator[str | None]:
    """Which NVIDIA GPUs this process may see."""
    yield os.environ.get("CUDA_VISIBLE_DEVICES")
