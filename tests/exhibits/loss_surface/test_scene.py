"""The loss surface's scenes show the computed grid and path."""

import numpy as np
import pytest

from core.exhibits.loss_surface.experiment import Settings, experiment
from core.exhibits.loss_surface.scene import hero, scene
from core.stage.panels import Contour, Surface
from tests.stage.panels import check, panels


@pytest.fixture(scope="module")
def result():
    return experiment(Settings(digits="built-in", epochs=2, size=31))


@pytest.mark.parametrize("draw", [scene, hero])
def test_scene_shows_the_grid_and_the_path(draw, result):
    drawn = draw(result)
    check(drawn)
    for panel in panels(drawn, Surface) + panels(drawn, Contour):
        np.testing.assert_allclose(panel.z, result.heights, rtol=1e-6)
        np.testing.assert_allclose(panel.paths[0].points[:, :2], result.path, rtol=1e-5)
        np.testing.assert_allclose(panel.paths[0].points[:, 2], result.true_loss, rtol=1e-6)
