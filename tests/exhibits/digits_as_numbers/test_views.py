"""What holds for every view: words, numbers and a table; pictures, steps and curves that agree with the frames."""

import math
from typing import Any

import numpy as np
import pytest

from core.arrays import Array
from core.exhibits.digits_as_numbers.settings import CHANGES, Settings
from core.settings import controls
from core.stage.panels import Bars, Curve, LivingNumber, Pixels, Steps
from tests.exhibits.digits_as_numbers.results import result, scene
from tests.stage.panels import check, panels

VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"items": 1, "digit": 7},
    {"view": "ranks"},
    {"view": "ranks", "index": 99},
    {"view": "similarity", "digit": 7, "index": 40},
    {"view": "similarity", "picture": "inverted"},
    {"view": "multiply"},
    {"view": "multiply", "weights": "random", "bias": False, "picture": "black"},
    {"view": "multiply", "operator": "*", "items": 256},
)
every_variant = pytest.mark.parametrize("change", VARIANTS, ids=str)


@pytest.mark.parametrize("view", controls(Settings)["view"].options)
@pytest.mark.parametrize("picture", CHANGES)
def test_every_view_has_words_numbers_and_a_table(view: str, picture: str) -> None:
    for digit, operator in ((3, "@"), (7, "*")):
        shown = result(view=view, picture=picture, digit=digit, operator=operator)
        assert 1 <= len(shown.findings()) <= 4
        assert "nan" not in " ".join(shown.findings())
        assert all(math.isfinite(value) for value in shown.numbers().values())
        (length,) = {len(column) for column in shown.table().values()}
        assert length == {"ranks": 5, "similarity": 200}.get(view, 784)


@every_variant
def test_the_scene_packs(change: dict[str, Any]) -> None:
    check(scene(**change))


@every_variant
def test_pictures_agree_with_the_frames(change: dict[str, Any]) -> None:
    drawn = scene(**change)
    pictures = panels(drawn, Pixels)
    assert len(pictures) >= 3
    for panel in pictures:
        _, tiles, height, width = panel.array.shape
        assert all(array is None or len(array) == drawn.frames for array in (panel.up_to, panel.box))
        if panel.up_to is not None:
            assert (np.diff(panel.up_to) >= 0).all()
            assert panel.up_to[-1] >= panel.array[0].size
        for tile, top, left, high, wide in [] if panel.box is None else panel.box:
            assert 0 <= tile < tiles
            assert 0 <= top <= top + high <= height
            assert 0 <= left <= left + wide <= width
        for part in panel.hover or ():
            assert isinstance(part, str) or part.value[0].size == panel.array[0].size


@every_variant
def test_linked_pictures_mean_the_same_pixel(change: dict[str, Any]) -> None:
    linked = [(panel.link, panel.array) for panel in panels(scene(**change), Pixels) if panel.link is not None]
    assert all(link + 784 <= array[0].size for link, array in linked)
    assert (change.get("view") == "ranks") == (not linked)


def row(array: Array, frame: int) -> Array:
    """What the stage shows of an array at a frame."""
    return array[min(frame, len(array) - 1)]


@every_variant
def test_steps_and_curves_find_their_numbers(change: dict[str, Any]) -> None:
    drawn = scene(**change)
    for panel in panels(drawn, Steps):
        assert len(panel.active) == drawn.frames
        assert set(panel.active.tolist()) == set(range(len(panel.steps)))
        rows = np.arange(drawn.frames) if panel.rows is None else panel.rows
        for part in (part for step in panel.steps for part in step.formula if isinstance(part, LivingNumber)):
            assert part.at < row(part.value, int(rows[-1])).size
    for curve in panels(drawn, Curve):
        assert all(len(series.x) == len(series.y) > 0 for series in curve.series)
        assert curve.at is None or len(curve.at) == drawn.frames
    for bars in panels(drawn, Bars):
        assert bars.heights.shape == (drawn.frames, len(bars.labels))
