"""Before the features are there: how far it is, what will come, a head on the pictures seen so far; then the view."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.labelled import Pets
from core.data.pets import load, split, uploads
from core.errors import UserError
from core.exhibits.pet_classifier import waiting
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.train_the_head import TrainedHead, trained_head
from core.exhibits.pet_classifier.views import VIEWS
from core.nn import looking
from core.nn.features import Progress, fair_order
from core.stage.panels import Pictures, Text
from core.view import View, view_of
from tests.oracle import heads
from tests.stage.panels import check


def view(settings: Settings) -> View:
    return view_of(VIEWS, settings)


def report(done: int, early: int = 0) -> Progress:
    return Progress(done=done, total=36, seconds=2.0, computed=done, first=done, early=early)


def test_before_the_first_result_it_says_how_far_it_is(small: Settings) -> None:
    assert view(small).waits(small)
    begun = waiting.begin(small)
    assert "36 pictures" in begun.findings()[0]
    assert begun.numbers() == {"pictures": 36}
    assert begun.table() == {"pictures": [36]}
    assert "12 are done, 6 a second, about 4 s left" in waiting.join(begun, [report(12)]).findings()[0]
    other = replace(small, view="own")  # it needs all of them
    assert isinstance(waiting.join(waiting.begin(other), [report(30, 24)]), waiting.Waiting)


@pytest.mark.parametrize("which", ["head", "own"])
@pytest.mark.parametrize("done", [0, 12])
@pytest.mark.parametrize("drawn", [True, False])
def test_while_it_waits_no_panel_is_empty(which: str, done: int, drawn: bool, small: Settings, pets: Pets) -> None:
    """Pictures that are drawn appear as they are seen; photographs are there."""
    uploads["own:unseen"] = shown = replace(pets, make=(lambda *_: None) if drawn else None)
    settings = replace(small, view=which, pets="own:unseen")
    waits = replace(waiting.begin(settings), progress=report(done) if done else None)
    scene = view(settings).scene(waits)
    check(scene)
    assert scene.frames == 1
    panels = [panel for row in scene.rows for panel in row.panels]
    assert all(isinstance(panel, Text | Pictures) for panel in panels)
    pictures = [panel for panel in panels if isinstance(panel, Pictures)]
    assert [len(panel.captions) for panel in pictures] == ([12] if done or not drawn else [])
    assert shown is not pets


def test_a_head_on_the_pictures_seen_so_far_then_one_on_all(small: Settings) -> None:
    asked, begun = waiting.about(small), waiting.begin(small)
    seen = looking.work(asked, lambda: False)
    reports = [looking.keep(asked, next(seen)) for _ in range(2)]
    assert view(small).waits(small)
    early = waiting.join(begun, reports)
    assert isinstance(early, TrainedHead)
    pets = load(small.pets)
    first = fair_order(pets)[:24].tolist()
    assert sorted([*early.train, *early.valid]) == sorted(first)
    assert early.train.tolist() == [i for i in split(pets)[0] if i in first]  # in their order
    assert "**24 of 36 pictures** have been seen" in early.findings()[0]
    assert f"{early.right} of {len(early.valid)} " in early.sentences()[0]
    assert f"{len(early.train)} pictures it learned from" in " ".join(early.sentences())
    check(view(small).scene(early))
    again = waiting.join(begun, reports)
    assert isinstance(again, TrainedHead)
    assert again.head is early.head  # trained once

    rows = np.sort(first)
    places = {int(row): place for place, row in enumerate(rows)}
    kept, targets = early.features.array[rows], early.targets[rows]
    oracle = heads.train(kept, targets, [places[int(i)] for i in early.train], 3, heads.Recipe(epochs=small.epochs))
    np.testing.assert_allclose(early.head.logits[rows], oracle.logits, atol=2e-3)
    assert (early.head.predicted[:, list(set(range(36)) - set(first))] == -1).all()

    looking.keep(asked, next(seen))
    assert not view(small).waits(small)
    result = view(small).experiment(small)
    assert isinstance(result, TrainedHead)
    assert view(small).experiment(small) is result  # trained once
    assert (result.features.partial, result.findings()) == (False, result.sentences())
    whole = trained_head(replace(pets), small.recipe)
    assert np.array_equal(whole.head.logits, result.head.logits)  # as if it had been computed at once


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
        waiting.about(settings)


def test_fine_tuning_is_only_asked_for_by_its_switch() -> None:
    tune = Settings(view="tune", pets="drawn")
    assert not view(tune).waits(tune)
    assert view(tune).waits(replace(tune, tune=True))
    first, second = view(tune).job, view(Settings()).job
    assert first
    assert second
    assert first.lane != second.lane
