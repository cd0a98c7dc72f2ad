"""Large pictures are decoded one after the other, by threads and by processes."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.data.large import LARGE, alone
from core.jobs.apart import Limits, apart, processes
from core.jobs.job import Stop

TIMES, WORKERS = 300, 3
LIMITS = Limits(memory=500_000_000, seconds=60.0)


def in_and_out(argument: tuple[str, float], stop: Stop) -> Iterator[None]:  # noqa: ARG001 (it is one part)
    """Write down, again and again, where a picture that takes so many bytes begins and ends."""
    path, held = argument
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    for _ in range(TIMES):
        with alone(held):
            os.write(file, b"(")
            os.write(file, b")")
    os.close(file)
    yield None


def written(path: Path, held: float, *, elsewhere: bool) -> bytes:
    """What several write at the same time."""
    path.write_bytes(b"")
    argument = (str(path), held)

    def one(_: int) -> None:
        list(apart(in_and_out, argument, LIMITS) if elsewhere else in_and_out(argument, lambda: False))

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, range(WORKERS)))
    return path.read_bytes()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_large_ones_never_overlap(tmp_path: Path, elsewhere: bool) -> None:
    if elsewhere and not processes():
        pytest.skip("nothing can be forked here")
    assert written(tmp_path / "log", LARGE, elsewhere=elsewhere) == b"()" * TIMES * WORKERS


def test_small_ones_do_not_wait(tmp_path: Path) -> None:
    with alone(LARGE):
        assert len(written(tmp_path / "log", LARGE - 1, elsewhere=False)) == 2 * TIMES * WORKERS
