"""Two moving weights: held against the lesson's own functions, the loss surface's, and the view of one weight."""

from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exhibits.loss_vs_accuracy import one_weight
from core.exhibits.loss_vs_accuracy.settings import ANOTHER, CORNER, LIT, Settings
from core.exhibits.loss_vs_accuracy.two_surfaces import CELLS, TwoSurfaces, experiment, two_surfaces
from core.nn.models import PIXELS, flatten
from core.nn.surfaces import Plane, loss_surface
from tests.exhibits.loss_vs_accuracy.models import SEEDS, ZOOM, correct, digits, loss_of, model, moved


@cache
def result(**change: object) -> TwoSurfaces:
    return experiment(Settings(digits="built-in", view="surfaces", **change))  # type: ignore[arg-type]


@settings(max_examples=8)
@given(SEEDS, ZOOM)
def test_surfaces_are_the_lessons_loss_and_accuracy_in_every_cell(seed: int, zoom: float) -> None:
    surfaces = two_surfaces(model(seed), (LIT, 378), zoom, digits())
    start = moved(seed, {})
    for row, column in ((0, 0), (30, 30), (12, 44), (60, 2)):
        logits = moved(seed, {LIT: surfaces.cells[column], 378: surfaces.cells[row]})
        assert surfaces.correct_change[row, column] == correct(logits) - correct(start)
        change = loss_of(logits) - loss_of(start)
        assert surfaces.loss_change[row // 2, column // 2] == pytest.approx(change, rel=1e-6, abs=1e-14)
    assert surfaces.levels == len(set(surfaces.correct_change.ravel().tolist()))
    np.testing.assert_allclose(surfaces.path[::2], surfaces.loss_change[15], rtol=1e-9, atol=1e-15)


def test_surfaces_are_those_of_the_loss_surface_page() -> None:
    surfaces = two_surfaces(model(42), (LIT, 378), 10.0, digits())
    axes = []
    for pixel in (LIT, 378):
        axis = torch.zeros(PIXELS + 1)
        axis[pixel] = model(42)[0][pixel]
        axes.append(axis)
    first, second = axes
    plane = Plane(
        origin=flatten(model(42)), first=first, second=second, extents=(-10.0, 10.0, -10.0, 10.0), made="random"
    )
    surface = loss_surface("linear", plane, digits().x_train, digits().y_train, len(surfaces.nodes))
    np.testing.assert_allclose(surfaces.nodes, surface.a, atol=1e-5)
    assert surface.loss is not None
    np.testing.assert_allclose(surfaces.loss_change, surface.loss - surface.loss[15, 15], atol=1e-5)


@given(st.sampled_from([CORNER, LIT, ANOTHER]), st.integers(0, PIXELS - 1))
def test_the_two_weights_of_the_surfaces_differ(pixel: int, other: int) -> None:
    chosen = Settings(pixel=pixel, other=other)
    assert chosen.nudged == (other if pixel == ANOTHER else pixel)
    assert chosen.second != chosen.nudged


def test_views_agree_on_the_weight_that_moves() -> None:
    sweep, surfaces = one_weight.experiment(Settings(digits="built-in", zoom=10.0)), result(zoom=10.0)
    at = np.searchsorted(sweep.share, surfaces.cells[[0, 15, 30, 45, 60]] - 1e-9)
    np.testing.assert_allclose(sweep.loss_change[at], surfaces.path[[0, 15, 30, 45, 60]], atol=1e-12)
    assert (sweep.correct_change[at] == surfaces.correct_change[CELLS // 2][[0, 15, 30, 45, 60]]).all()


def test_findings_say_when_nothing_can_move() -> None:
    assert "both are flat" in result(pixel=CORNER, other=27).findings()[0]
    assert "table top" in result(zoom=0.0001).findings()[0]
    assert f"only {result().levels} values" in result().findings()[0]


@pytest.mark.parametrize("pixel", [CORNER, LIT])
def test_numbers_and_table_are_whole(pixel: int) -> None:
    assert all(np.isfinite(value) for value in result(pixel=pixel).numbers().values())
    columns = result(pixel=pixel).table()
    assert len({len(column) for column in columns.values()}) == 1
    assert all(np.isfinite(column).all() for column in columns.values())
