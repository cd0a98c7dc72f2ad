"""Heads trained again: which pictures a rule cleans, a visitor's marks, and what is said and shown of the change."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.exhibits.top_losses import judging
from core.exhibits.top_losses.by_loss import VisitorMarks
from core.exhibits.top_losses.cleaning import DELETE
from core.exhibits.top_losses.retrain_without_them import experiment, points, train_with_marks
from core.exhibits.top_losses.retrain_without_them_scene import scene
from core.exhibits.top_losses.settings import FIRST, FOLD, MINE, RANDOM, TRAIN, WRONG, Settings
from core.exhibits.top_losses.suspects import Judged
from tests.exhibits.top_losses.staged import check_small


@pytest.fixture
def retraining(settings: Settings) -> Settings:
    return replace(settings, view="retrain")


@pytest.mark.parametrize("cleaning", [MINE, FIRST, RANDOM, WRONG])
def test_a_rule_marks_training_pictures_only(cleaning: str, retraining: Settings, judged: Judged) -> None:
    chosen = replace(retraining, cleaning=cleaning, first=10)
    marks = judging.by_rule(chosen, judged)
    touched = {index for index, _ in marks.entries}
    assert touched <= set(judged.train.tolist())
    assert len(touched) == {MINE: 0, FIRST: 10, RANDOM: 10}.get(cleaning, judged.wrong[judged.train].sum())
    if cleaning == FIRST:
        assert touched == set(judged.ranked(FOLD, TRAIN)[:10].tolist())
    if cleaning == WRONG:
        assert all(judged.truth[index] == action for index, action in marks.entries)


def test_ones_own_marks_are_trained_with_aside(retraining: Settings, judged: Judged) -> None:
    asked: list[Any] = []
    index = int(judged.train[0])
    logs = {judged.key: ((index, DELETE), (int(judged.valid[0]), DELETE))}
    result = experiment(retraining)

    def not_yet(_: Any, argument: Any) -> None:
        asked.append(argument)

    waiting = result.with_marks_of(VisitorMarks(logs, not_yet))
    assert waiting.pending
    assert "being trained" in waiting.findings()[0]
    (again,) = train_with_marks(asked[0], lambda: False)
    done = result.with_marks_of(VisitorMarks(logs, lambda *_: again))
    assert done.retrained is again
    assert again.left_out.tolist() == [index]
    said = " ".join(done.findings())
    assert "1 left out and 0 relabelled" in said
    assert "Marks on validation pictures (1) count for nothing" in said
    assert not result.with_marks_of(VisitorMarks({}, not_yet)).pending


def test_what_retraining_changed_is_said(retraining: Settings) -> None:
    result = experiment(replace(retraining, cleaning=WRONG, wrong=20))
    again = result.retrained
    found, said = result.numbers(), " ".join(result.findings())
    assert found["relabelled"] == again.wrong == again.mended
    assert found["accuracy after"] == pytest.approx(np.mean(again.after == again.truth))
    assert f"{found['accuracy before']:.3f}" in said
    assert f"**{points(found['change'])}**" in said
    assert len(result.table()["before"]) == len(again.valid) == 12
    assert "as before" in experiment(retraining).findings()[0]


def test_points_have_a_sign() -> None:
    assert [points(0.0), points(0.0123), points(-0.05), points(-1e-9)] == ["0.0", "+1.2", "−5.0", "0.0"]


@pytest.mark.parametrize("change", [{}, {"cleaning": FIRST, "first": 20}, {"cleaning": WRONG, "wrong": 20}], ids=str)
def test_scene_packs_and_its_arrays_are_there(change: dict[str, Any], retraining: Settings) -> None:
    check_small(scene(experiment(replace(retraining, **change))))
