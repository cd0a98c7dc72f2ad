"""Jobs on a real Dask cluster of two worker processes on this machine: parts come back, nothing is lost."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.exhibits.training_loop.settings import Settings
from core.jobs import cluster as module
from core.jobs.job import Stop
from core.jobs.pool import Jobs
from tests.few_pets import few_pets
from tests.jobs.works import PATIENCE, counting, deadly, endless, failing, seeing, two_ways

if TYPE_CHECKING:
    from distributed import LocalCluster


@pytest.fixture(scope="module")
def cluster() -> "Iterator[LocalCluster]":
    """A scheduler in this process and two workers in processes of their own.

    A new process runs the main module first, and pages that were tested here leave theirs behind as that.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        with made(2) as cluster:
            yield cluster


def made(workers: int) -> "LocalCluster":
    from distributed import LocalCluster

    place = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    return LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, **place)


@pytest.fixture
def jobs(cluster: "LocalCluster") -> Iterator[Jobs]:
    jobs = Jobs(cluster.scheduler_address)
    yield jobs
    assert jobs.finish(PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_worker_that_is_killed_loses_nothing(jobs: Jobs, cluster: "LocalCluster") -> None:
    from distributed import Client, Event

    job = jobs.get("key", counting, "gate", anywhere=True)
    assert job.wait(2, PATIENCE)
    first = job.parts[0][1]
    assert first != os.getpid()
    os.kill(first, signal.SIGKILL)
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        Event("gate", client=client).set()
    assert job.wait(5, PATIENCE)
    assert [number for number, _ in job.parts] == [0, 1, 2, 3, 4]
    assert [process for _, process in job.parts[:2]] == [first, first]
    assert job.parts[-1][1] != first
    assert job.wait(sys.maxsize, PATIENCE)
    assert job.complete


def test_stop_reaches_the_worker(jobs: Jobs, cluster: "LocalCluster") -> None:
    from distributed import Client, Event

    job = jobs.get("key", endless, "ended", anywhere=True)
    assert job.wait(3, PATIENCE)
    job.asked_to_stop.set()
    assert job.wait(sys.maxsize, PATIENCE)
    assert not job.complete
    assert job.problem is None
    assert job.parts == list(range(len(job.parts)))
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        assert Event("ended", client=client).wait(PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_work_that_kills_its_workers_ends_in_a_sentence(
    jobs: Jobs, cluster: "LocalCluster", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    job = jobs.get("key", deadly, None, anywhere=True)
    assert job.wait(sys.maxsize, PATIENCE)
    assert job.parts == [1]
    assert job.problem is not None
    assert "lost one worker after the other" in job.problem


def test_a_mistake_there_is_a_mistake_here(jobs: Jobs) -> None:
    mistake = jobs.get("a", failing, "mistake", anywhere=True)
    defect = jobs.get("b", failing, "defect", anywhere=True)
    for job in (mistake, defect):
        assert job.wait(sys.maxsize, PATIENCE)
        assert job.parts == [1]
    assert mistake.problem == "Choose a smaller number."
    assert defect.problem is not None
    assert "log" in defect.problem


def test_only_what_may_run_anywhere_leaves_this_process(jobs: Jobs) -> None:
    def here(_settings: Any, _stop: Stop) -> Iterator[int]:
        yield os.getpid()

    job = jobs.get("key", here, None)
    assert job.wait(sys.maxsize, PATIENCE)
    assert job.parts == [os.getpid()]


def test_without_an_answer_there_is_a_sentence_and_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT", 0.5)
    monkeypatch.setattr("core.jobs.job.AGAIN", -1.0)
    jobs = Jobs("tcp://127.0.0.1:9")
    job = jobs.get("key", endless, None, anywhere=True)
    assert job.wait(1, PATIENCE)
    assert job.problem == (
        "The Dask cluster at tcp://127.0.0.1:9 does not answer: see to it, then move a control to try again."
    )
    again = jobs.get("key", endless, None, anywhere=True)
    assert again is not job
    assert again.wait(1, PATIENCE)


def test_without_workers_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NOBODY", 0.1)
    with made(0) as cluster:
        job = Jobs(cluster.scheduler_address).get("key", endless, None, anywhere=True)
        assert job.wait(1, PATIENCE)
        assert job.problem is not None
        assert "has no workers" in job.problem


def test_without_dask_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    job = Jobs("tcp://127.0.0.1:9").get("key", endless, None, anywhere=True)
    assert job.wait(1, PATIENCE)
    assert job.problem is not None
    assert "pip install distributed" in job.problem


def test_a_training_gives_the_same_parts_elsewhere(jobs: Jobs) -> None:
    settings = Settings(epochs=1, digits="built-in")
    job = jobs.get("key", two_ways, settings, anywhere=True)
    assert jobs.get("key", two_ways, settings, anywhere=True) is job
    assert job.wait(sys.maxsize, PATIENCE)
    assert job.complete
    for there, here in zip(job.parts, two_ways(settings, lambda: False), strict=True):
        assert there.name == here.name
        np.testing.assert_allclose(there.parameters, here.parameters, atol=1e-6)


@pytest.fixture
def own_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of pictures of one's own, for this process and those that it starts from now on."""
    few_pets(tmp_path / "pets", each=10)
    monkeypatch.setenv("DOWNHILL_PETS", str(tmp_path / "pets"))
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.usefixtures("own_pictures")
def test_features_of_pictures_that_all_can_reach_survive_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Client, Event

    with made(2) as cluster:
        jobs = Jobs(cluster.scheduler_address)
        job = jobs.get("key", seeing, "seen", anywhere=True)
        assert job.wait(1, PATIENCE)
        os.kill(job.parts[0][0], signal.SIGKILL)
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            Event("seen", client=client).set()
        assert jobs.finish(PATIENCE)
    assert job.complete
    assert job.parts[-1][0] not in (os.getpid(), job.parts[0][0])
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "another"))
    for (_, made_there), (_, made_here) in zip(job.parts, seeing(None, lambda: False), strict=True):
        assert made_there.rows.tolist() == made_here.rows.tolist()
        np.testing.assert_allclose(made_there.array, made_here.array, atol=1e-5)


@pytest.mark.usefixtures("own_pictures")
def test_where_the_workers_have_no_pictures_the_work_is_done_here(jobs: Jobs) -> None:
    job = jobs.get("key", seeing, None, anywhere=True)
    assert jobs.finish(PATIENCE)
    assert job.complete
    assert {process for process, _ in job.parts} == {os.getpid()}
