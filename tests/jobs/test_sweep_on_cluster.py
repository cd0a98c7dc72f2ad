"""A sweep on a real Dask cluster of two worker processes gives what it gives in this process."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from core.exhibits.training_loop.race_a_against_b import experiment
from core.exhibits.training_loop.settings import RACE, Settings
from core.jobs.pool import Jobs
from core.sweep.plan import SetUp, runs_of
from core.sweep.runs import portion, work
from tests.jobs.test_cluster import made
from tests.jobs.works import PATIENCE


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # a new process would run the tests' own
        with made(2) as cluster:
            jobs = Jobs(cluster.scheduler_address)
            yield jobs
            assert jobs.finish(PATIENCE)


def test_a_sweep_on_two_workers_is_that_of_this_process(jobs: Jobs) -> None:
    setup = SetUp(number="recorded run A: last accuracy", seeds=2, axes=(("learning_rate", (0.1, 1.0)),))
    calls = [(experiment, run.settings) for run in runs_of(Settings(view=RACE, epochs=1, digits="built-in"), setup)]
    halves = [portion(calls[:2]), portion(calls[2:])]
    asked = [jobs.get(half, work, half, anywhere=True, lane="sweep") for half in halves]
    assert all(job.wait(sys.maxsize, PATIENCE) and job.complete for job in asked)
    there = [result.numbers for job in asked for result in job.parts]
    here = [result.numbers for half in halves for result in work(half, lambda: False)]
    assert there == [pytest.approx(numbers, rel=1e-6) for numbers in here]
    assert len({tuple(numbers.values()) for numbers in there}) > 1
