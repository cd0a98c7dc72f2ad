"""The neural net as a whole: every view has its sentences, its numbers, its table and its scene."""

from typing import Any

import numpy as np
import pytest

from core.exhibits.neural_net.settings import DEAD, DRAW, IMAGES, MOVES, RESNET, STEPS, SUMMARY, UNITS, Settings
from core.exhibits.neural_net.views import VIEWS
from core.view import view_of
from tests.exhibits.neural_net.results import begun, view
from tests.stage.panels import check

CASES: list[dict[str, Any]] = [
    {},
    {"moves": STEPS},
    {"moves": IMAGES},
    {"moves": IMAGES, "epoch": 0},
    {"view": UNITS, "digit": 7},
    {"view": DEAD},
    {"view": DEAD, "learning_rate": 30.0},
    {"view": SUMMARY},
    {"view": SUMMARY, "version": "notes"},
    {"view": DRAW},
    {"view": DRAW, "subject": "7"},
    {"view": RESNET},
    {"init": "randn"},
]
MOST = 2_000_000  # bytes of a scene


@pytest.mark.parametrize("change", CASES, ids=str)
def test_every_view_says_what_it_shows(change: dict[str, Any]) -> None:
    shown = begun(**change)
    sentences = shown.findings()
    assert 1 <= len(sentences) <= 4
    assert all(sentence.endswith(".") and "nan" not in sentence for sentence in sentences)
    assert all(isinstance(value, int | float | str) for value in shown.numbers().values())
    assert len({len(column) for column in shown.table().values()}) == 1


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_shows_numbers_only(change: dict[str, Any]) -> None:
    one = view(**change).scene(begun(**change))
    arrays = check(one)
    assert len(one.pack()) < MOST
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert 150 <= sum(row.height for row in one.rows) <= 500


def test_only_fastais_views_start_a_job() -> None:
    wanted = {
        (view, version, deep)
        for view in (MOVES, UNITS, DEAD, SUMMARY, DRAW, RESNET)
        for version in ("lesson", "notes")
        for deep in (False, True)
        if view_of(VIEWS, chosen := Settings(view=view, version=version, deep=deep)).waits(chosen)
    }
    assert wanted == {
        (SUMMARY, "lesson", False),
        (SUMMARY, "lesson", True),
        (RESNET, "lesson", True),
        (RESNET, "notes", True),
    }
