"""Pets on a page: what they are, and the ways to others."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.app import pets
from core.app.downloads import steps, words
from core.app.jobs import jobs
from core.app.resolve import resolve
from core.data import photographs
from core.data.download import DataError
from tests.app.pets_page import Settings, labels, page, said
from tests.conftest import TIMEOUT, finish_jobs
from tests.data.making import laid_out, many

pytestmark = pytest.mark.usefixtures("home")


def test_every_page_says_that_the_drawn_pets_are_drawn(app: AppTest) -> None:
    assert not app.exception
    assert "drawn by this program: they are no photographs" in said(app)


def test_the_ways_to_others_wait_until_they_are_asked_for() -> None:
    closed = AppTest.from_function(page, default_timeout=TIMEOUT).run()
    assert not closed.get("file_uploader")
    assert not closed.button


def test_photographs_are_offered_with_their_size_unless_all_are_there(
    app: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [label for label in labels(app) if label.startswith("Download")] == [
        "Download Oxford-IIIT Pet",
        "Download Imagewoof",
    ]
    text = " ".join(markdown.value for markdown in app.markdown)
    assert "7,390 photographs, a download of 812 MB, 1,100 MB on disk" in text
    assert "12,954 photographs, a download of 93 MB, 160 MB on disk" in text
    laid_out(home / "fastai/data/oxford-iiit-pet/images", many())
    monkeypatch.setattr(photographs, "whole", lambda _: True)
    monkeypatch.setattr(pets, "whole", lambda each: each.name == "oxford")
    app.run()
    assert "12 of the 7,390 photographs of Oxford-IIIT Pet" in said(app)
    assert "Download Oxford-IIIT Pet" not in labels(app)


class Slow:
    """A download that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, _: Any, progress: Callable[[int, int | None], None], stop: Callable[[], bool]) -> None:
        progress(30_000_000, 90_000_000)
        self.begun.set()
        while not self.go.wait(0.01):
            if stop():
                raise DataError("The download was stopped, and nothing of it was kept.")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow()
    monkeypatch.setattr(pets, "download_photographs", slow)
    yield slow
    slow.go.set()


def told(app: AppTest) -> AppTest:
    """The page once the first job has told how far it is."""
    (job,) = jobs().jobs.values()
    while not job.parts and not job.done:
        threading.Event().wait(0.01)
    return app.run()


def test_a_download_shows_how_far_it_is_and_can_be_stopped(app: AppTest, slow: Slow) -> None:
    app.button(key="download imagewoof").click().run()
    assert slow.begun.wait(TIMEOUT)
    told(app)
    (bar,) = app.get("progress")
    assert bar.proto.value == 33
    assert bar.proto.text.startswith("30.0 of 90.0 MB")
    finish_jobs(app.button(key="stop download imagewoof").click().run())
    assert "The download was stopped, and nothing of it was kept." in said(app)
    assert not app.get("progress")
    assert "Download Imagewoof" in labels(app)  # to try again


def test_a_download_is_seen_by_everybody_and_with_the_popover_closed(app: AppTest, slow: Slow) -> None:
    app.button(key="download imagewoof").click().run()
    told(app)
    other = AppTest.from_function(page, default_timeout=TIMEOUT).run()
    assert "Download Imagewoof" not in labels(other)
    assert len(other.get("progress")) == 1
    slow.go.set()
    finish_jobs(other)
    assert not other.get("progress")
    assert not other.error


def test_the_words_of_a_download() -> None:
    assert words(0, None, 0.0) == "Connecting…"
    assert words(5_000_000, None, 3.0) == "5.0 MB"
    assert words(5_000_000, 10_000_000, 0.5) == "5.0 of 10.0 MB"
    assert words(5_000_000, 10_000_000, 20.0) == "5.0 of 10.0 MB, about 20 seconds left"
    assert words(1_000_000, 10_000_000, 20.0) == "1.0 of 10.0 MB, about 3 minutes left"
    assert words(10_000_000, 10_000_000, 20.0) == "Unpacking…"


def test_the_last_step_of_a_download_is_told_and_its_failure_raised() -> None:
    def fetch(progress: Callable[[int, int | None], None], _: Any) -> None:
        for done in range(4):
            progress(done, 3)
        raise DataError("The server hung up.")

    seen = []
    with pytest.raises(DataError, match="hung up"):
        seen.extend(steps(fetch, lambda: False))
    assert all(total == 3 for _, total, _ in seen)


def test_pictures_that_cannot_be_used_leave_the_ways_to_others_open(home: Path) -> None:
    laid_out(home / "my_pets", many(1, 12))
    assert resolve(Settings("own"))[0].pets == "own"
    app = AppTest.from_function(failing, default_timeout=TIMEOUT)
    app.session_state["more pets"] = True
    app.run()
    assert not app.exception
    assert "These pictures cannot be used." in said(app)
    assert app.get("file_uploader")


def failing() -> None:
    from core.app.pets import pets_line

    pets_line("own")
