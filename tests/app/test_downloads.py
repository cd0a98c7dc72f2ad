"""Downloads begin with a click and never with a link; a server for everybody offers none."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import environment
from core.app import downloads as module
from core.app.downloads import LANE
from core.app.jobs import jobs
from core.data.digits import full_available
from core.data.weights import WEIGHTS
from core.nn.backbone import BACKBONES
from tests.conftest import TIMEOUT

KEY = "download resnet50"


def page(body: str) -> None:
    from types import SimpleNamespace

    from core.app.downloads import offer_body

    offer_body(SimpleNamespace(body=body))


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Torch's cache of weights, empty; no download is left behind."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv(environment.PUBLIC, raising=False)
    yield tmp_path
    jobs().forget(KEY)


def run(body: str) -> AppTest:
    return AppTest.from_function(page, kwargs={"body": body}, default_timeout=TIMEOUT).run()


def test_a_body_that_is_not_here_is_offered_and_fetched_by_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    def fetch(weights: object, progress: Callable, stop: Callable[[], bool]) -> None:
        asked.append((weights, stop()))
        progress(1, 2)

    monkeypatch.setattr(module, "download_weights", fetch)
    app = run("resnet50")
    assert [button.label for button in app.button] == ["Download resnet50 (103 MB)"]
    assert asked == []
    app.button(KEY).click().run()
    assert not app.exception
    job = jobs().find(KEY)
    assert job is not None
    assert job.wait(100, TIMEOUT)
    assert job.complete
    assert asked == [(WEIGHTS["resnet50"], False)]


def test_a_download_goes_on_in_a_lane_of_its_own_until_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def fetch(_weights: object, _progress: Callable, stop: Callable[[], bool]) -> None:
        begun.set()
        while not stop() and not may_end.wait(0.01):
            continue

    monkeypatch.setattr(module, "download_weights", fetch)
    try:
        one, other = run("resnet50"), run("resnet50")
        one.button(KEY).click().run()
        assert begun.wait(TIMEOUT)
        assert [turn.place for turn in jobs().running if turn.key == KEY] == [LANE]
        other.run()
        for app in (one, other):
            assert [button.label for button in app.button] == ["Stop"]
        job = jobs().find(KEY)
        assert job is not None
        other.button(f"stop {KEY}").click().run()
        assert [button.key for button in other.button] == [KEY]  # it goes on for the one
        assert not job.done
        one.button(f"stop {KEY}").click().run()
        assert job.wait(sys.maxsize, TIMEOUT)
        assert not job.complete
    finally:
        may_end.set()


@pytest.mark.parametrize("body", [name for name in BACKBONES if name not in WEIGHTS])
def test_a_body_that_needs_no_download_offers_none(body: str) -> None:
    assert not run(body).button


def test_a_body_that_is_here_offers_none() -> None:
    file = WEIGHTS["resnet50"].file
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    assert not run("resnet50").button


def test_a_server_for_everybody_says_that_it_downloads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.PUBLIC, "1")
    app = run("resnet50")
    assert not app.button
    assert [text.value for text in app.caption] == [environment.NO_DOWNLOADS]


def test_the_digits_popover_has_no_button_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FASTAI_HOME", str(tmp_path / "fastai"))
    assert not full_available()

    def line() -> None:
        from core.app.digits import digits_line

        digits_line("built-in")

    app = AppTest.from_function(line, default_timeout=TIMEOUT).run()
    assert [button.key for button in app.button] == ["download digits"]
    monkeypatch.setenv(environment.PUBLIC, "1")
    app.run()
    assert not app.button
    assert environment.NO_DOWNLOADS in [text.value for text in app.caption]
