"""The scene of two surfaces: one ball lies on both."""

import numpy as np
import pytest

from core.exhibits.loss_vs_accuracy.settings import ANOTHER, CORNER, LIT, ZOOMS, Settings
from core.exhibits.loss_vs_accuracy.two_surfaces import experiment
from core.exhibits.loss_vs_accuracy.two_surfaces_scene import scene
from core.stage.panels import Surface
from core.stage.scene import Scene
from tests.exhibits.loss_vs_accuracy.drawn import check_drawn
from tests.stage.panels import panels


def drawn(zoom: float, pixel: int = LIT) -> Scene:
    return scene(experiment(Settings(digits="built-in", view="surfaces", zoom=zoom, pixel=pixel)))


@pytest.mark.parametrize("zoom", ZOOMS[::3])
@pytest.mark.parametrize("pixel", [CORNER, LIT, ANOTHER])
def test_scene_packs_and_names_its_arrays(pixel: int, zoom: float) -> None:
    check_drawn(drawn(zoom, pixel))


def test_the_ball_lies_on_both_surfaces() -> None:
    loss, errors = surfaces = panels(drawn(10.0), Surface)
    (loss_path,), (error_path,) = loss.paths, errors.paths
    np.testing.assert_allclose(error_path.points[:, 2], errors.z[len(errors.y) // 2], atol=1e-7)
    np.testing.assert_allclose(loss_path.points[::2, 2], loss.z[len(loss.y) // 2], atol=1e-7)
    assert (loss_path.points[:, 0] == error_path.points[:, 0]).all()
    assert [surface.terraces for surface in surfaces] == [False, True]
    assert len({surface.camera for surface in surfaces}) == 1
