"""The scene of one weight: it shows the result, and curves and cursor share the frames."""

from functools import cache

import numpy as np
import pytest

from core.exhibits.loss_vs_accuracy.one_weight import Sweep, experiment
from core.exhibits.loss_vs_accuracy.one_weight_scene import scene
from core.exhibits.loss_vs_accuracy.settings import CORNER, LIT, ZOOMS, Settings
from core.stage.panels import Curve, Mark, Pixels
from tests.exhibits.loss_vs_accuracy.drawn import check_drawn
from tests.stage.panels import panels


@cache
def result(zoom: float = 1.0, pixel: int = LIT) -> Sweep:
    return experiment(Settings(digits="built-in", zoom=zoom, pixel=pixel))


def curves(zoom: float = 1.0) -> tuple[Curve, Curve]:
    """Those of the loss and of the accuracy."""
    loss, accuracy = panels(scene(result(zoom)), Curve)
    return loss, accuracy


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("pixel", [CORNER, LIT])
def test_scene_packs_and_names_its_arrays(pixel: int, zoom: float) -> None:
    check_drawn(scene(result(zoom, pixel)))


@pytest.mark.parametrize("zoom", ZOOMS)
def test_cursor_and_curves_share_the_frames(zoom: float) -> None:
    frames = scene(result(zoom)).frames
    for curve in curves(zoom):
        assert curve.at is not None
        assert len(curve.at) == frames
        assert (np.diff(curve.at) > 0).all()
        assert curve.x_domain is not None
        low, high = curve.x_domain
        assert low < curve.at[0] < curve.at[-1] < high
        for series in curve.series:
            assert len(series.x) == len(series.y)
            assert (np.diff(series.x) >= 0).all()
    tangent, loss = curves(zoom)[0].series
    assert len(loss.y) == len(tangent.y) == frames


@pytest.mark.parametrize("zoom", [0.1, 1.0, 100.0])
def test_stairs_under_the_cursor_are_the_accuracy(zoom: float) -> None:
    """What the curve panel reads off at each frame: the last place that is not beyond the cursor."""
    _, accuracy = curves(zoom)
    _, stairs = accuracy.series
    assert accuracy.at is not None
    read = stairs.y[np.searchsorted(stairs.x, accuracy.at, side="right") - 1]
    sweep = result(zoom)
    np.testing.assert_allclose(read[:-1], sweep.correct_change[:-1] / 800, atol=1e-7)
    steps = np.flatnonzero(np.diff(stairs.y))
    jumps = sweep.stairs[0][1:-1][np.diff(sweep.stairs[1])[:-1] != 0]
    np.testing.assert_allclose(stairs.x[steps + 1], 100 * jumps, rtol=1e-6)


def test_slopes_are_pictures_on_one_scale() -> None:
    loss, accuracy = panels(scene(result()), Pixels)
    assert loss.vmax == accuracy.vmax == pytest.approx(np.abs(loss.array).max())
    assert loss.array.shape == accuracy.array.shape == (1, 1, 28, 28)
    assert not accuracy.array.any()


def test_first_jumps_are_marked_where_they_are_in_sight() -> None:
    def marks(zoom: float) -> list[Mark]:
        return list(curves(zoom)[1].marks)

    below, above = result().nearest
    assert marks(0.0001) == []
    assert [mark.x for mark in marks(1.0)] == [100 * below, 100 * above]
    assert [mark.label for mark in marks(1.0)] == ["", "first jump"]
