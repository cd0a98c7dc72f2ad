"""Before the features are there: how far it is, losses of the pictures seen so far, and jobs that bring the rest."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.data.labelled import Pets
from core.data.pets import split
from core.errors import UserError
from core.exhibits.top_losses import judging, waiting
from core.exhibits.top_losses.by_loss import VisitorMarks
from core.exhibits.top_losses.find_suspects import Suspects
from core.exhibits.top_losses.settings import ALL, TRAIN, VALID, Settings
from core.exhibits.top_losses.views import LOOKING, VIEWS
from core.exhibits.top_losses.waiting import Waiting
from core.nn.features import Progress, fair_order
from core.stage.panels import Pictures, Text
from core.view import view_of
from tests.oracle import heads
from tests.stage.panels import check

EARLY = 48


def report(done: int, early: int = 0) -> Progress:
    return Progress(done=done, total=60, seconds=1.0, computed=done, first=done, early=early)


@pytest.fixture
def unseen(settings: Settings, x: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose pictures are still being looked at: of the first ones the features are there."""

    def first(pets: Pets, _body: str, _size: int, early: int) -> SimpleNamespace:
        rows = np.sort(fair_order(pets)[:early])
        array = np.zeros_like(x)
        array[rows] = x[rows]
        return SimpleNamespace(array=array, rows=rows)

    monkeypatch.setattr(waiting, "ready", lambda *_: False)
    monkeypatch.setattr(judging, "first_features", first)
    return settings


def test_how_far_it_is(unseen: Settings) -> None:
    begun = waiting.begin(unseen)
    assert "Then heads are trained" in begun.findings()[0]
    half = waiting.join(begun, [report(12), report(30)])
    assert "30 of 60 are done, 30 a second, about 1 s left" in half.findings()[0]
    assert half.numbers() == {"pictures looked at": 30}
    assert half.table() == {"pictures looked at": [30]}
    assert "All 60 pictures" in waiting.join(begun, [report(60)]).findings()[0]


def test_first_there_are_losses_of_the_pictures_seen_so_far(unseen: Settings, pets: Pets) -> None:
    early = waiting.join(waiting.begin(unseen), [report(55, EARLY)])
    assert isinstance(early, Suspects)
    first = fair_order(pets)[:EARLY]
    assert sorted(early.order.tolist()) == sorted(first.tolist())
    parts = [set(early.judged.ranked(unseen.judged, part).tolist()) for part in (ALL, TRAIN, VALID)]
    assert parts == [set(first.tolist()), *(set(rows.tolist()) & set(first.tolist()) for rows in split(pets))]
    said = early.findings()
    assert "**55 of 60 pictures** have been looked at" in said[0]
    assert f"the first **{EARLY}**" in said[0]
    assert early.known_wrong == sum(pets.names[i] in pets.planted for i in first)
    check(view_of(VIEWS, unseen).scene(early))


def test_these_losses_are_those_of_heads_trained_on_these_pictures_alone(
    unseen: Settings, pets: Pets, x: np.ndarray
) -> None:
    judged = judging.early_judgement(unseen.labelling, EARLY)
    first = np.sort(fair_order(pets)[:EARLY])
    train = [i for i in split(pets)[0] if i in first]
    places = {int(row): place for place, row in enumerate(first)}
    oracle = heads.train(
        x[first], judged.targets[first], [places[int(i)] for i in train], 4, heads.Recipe(seed=unseen.seed)
    )
    np.testing.assert_allclose(judged.fitted[first], heads.log_softmax(oracle.logits), atol=2e-3)
    fold = np.random.default_rng(unseen.seed).permutation(np.array(train))[: -(-len(train) // 5)]
    rest = [places[i] for i in sorted({int(i) for i in train} - {int(i) for i in fold})]
    oracle = heads.train(x[first], judged.targets[first], rest, 4, heads.Recipe(seed=unseen.seed))
    expected = heads.log_softmax(oracle.logits)[[places[int(i)] for i in fold]]
    np.testing.assert_allclose(judged.folds[fold], expected, atol=2e-3)


@pytest.mark.parametrize("early", [0, 24])
def test_with_too_few_pictures_it_waits(unseen: Settings, early: int) -> None:
    assert isinstance(waiting.join(waiting.begin(unseen), [report(30, early)]), Waiting)


@pytest.mark.parametrize("view", ["find", "retrain"])
@pytest.mark.parametrize("done", [0, 12, 30])
def test_while_it_waits_no_panel_is_empty(view: str, done: int, unseen: Settings) -> None:
    settings = replace(unseen, view=view)
    waits = replace(waiting.begin(settings), progress=report(done) if done else None)
    scene = view_of(VIEWS, settings).scene(waits)
    check(scene)
    panels = [panel for row in scene.rows for panel in row.panels]
    assert all(isinstance(panel, Text | Pictures) for panel in panels)
    assert any(isinstance(panel, Pictures) and len(panel.captions) == 10 for panel in panels)


def test_both_views_share_the_job_that_looks(unseen: Settings) -> None:
    asked = [view_of(VIEWS, replace(unseen, view=view, seed=seed)) for view in ("find", "retrain") for seed in (1, 2)]
    assert all(view.job is LOOKING for view in asked)
    assert len({LOOKING.of(replace(unseen, view=v, seed=s)) for v in ("find", "retrain") for s in (1, 2)}) == 1  # type: ignore[misc]


@pytest.mark.parametrize("view", ["find", "retrain"])
def test_of_many_pictures_a_job_brings_the_result(
    view: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "FEW", 10)
    settings = replace(settings, view=view)
    shown = view_of(VIEWS, settings)
    assert shown.job
    assert shown.waits(settings)
    begun = shown.job.begin(settings)
    (part,) = shown.job.work(settings, lambda: False)
    assert shown.job.keep
    done = shown.job.join(begun, [shown.job.keep(settings, part)])
    assert not view_of(VIEWS, settings).waits(settings)
    again = shown.experiment(settings)
    assert again.judged is done.judged
    assert view == "find" or again.retrained is done.retrained
    assert not list(shown.job.work(settings, lambda: True))  # stopped
    assert not shown.job.leaves(settings)  # another process does not have the features of uploads


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
        waiting.about(gone)
