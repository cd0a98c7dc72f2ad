"""Work in a real process of its own: its parts come back, its limits hold, it can be ended, nothing is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from core.jobs import apart as module
from core.jobs.apart import DefectError, Limits, Nursery, TooLargeError, TooLongError, UnsendableError, apart
from core.jobs.job import LostError
from tests.conftest import ROOT
from tests.jobs.greedy import allocate, count, die, fail, gpus, spin, unsendable

PATIENCE = 60.0  # seconds that anything may take on a busy machine
AMPLE = Limits(memory=500_000_000, seconds=PATIENCE)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery("core.errors")
    yield nursery
    nursery.end()


@pytest.fixture(autouse=True)
def _processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNHILL_WORKERS", "processes")


def until(reached: Callable[[], bool]) -> bool:
    """Whether it comes to that within the time that anything may take."""
    end = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.02)
    return True


def gone(process: int) -> bool:
    """Whether a process has ended, though its parent may not have asked how."""
    try:
        os.kill(process, 0)
        return (
            sys.platform == "linux" and Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        )
    except (ProcessLookupError, FileNotFoundError):
        return True


def test_parts_come_from_another_process_in_their_order(nursery: Nursery) -> None:
    parts = list(apart(count, 5, AMPLE, nursery=nursery))
    assert [number for number, _ in parts] == [0, 1, 2, 3, 4]
    (process,) = {process for _, process in parts}
    assert process != os.getpid()
    assert {other for _, other in apart(count, 1, AMPLE, nursery=nursery)}.isdisjoint({process})


def test_a_child_sees_no_gpu(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    assert list(apart(gpus, None, AMPLE, nursery=nursery)) == [""]


def test_what_takes_more_memory_than_it_may_is_ended_and_said(nursery: Nursery) -> None:
    limits = Limits(memory=100_000_000, seconds=PATIENCE)
    assert list(apart(allocate, 20_000_000, limits, nursery=nursery)) == [1, 20_000_000]
    parts = apart(allocate, 200_000_000, limits, nursery=nursery)
    assert next(parts) == 1
    with pytest.raises(TooLargeError, match="more than 100 MB"):
        next(parts)


@pytest.mark.parametrize("limits", [{"seconds": 0.5}, {"seconds": PATIENCE, "computing": 1.0}])
def test_what_takes_longer_than_it_may_is_ended_and_said(nursery: Nursery, limits: dict[str, float]) -> None:
    parts = apart(spin, None, Limits(memory=AMPLE.memory, **limits), nursery=nursery)
    assert next(parts) == 1
    with pytest.raises(TooLongError, match=f"longer than {min(limits.values()):g} seconds"):
        next(parts)


def test_a_mistake_there_is_that_mistake_here_and_a_defect_tells_where(nursery: Nursery) -> None:
    for how, kind, words in (("user", UserError, "Choose a smaller"), ("other", DefectError, "nothing there")):
        parts = apart(fail, how, AMPLE, nursery=nursery)
        assert next(parts) == 1
        with pytest.raises(kind, match=words):
            next(parts)


def test_what_cannot_be_sent_back_is_told_apart(nursery: Nursery) -> None:
    with pytest.raises(UnsendableError, match="lock"):
        list(apart(unsendable, None, AMPLE, nursery=nursery))


def test_while_a_nursery_imports_others_can_be_stopped_and_have_their_deadline(nursery: Nursery) -> None:
    needs = ("tests.jobs.slow",)
    asked = threading.Event()
    asked.set()
    assert list(apart(count, 3, AMPLE, asked.is_set, nursery=nursery, needs=needs)) == []
    with pytest.raises(TooLongError):
        list(apart(count, 3, Limits(memory=AMPLE.memory, seconds=0.2), nursery=nursery))
    assert len(list(apart(count, 3, AMPLE, nursery=nursery))) == 3


def test_a_nursery_that_ended_begins_again_with_what_it_always_has(nursery: Nursery) -> None:
    list(apart(count, 1, AMPLE, nursery=nursery, needs=("colorsys",)))
    assert "colorsys" in nursery.modules
    nursery.end()
    assert nursery.modules == ["core.errors"]


def test_work_whose_process_dies_begins_again_once(nursery: Nursery, tmp_path: Path) -> None:
    assert list(apart(die, str(tmp_path / "died"), AMPLE, nursery=nursery)) == [1, 2]
    parts = apart(die, None, AMPLE, nursery=nursery)
    assert next(parts) == 1
    with pytest.raises(LostError, match="died twice"):
        next(parts)


def test_stop_ends_what_does_not_listen(nursery: Nursery) -> None:
    asked = threading.Event()
    parts = apart(spin, None, AMPLE, asked.is_set, nursery=nursery)
    assert next(parts) == 1
    asked.set()
    begun = time.monotonic()
    assert list(parts) == []
    assert time.monotonic() - begun < PATIENCE / 2


def test_whoever_takes_no_more_parts_ends_the_process(nursery: Nursery) -> None:
    parts = apart(count, 10**9, AMPLE, nursery=nursery)
    _, process = next(parts)
    parts.close()
    assert until(lambda: gone(process))


def test_a_nursery_that_is_killed_takes_its_children_along_and_the_work_begins_again(nursery: Nursery) -> None:
    parts = apart(count, 10**5, AMPLE, nursery=nursery)
    _, first = next(parts)
    assert nursery.process is not None
    killed = nursery.process.pid
    os.kill(killed, signal.SIGKILL)
    rest = list(parts)
    assert [number for number, _ in rest] == list(range(1, 10**5))
    assert rest[-1][1] != first
    assert until(lambda: gone(first))
    assert nursery.process.pid != killed


def test_a_nursery_ends_when_nobody_has_needed_it_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.2)
    nursery = Nursery("core.errors")
    list(apart(count, 1, AMPLE, nursery=nursery))
    assert until(lambda: nursery.process is None)
    assert list(apart(count, 1, AMPLE, nursery=nursery))  # and another one is started
    nursery.end()


SERVER = """
from core.jobs.apart import Limits, Nursery, apart
from tests.jobs.greedy import count, spin

nursery = Nursery("core.errors")
busy = apart(spin, None, Limits(memory=10**9, seconds=600), nursery=nursery)
next(busy)
parts = apart(count, 10**9, Limits(memory=10**9, seconds=600), nursery=nursery)
print(nursery.process.pid, next(parts)[1], flush=True)
for _ in parts:
    pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_server_that_is_killed_leaves_nothing_behind() -> None:
    environment: dict[str, Any] = {**os.environ, "DOWNHILL_WORKERS": "processes"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        nursery, child = map(int, server.stdout.readline().split())
        children = [int(line) for line in Path(f"/proc/{nursery}/task/{nursery}/children").read_text().split()]
        assert child in children
        assert len(children) == 2
        server.kill()
    assert until(lambda: all(map(gone, [nursery, *children])))


def test_in_threads_the_same_parts_come(monkeypatch: pytest.MonkeyPatch, nursery: Nursery) -> None:
    monkeypatch.setenv("DOWNHILL_WORKERS", "threads")
    assert list(apart(count, 3, AMPLE, nursery=nursery)) == [(number, os.getpid()) for number in range(3)]
    monkeypatch.delenv("DOWNHILL_WORKERS")
    monkeypatch.setattr(module, "memory", lambda: 1e9)
    assert not module.processes()  # a small machine
