"""Jobs that pages have started end with the tests of their file: later ones shall not meet them at work."""

from collections.abc import Iterator

import pytest

PATIENCE = 60  # seconds


@pytest.fixture(autouse=True, scope="module")
def no_jobs_left_behind() -> Iterator[None]:
    from core.app.jobs import jobs

    yield
    left = list(jobs().jobs.items())
    for _, job in left:
        job.asked_to_stop.set()
    for key, job in left:
        assert job.wait(len(job.parts) + 1_000_000, PATIENCE), f"{key} does not stop"
        jobs().forget(key)
