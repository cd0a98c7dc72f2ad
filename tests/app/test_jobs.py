"""Jobs: run once for all, seen while they go on, stopped on request or when nobody looks."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from core import device
from core.errors import UserError
from core.jobs import job as module
from core.jobs.job import Job, LostError, Stop
from core.jobs.pool import KEPT, Jobs


@pytest.fixture
def pool() -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    assert jobs.finish(30)


def finish(jobs: Jobs) -> None:
    assert jobs.finish(30)


def test_the_same_key_runs_once_and_is_the_same_job(pool: Jobs) -> None:
    calls = []

    def work(settings: int, _stop: Stop) -> Iterator[int]:
        calls.append(settings)
        yield settings

    first, second = pool.get("key", work, 3), pool.get("key", work, 3)
    finish(pool)
    assert first is second
    assert calls == [3]
    assert first.parts == [3]
    assert first.complete


def test_parts_are_there_before_the_job_ends(pool: Jobs) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def work(_settings: None, _stop: Stop) -> Iterator[str]:
        yield "first"
        arrived.set()
        go_on.wait(10)
        yield "second"

    job = pool.get("key", work, None)
    assert arrived.wait(10)
    assert job.parts == ["first"]
    assert not job.done
    go_on.set()
    finish(pool)
    assert job.parts == ["first", "second"]


def test_stop_keeps_what_arrived_and_is_not_started_again(pool: Jobs) -> None:
    arrived, stopped = threading.Event(), threading.Event()

    def work(_settings: None, stop: Stop) -> Iterator[int]:
        for part in range(1000):
            yield part
            if part == 2:
                arrived.set()
                assert stopped.wait(10)
                assert stop()

    job = pool.get("key", work, None)
    assert arrived.wait(10)
    job.asked_to_stop.set()
    stopped.set()
    finish(pool)
    assert job.done
    assert not job.complete
    assert job.parts[:3] == [0, 1, 2]
    assert pool.get("key", work, None) is job


def test_one_that_begins_later_and_is_stopped_before_that_never_begins(pool: Jobs) -> None:
    def work(_settings: None, _stop: Stop) -> Iterator[int]:
        yield 1

    job = pool.get("key", work, None, after=1000.0)
    job.asked_to_stop.set()
    finish(pool)
    assert job.done
    assert not job.complete
    assert job.parts == []


def test_a_visitors_mistake_becomes_its_sentence_and_a_defect_another(pool: Jobs) -> None:
    def mistaken(_settings: None, _stop: Stop) -> Iterator[int]:
        yield 1
        raise UserError("Choose a smaller number.")

    def broken(_settings: None, _stop: Stop) -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    first, second = pool.get("a", mistaken, None), pool.get("b", broken, None)
    finish(pool)
    assert first.problem == "Choose a smaller number."
    assert second.problem is not None
    assert "log" in second.problem
    assert first.done
    assert second.done


def test_a_job_that_nobody_looks_at_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job()
    now = job.seen
    monkeypatch.setattr(module.time, "monotonic", lambda: now + module.FORGOTTEN + 1)
    assert job.stopped()
    assert job.forgotten


def test_one_that_stops_by_itself_when_asked_is_not_complete(pool: Jobs) -> None:
    arrived = threading.Event()

    def work(_settings: None, stop: Stop) -> Iterator[int]:
        yield 1
        arrived.set()
        while not stop():
            threading.Event().wait(0.01)

    job = pool.get("key", work, None)
    assert arrived.wait(10)
    job.asked_to_stop.set()
    finish(pool)
    assert job.parts == [1]
    assert not job.complete


def test_waiting_ends_with_the_part_with_the_job_or_with_patience(pool: Jobs) -> None:
    go_on = threading.Event()

    def work(_settings: None, _stop: Stop) -> Iterator[int]:
        yield 1
        go_on.wait(10)

    job = pool.get("key", work, None)
    assert job.wait(1, 10)
    assert not job.wait(2, 0)
    go_on.set()
    assert job.wait(2, 10)
    assert job.done


def test_a_lost_job_begins_again_after_a_while(pool: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(_settings: None, _stop: Stop) -> Iterator[int]:
        yield 1
        raise LostError("The cluster does not answer.")

    job = pool.get("key", work, None)
    assert job.wait(2, 10)
    assert job.problem == "The cluster does not answer."
    assert pool.get("key", work, None) is job
    monkeypatch.setattr(module, "AGAIN", -1.0)
    assert pool.get("key", work, None) is not job


def test_finished_jobs_are_forgotten_by_their_bytes(pool: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.jobs.pool.KEPT_BYTES", 35_000)

    def work(_settings: int, _stop: Stop) -> Iterator[np.ndarray]:
        yield np.zeros(10_000, np.uint8)

    for number in range(6):
        assert pool.get(number, work, number).wait(2, 10)
    pool.get("one more", work, 0)
    assert [key for key in pool.jobs if isinstance(key, int)] == [3, 4, 5]


def test_old_finished_jobs_are_forgotten(pool: Jobs) -> None:
    def work(settings: int, _stop: Stop) -> Iterator[int]:
        yield settings

    for number in range(KEPT + 20):
        pool.get(number, work, number)
    finish(pool)
    pool.get("one more", work, 0)
    assert len(pool.jobs) <= KEPT + 1
    assert pool.find("one more") is not None


@dataclass(frozen=True)
class OnDevice:
    device: str


def test_where_a_gpus_memory_runs_out_all_is_done_again_on_the_cpu(pool: Jobs) -> None:
    def work(settings: OnDevice, _: Stop) -> Iterator[str]:
        yield f"first, on {settings.device}"
        if settings.device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        yield f"second, on {settings.device}"

    job = pool.get("full", work, OnDevice("cuda"))
    assert job.wait(100, 60)
    assert job.complete
    assert (job.parts, job.note, job.problem) == (["first, on cpu", "second, on cpu"], device.FULL, None)
    plain = pool.get("enough", work, OnDevice("cpu"))
    assert plain.wait(100, 60)
    assert (plain.complete, plain.note) == (True, None)
