"""Before the features are there: how far it is, panels that are the view's own, and after it the view itself."""

from dataclasses import replace

import pytest

from core.data.labelled import Pets
from core.data.pets import uploads
from core.errors import UserError
from core.exhibits.pet_classifier import waiting
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.train_the_head import TrainedHead
from core.exhibits.pet_classifier.views import VIEWS
from core.view import View, view_of
from tests.stage.panels import check


def view(settings: Settings) -> View:
    return view_of(VIEWS, settings)


def test_first_there_are_no_features_then_everything_at_once(small: Settings) -> None:
    assert view(small).waits(small)
    begun = waiting.begin(small)
    assert "36 pictures" in begun.findings()[0]
    assert begun.numbers() == {"pictures": 36}
    assert begun.table() == {"pictures": [36]}
    parts = list(waiting.work(small, lambda: False))
    assert "24 are done" in waiting.join(begun, parts[:2]).findings()[0]
    assert not view(small).waits(small)
    result = view(small).experiment(small)
    assert isinstance(result, TrainedHead)
    assert view(small).experiment(small) is result  # trained once


@pytest.mark.usefixtures("head")
def test_waiting_and_trained_have_the_same_panels(small: Settings) -> None:
    begun = view(small).scene(waiting.begin(small))
    trained = view(small).scene(view(small).experiment(small))
    check(begun)
    types = [[[type(panel) for panel in row.panels] for row in scene.rows] for scene in (begun, trained)]
    assert types[0] == types[1]
    assert begun.frames == 1


def test_pictures_that_are_gone_are_said_where_they_are_needed() -> None:
    gone = Settings(pets="own:nobody")
    assert waiting.wanted(gone)
    with pytest.raises(UserError, match="went with the session"):
        waiting.begin(gone)


def test_a_picture_that_is_gone_ends_the_job_with_a_sentence(pets: Pets, small: Settings) -> None:
    uploads["own:missing"] = missing = replace(pets, name="own:missing", names=("gone.jpg", *pets.names[1:]))
    settings = replace(small, pets=missing.name)
    assert waiting.wanted(settings)
    with pytest.raises(UserError, match="no longer there"):
        list(waiting.work(settings, lambda: False))


def test_fine_tuning_is_only_asked_for_by_its_switch() -> None:
    tune = Settings(view="tune", pets="drawn")
    assert not view(tune).waits(tune)
    assert view(tune).waits(replace(tune, tune=True))
    first, second = view(tune).job, view(Settings()).job
    assert first
    assert second
    assert first.lane != second.lane
