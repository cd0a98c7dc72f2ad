"""Before the features are there: how far it is, and a job that brings the view's result."""

from dataclasses import replace

import pytest

from core.errors import UserError
from core.exhibits.top_losses import judging, waiting
from core.exhibits.top_losses.by_loss import VisitorMarks
from core.exhibits.top_losses.find_suspects import Suspects
from core.exhibits.top_losses.settings import Settings
from core.exhibits.top_losses.views import VIEWS
from core.view import view_of


@pytest.mark.parametrize("view", ["find", "retrain"])
def test_a_job_brings_the_result(view: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "FEW", 10)
    settings = replace(settings, view=view)
    shown = view_of(VIEWS, settings)
    assert shown.job
    assert shown.waits(settings)
    begun = shown.job.begin(settings)
    parts = list(shown.job.work(settings, lambda: False))
    half = shown.job.join(begun, parts[:1])
    assert "30 of 60 are done, 30 a second, about 1 s left" in half.findings()[0]
    assert half.numbers() == {"pictures looked at": 30}
    assert half.table() == {"pictures looked at": [30]}
    assert "Then heads are trained" in begun.findings()[0]
    done = shown.job.join(begun, parts)
    assert not shown.waits(settings)
    again = shown.experiment(settings)
    assert again.judged is done.judged
    assert view == "find" or again.retrained is done.retrained
    assert list(shown.job.work(settings, lambda: True)) == parts[:1]  # stopped


def test_few_pictures_wait_for_their_features_only(settings: Settings) -> None:
    shown = view_of(VIEWS, settings)
    assert not shown.waits(settings)
    assert isinstance(shown.experiment(settings), Suspects)


def test_nothing_can_be_marked_yet() -> None:
    begun = waiting.begin(Settings())
    assert begun.with_marks_of(VisitorMarks({}, lambda *_: None)) is begun


def test_pictures_that_are_gone_are_said_where_they_are_needed() -> None:
    gone = Settings(pets="own:nobody")
    assert view_of(VIEWS, gone).waits(gone)
    with pytest.raises(UserError, match="went with the session"):
        list(view_of(VIEWS, gone).job.work(gone, lambda: False))  # type: ignore[union-attr]
