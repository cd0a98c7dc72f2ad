"""The three paths on the stage: they move by the clock, and end on the surface."""

import numpy as np
import pytest

from core.exhibits.mini_batches.paths_scene import LANES
from core.exhibits.mini_batches.settings import CLOCKS
from core.stage.panels import Contour, Curve, Surface
from tests.exhibits.mini_batches.results import result, scene
from tests.stage.panels import panels


@pytest.mark.parametrize("clock", CLOCKS)
def test_three_paths_move_by_the_clock(clock: str) -> None:
    one, runs = scene(clock=clock, epochs=2), result(clock=clock, epochs=2)
    (surface,), (contour,) = panels(one, Surface), panels(one, Contour)
    assert surface.camera == contour.camera
    for panel in (surface, contour):
        assert sorted(path.lane or "" for path in panel.paths) == list(LANES)
        assert len({path.label for path in panel.paths}) == 3
    paths = {path.lane: path for path in surface.paths}
    for walk, lane in zip(runs.walks, LANES, strict=True):
        path = paths[lane]
        assert path.rows is not None
        assert path.rows.tolist() == walk.rows(runs.instants).tolist()
        assert path.rows.max() == len(path.points) - 1
        np.testing.assert_allclose(path.points[:, 2], walk.loss)
        assert surface.x[0] < path.points[:, 0].min()
        assert path.points[:, 1].max() < surface.y[-1]


def test_seconds_are_drawn_by_their_logarithm() -> None:
    curve, _ = panels(scene(clock="seconds", epochs=2), Curve)
    assert curve.x_scale == "log"
    assert curve.x_domain is not None
    assert 0 < curve.x_domain[0] < curve.x_domain[1]
    at = curve.at
    assert at is not None
    np.testing.assert_allclose(np.diff(np.log(at)), np.log(at[-1] / at[0]) / 240, rtol=1e-2)
