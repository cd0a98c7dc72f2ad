"""Every view of pets as data has words, numbers, a table and a scene that packs."""

from typing import Any

import pytest

from core.exhibits.pets_data.settings import (
    DOCTOR,
    FILES,
    NO_LABEL,
    NO_RESIZE,
    NOT_IMAGE,
    ONE_BATCH,
    OWN,
    REGEX_LAB,
    VIEW_NAMES,
    WRONG_REGEX,
    Settings,
)
from core.exhibits.pets_data.views import VIEWS
from core.stage.panels import Pictures, Text
from core.view import view_of
from tests.exhibits.pets_data.scenes import opened
from tests.stage.panels import check, panels

VARIANTS: tuple[dict[str, Any], ...] = (
    {"view": FILES},
    {"view": REGEX_LAB},
    {"view": REGEX_LAB, "pattern": "lower case"},
    {"view": REGEX_LAB, "pattern": "unclosed"},
    {"view": REGEX_LAB, "pattern": "no group"},
    {"view": REGEX_LAB, "pattern": OWN, "own": "(x)|_"},
    {"view": REGEX_LAB, "pattern": OWN, "own": r"(\d+)"},
    {"view": DOCTOR},
    {"view": DOCTOR, "fault": NO_RESIZE},
    {"view": DOCTOR, "fault": WRONG_REGEX},
    {"view": DOCTOR, "fault": NO_LABEL},
    {"view": DOCTOR, "fault": NOT_IMAGE},
    {"view": ONE_BATCH, "size": 4},
    {"view": ONE_BATCH, "size": 64},
)


@pytest.mark.usefixtures("pets")
@pytest.mark.parametrize("change", VARIANTS, ids=str)
def test_every_view_has_words_numbers_a_table_and_a_scene(change: dict[str, Any]) -> None:
    settings = Settings(pets="drawn", **change)
    view = view_of(VIEWS, settings)
    result = view.experiment(settings)
    sentences = result.findings()
    assert 1 <= len(sentences) <= 4
    assert all(sentence.rstrip()[-1] in ".*" for sentence in sentences)
    assert result.numbers()
    assert all(isinstance(value, int | float) for value in result.numbers().values())
    assert len({len(column) for column in result.table().values()}) == 1
    drawn = view.scene(result)
    check(drawn)
    for panel in panels(drawn, Pictures):
        pictures = opened(panel)
        assert len(pictures) == len(panel.captions)
        if panel.show is not None:
            assert len(panel.show) == drawn.frames
            assert -1 <= panel.show.min() <= panel.show.max() < len(pictures)
    for text in panels(drawn, Text):
        assert all(len(line.answers) == drawn.frames for line in text.lines if line.answers)


def test_a_large_batch_is_a_job() -> None:
    waiting = {
        (view, size)
        for view in VIEW_NAMES
        for size in (4, 16, 64)
        if view_of(VIEWS, s := Settings(view=view, size=size)).waits(s)
    }
    assert waiting == {(ONE_BATCH, 64)}
