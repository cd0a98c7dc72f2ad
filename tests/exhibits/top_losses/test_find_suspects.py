"""The highest losses: what is counted among the first of them, and what the stage shows of that."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.labelled import Pets
from core.exhibits.top_losses.find_suspects import ANSWERS, experiment, how_many_found, why_found
from core.exhibits.top_losses.find_suspects_scene import scene
from core.exhibits.top_losses.settings import ALL, FIT, FOLD, TRAIN, VALID, Settings
from core.exhibits.top_losses.suspects import Judged, chance_band
from core.stage.panels import Curve, Pictures
from tests.exhibits.top_losses.staged import check_small
from tests.stage.panels import check, panels
from tests.suspects import install, some_features, some_pets


def test_findings_tell_what_was_counted(settings: Settings, judged: Judged) -> None:
    result = experiment(settings)
    said = " ".join(result.findings())
    first = judged.ranked(FOLD, ALL)[0]
    assert judged.names[first] in said
    assert f"{judged.losses(FOLD)[first]:.2f}" in said
    assert "**4** of these 60 labels" in said
    found = result.numbers()
    assert found["wrong labels in the first 10"] == judged.wrong_among_first(FOLD, ALL)[9]
    assert found["by chance in 10"] == pytest.approx(10 * 4 / 60)
    assert f"{4 * 50 / 60:.1f}" in said
    assert result.table()["file"][0] == judged.names[first]
    assert len(result.table()["loss"]) == 60


def test_without_known_wrong_labels_nothing_is_claimed(
    tmp_path: Path, x: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = some_pets(tmp_path, planted=0, name="own:unknown")
    result = experiment(install(own, x, monkeypatch))
    said = " ".join(result.findings())
    assert "Nobody has said which of these 60 labels are wrong" in said
    assert "chance" not in said
    assert result.numbers()["known wrong labels"] == 0


def test_the_question_is_answered_from_the_run(settings: Settings) -> None:
    result = experiment(replace(settings, wrong=10))
    share = result.judged.wrong_among_first(FOLD, ALL)[13] / 14
    assert how_many_found(result) == ANSWERS[0 if share < 0.25 else 1 if share < 0.75 else 2]
    assert f"**{result.judged.wrong_among_first(FOLD, ALL)[13]}** of them" in why_found(result)


@pytest.mark.parametrize("by", [FOLD, FIT])
@pytest.mark.parametrize("part", [ALL, TRAIN])
def test_the_other_judges_are_compared(by: str, part: str, settings: Settings) -> None:
    result = experiment(replace(settings, judged=by, split=part, wrong=20))
    ours, theirs = (result.judged.wrong_among_first(judges, part) for judges in (by, FIT if by == FOLD else FOLD))
    k = max((10, 20, 50) if len(ours) >= 50 else (10, 20), key=lambda k: abs(ours[k - 1] - theirs[k - 1]))
    expected = "hold as many" if ours[k - 1] == theirs[k - 1] else f"hold **{theirs[k - 1]}** instead of {ours[k - 1]}"
    assert f"the first {k} {expected}" in result.findings()[-1]


@pytest.mark.parametrize("change", [{}, {"split": VALID}, {"judged": FIT}, {"wrong": 20}], ids=str)
def test_scene_packs_and_its_arrays_are_there(change: dict[str, Any], settings: Settings) -> None:
    check_small(scene(experiment(replace(settings, **change))))


def test_pictures_stand_in_the_order_of_their_losses(settings: Settings, pets: Pets) -> None:
    result = experiment(settings)
    judged = result.judged
    one = scene(result)
    (panel,) = panels(one, Pictures)
    order = judged.ranked(FOLD, ALL)[:50]
    losses = [float(caption.rsplit(" ", 1)[1]) for caption in panel.captions]
    assert losses == [pytest.approx(value, abs=0.005) for value in judged.losses(FOLD)[order]]
    assert [mark == "loss" for mark in panel.marks] == [pets.names[i] in pets.planted for i in order]
    assert panel.show.ravel().tolist() == list(range(50))
    assert one.frames == 5


def test_the_curve_is_what_was_found_and_what_chance_finds(settings: Settings) -> None:
    result = experiment(settings)
    found, _, chance, low, high = panels(scene(result), Curve)[0].series
    for k, *values in zip(found.x, found.y, chance.y, low.y, high.y, strict=True):
        wrong = result.judged.wrong[result.order[:k]].sum()
        assert tuple(values) == (wrong, *chance_band(60, 4, int(k)))


def test_few_pictures_leave_places_empty(tmp_path: Path) -> None:
    few = some_pets(tmp_path, count=16, planted=1, name="own:few suspects")
    with pytest.MonkeyPatch.context() as patch:
        result = experiment(replace(install(few, some_features(few), patch), split=VALID))
        shown = scene(result)
        check(shown)
    (pictures,) = panels(shown, Pictures)
    assert (pictures.show >= 0).sum() == len(result.order) == 3
