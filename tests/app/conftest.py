"""A computer of its own for pages with pets; and jobs that pages have started end with the tests of their file: later
ones shall not meet them at work.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

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


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A computer of its own: no photographs, no pictures of one's own, no jobs, and a place for temporary files."""
    from core.app.jobs import jobs

    monkeypatch.setenv("FASTAI_HOME", str(tmp_path / "fastai"))
    monkeypatch.setenv("DOWNHILL_PETS", str(tmp_path / "my_pets"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    jobs().jobs.clear()
    yield tmp_path
    jobs().jobs.clear()


@pytest.fixture
def app(home: Path) -> "AppTest":  # noqa: ARG001 (it makes the computer)
    """A page with pets, with the ways to others open."""
    from streamlit.testing.v1 import AppTest

    from tests.app.pets_page import made, page
    from tests.conftest import TIMEOUT

    made.clear()
    app = AppTest.from_function(page, default_timeout=TIMEOUT)
    app.session_state["more pets"] = True
    return app.run()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a server: what may leave this process does."""
    if sys.platform == "win32":
        pytest.skip("this system does not fork")
    monkeypatch.setenv("DOWNHILL_WORKERS", "processes")
