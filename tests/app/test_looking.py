"""Pages of pets before their pictures have been seen: one job for all of them, and nothing that waits for it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.app.jobs import jobs
from core.contents import exhibit
from core.nn import features, looking
from tests.conftest import PATIENCE, finish_jobs
from tests.few_pets import few_pets

OpenPage = Callable[..., AppTest]
PAGES = ("pet-classifier", "top-losses")
LATER = "The mark comes as soon as all pictures have been seen."


class Gate:
    """Lets so many blocks of pictures through; the others wait."""

    def __init__(self, blocks: int) -> None:
        self.left = threading.Semaphore(blocks)

    def open(self) -> None:
        for _ in range(1000):
            self.left.release()


@pytest.fixture
def gate(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """In front of thirty pictures of one's own, on a computer with an empty cache."""
    few_pets(home / "my_pets", each=10)
    monkeypatch.setenv("DOWNHILL_CACHE", str(home / "cache"))
    monkeypatch.setattr("core.data.pets.resolve", lambda _: ("own", None))
    gate, block = Gate(0), features._Work.block

    def waits(*asked: Any) -> features.Seen:
        assert gate.left.acquire(timeout=PATIENCE)
        return block(*asked)

    monkeypatch.setattr(features._Work, "block", waits)
    yield gate
    gate.open()
    assert jobs().finish(PATIENCE)


def said(app: AppTest) -> str:
    return " ".join(each.value for each in app.markdown)


def test_two_visitors_of_two_pages_share_one_job(gate: Gate, open_page: OpenPage) -> None:
    one, two = (open_page(exhibit(slug)) for slug in PAGES)
    assert not one.exception
    assert not two.exception
    ((lane, about),) = jobs().jobs
    assert (lane, about.pets, about.size) == (looking.LANE, "own", 224)
    one.button_group(key="each").set_value(5).run()  # no reason to look again
    two.button_group(key="view").set_value("retrain").run()
    assert len(jobs().jobs) == 1
    one.button(key="stop-job").click().run()
    (job,) = jobs().jobs.values()
    assert not job.stopped()  # the other still looks
    gate.open()
    assert jobs().finish(PATIENCE)
    assert job.complete
    for app in (one, two):
        app.run()
        assert not app.exception
        assert "stop-job" not in {button.key for button in app.button}
    assert "looked at 30 pictures once," in said(one)


@pytest.mark.parametrize("slug", PAGES)
def test_a_prediction_is_marked_once_all_pictures_have_been_seen(slug: str, gate: Gate, open_page: OpenPage) -> None:
    app = open_page(exhibit(slug))
    app.button_group(key="guess").set_value(app.button_group(key="guess").options[0]).run()
    assert not app.exception
    assert LATER in said(app)
    gate.open()
    finish_jobs(app)
    assert LATER not in said(app)
    assert ":material/c" in said(app)


def test_a_first_result_stands_there_before_the_last_picture(gate: Gate, open_page: OpenPage) -> None:
    app = open_page(exhibit("pet-classifier"))
    assert "30 pictures, once" in said(app)
    gate.left.release()
    gate.left.release()
    (job,) = jobs().jobs.values()
    assert job.wait(2, PATIENCE)
    app.run()
    assert not app.exception
    assert "**24 of 30 pictures** have been seen" in said(app)
    assert "Accuracy] on held-out pictures" in said(app)
    assert "stop-job" in {button.key for button in app.button}
