"""Softmax's scenes hold together: they pack, all panels agree with the frames, and bars follow their activation."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.softmax.settings import Settings
from core.exhibits.softmax.views import VIEWS
from core.stage.panels import Bars, Columns, LivingNumber, Pixels, Plot, Steps, Table
from core.stage.scene import Scene
from core.view import view_of
from tests.stage.panels import check, panels

VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"classes": 2, "start": "equal"},
    {"classes": 5, "swept": 2, "temperature": 0.5, "formula": "torch", "shift": 10.0},
    {"shift": 1000.0},
    {"temperature": 0.0, "start": "equal"},
    {"view": "two classes"},
    {"view": "table"},
    {"view": "batch"},
    {"view": "none of these"},
    {"view": "none of these", "source": "pictures"},
)
every_variant = pytest.mark.parametrize("number", range(len(VARIANTS)), ids=lambda n: str(VARIANTS[n]))


@cache
def drawn(number: int) -> Scene:
    settings = replace(Settings(), **VARIANTS[number])
    view = view_of(VIEWS, settings)
    return view.scene(view.experiment(settings))


def variant(**change: Any) -> Scene:
    return drawn(VARIANTS.index(change))


@every_variant
def test_time_covers_every_frame_and_words_describe_the_picture(number: int) -> None:
    scene = drawn(number)
    check(scene)
    assert len(scene.alt) > 80
    assert sum(row.height for row in scene.rows) <= 560


@every_variant
def test_columns_have_a_number_for_every_name(number: int) -> None:
    scene = drawn(number)
    shown = panels(scene, Columns)
    assert bool(shown) == (VARIANTS[number].get("view") != "table")
    for panel in shown:
        for column in panel.columns:
            assert column.values.shape in ((len(panel.names),), (scene.frames, len(panel.names)))
            for array in (column.most, column.total):
                assert array is None or len(array) == scene.frames
            low, high = column.domain
            assert low < high
        if panel.handle:
            dragged = panel.columns[panel.handle.column].values[:, panel.handle.row]
            np.testing.assert_array_equal(panel.handle.at, dragged)
            assert (np.diff(dragged) > 0).all()
        if panel.highlight is not None:
            assert len(panel.highlight) == scene.frames
            assert 0 <= panel.highlight.min() <= panel.highlight.max() < len(panel.names)
        if panel.pick:
            np.testing.assert_array_equal(panel.highlight, np.arange(scene.frames))


@every_variant
def test_plots_agree_with_the_frames(number: int) -> None:
    scene = drawn(number)
    for panel in panels(scene, Plot):
        assert len(panel.at) == scene.frames
        assert all(len(curve.x) == len(curve.y) for curve in panel.curves)
        for moving in panel.moving:
            given = [array for array in (moving.x, moving.y, moving.value) if array is not None]
            assert all(len(array) == scene.frames for array in given)
            assert moving.x is None or moving.x.shape == moving.y.shape


@every_variant
def test_steps_pictures_and_bars_agree_with_the_frames(number: int) -> None:
    scene = drawn(number)
    for panel in panels(scene, Steps):
        rows = np.arange(scene.frames) if panel.rows is None else panel.rows
        assert len(panel.active) == len(rows) == scene.frames
        assert 0 <= panel.active.min() <= panel.active.max() < len(panel.steps)
        for part in (part for step in panel.steps for part in step.formula if isinstance(part, LivingNumber)):
            assert rows.max() < len(part.value)
            assert part.at < part.value[0].size
    for panel in panels(scene, Pixels):
        assert panel.array.shape == (scene.frames, 1, 28, 28)
    for panel in panels(scene, Bars):
        assert len(panel.heights) == len(panel.labels)
        assert panel.heights.sum() == scene.frames
        assert panel.highlight.max() < len(panel.labels)


def test_the_table_fills_cell_by_cell_until_the_last_frame() -> None:
    scene = variant(view="table")
    (table,), (steps,) = panels(scene, Table), panels(scene, Steps)
    items = len(table.names)
    for column in table.columns:
        assert len(column.array) == items
        assert column.from_ + (items - 1 if column.each else 0) < scene.frames
        assert all(table.columns[i].from_ <= column.from_ for i in column.of)
    assert table.columns[-1].from_ + items == scene.frames
    assert (np.diff(steps.active) >= 0).all()
    assert set(steps.active.tolist()) == set(range(6))


def test_broken_probabilities_are_shown_beside_what_float64_says() -> None:
    scene = variant(shift=1000.0)
    (plot,), (bars,) = panels(scene, Plot), panels(scene, Columns)
    (exact,) = [curve for curve in plot.curves if curve.lane == "B"]
    assert np.isnan(bars.columns[-1].values).all()
    assert np.isfinite(exact.y).all()
    assert [column.title for column in bars.columns] == ["activation a", "exponent", "probability"]


def test_all_bars_follow_one_activation() -> None:
    scene = drawn(0)
    (bars,) = panels(scene, Columns)
    activation, exponent, probability = bars.columns
    frame = scene.frames // 3
    np.testing.assert_allclose(exponent.values[frame], np.exp(activation.values[frame]), rtol=1e-5)
    np.testing.assert_allclose(exponent.total[frame], exponent.values[frame].sum(), rtol=1e-5)
    np.testing.assert_allclose(probability.values[frame], exponent.values[frame] / exponent.total[frame], rtol=1e-5)
