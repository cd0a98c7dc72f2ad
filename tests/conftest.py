"""What all tests share: reproducible hypothesis, each exhibit's declaration, and pages opened without a browser."""

import importlib
import os
import runpy
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import hypothesis
import pytest

os.environ.setdefault(
    "OMP_NUM_THREADS", "1"
)  # two processes test at a time: more threads would only wait for each other

os.environ.setdefault("DOWNHILL_WORKERS", "threads")  # so that tests can look into jobs; servers have processes

from core.contents import CONTENTS, Exhibit

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from core.app.frame import ExhibitPage
    from core.stage.scene import Scene

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds that all jobs together may take on a busy machine
TIMEOUT = 60  # seconds that a page's run may take on a busy machine

hypothesis.settings.register_profile("downhill", deadline=None, derandomize=True)
hypothesis.settings.load_profile("downhill")

every_exhibit = pytest.mark.parametrize("entry", CONTENTS, ids=lambda entry: entry.slug)
"""Runs a test once for every exhibit of the table of contents."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--oracle-runs", type=int, default=2, help="random states of each view that the oracles check")


@cache
def declaration(entry: Exhibit) -> "ExhibitPage":
    """What the exhibit's page file hands to the frame, without drawing it; AssertionError unless it is one thing."""
    shown: list[ExhibitPage] = []
    with patch("core.app.frame.show", shown.append):
        runpy.run_path(str(ROOT / entry.page))
    assert len(shown) == 1, f"{entry.page} must show one ExhibitPage"
    return shown[0]


def chosen(page: "ExhibitPage", **change: Any) -> Any:
    """The page's settings with this change, made definite for this machine."""
    from core.app.resolve import resolve

    return resolve(replace(page.settings(), **change))[0]


def result_of(page: "ExhibitPage", settings: Any) -> Any:
    """The complete result that the page shows, once everything has arrived; kept, as the page keeps it."""
    from core.app.private import complete_result

    return complete_result(page.slug, settings, page.view(settings))


def scene_of(page: "ExhibitPage", settings: Any) -> "Scene":
    """The scene of that result."""
    return page.view(settings).scene(result_of(page, settings))


def finish_jobs(app: "AppTest") -> "AppTest":
    """Wait until every job has ended, then run the page again with all that has arrived."""
    from core.app.jobs import jobs

    assert jobs().finish(PATIENCE)
    return app.run()


@pytest.fixture(autouse=True, scope="session")
def _short_timings() -> Iterator[None]:
    """Where a page measures seconds, tests look at what it does with them, not at how exact they are."""
    with patch("core.exhibits.presizing.speed.SECONDS", 0.02):
        yield


@pytest.fixture(autouse=True, scope="module")
def _jobs_end_with_their_file() -> Iterator[None]:
    """What a file's pages have begun does not go on beside the next file's tests."""
    yield
    if "core.app.jobs" not in sys.modules:
        return
    from core.app.jobs import jobs

    for job in list(jobs().jobs.values()):
        job.viewers.clear()
        job.leave()
    assert jobs().finish(PATIENCE)


@pytest.fixture
def open_page() -> "Iterator[Callable[..., AppTest]]":
    """Opens an exhibit with these query parameters, or without one the home page, in a new session without a browser.

    `tab` is the tab that is open. Streamlit would look through every installed package for components first.
    """
    from streamlit.testing.v1 import AppTest

    def opened(entry: Exhibit | None = None, tab: str | None = None, **params: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT)
        for name, value in params.items():
            app.query_params[name] = value
        if tab:
            app.session_state["tab"] = tab
        return (app.switch_page(entry.page) if entry else app).run()

    with patch("streamlit.components.v2.component_manager.BidiComponentManager.discover_and_register_components"):
        yield opened


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """Makes a package `prog` of the modules given by name and source, and returns its module `main`."""

    def make(**sources: str) -> ModuleType:
        folder = tmp_path / "prog"
        folder.mkdir()
        for name, source in {"__init__": "", **sources}.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return importlib.import_module("prog.main")

    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == "prog"]:
        del sys.modules[name]
