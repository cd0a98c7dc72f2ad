"""The loss surface's scenes and figure show the computed grid and path."""

import numpy as np
import pytest

from core.charts.loss_surface import hero, scene
from core.charts.surfaces import surface_figure
from core.lesson.loss_surface import Settings, experiment
from tests.charts.panels import check


@pytest.fixture(scope="module")
def result():
    return experiment(Settings(digits="built-in", epochs=2, size=31))


@pytest.mark.parametrize("draw", [scene, hero])
def test_scene_shows_the_grid_and_the_path(draw, result):
    arrays = check(draw(result))
    np.testing.assert_allclose(arrays["surface z"], result.heights, rtol=1e-6)
    np.testing.assert_allclose(arrays["path"][:, :2], result.path, rtol=1e-5)
    np.testing.assert_allclose(arrays["path"][:, 2], result.true_loss, rtol=1e-6)


def test_figure_shows_the_same(result):
    path = np.column_stack([result.path, result.true_loss])
    figure = surface_figure(result.surface.a, result.surface.b, result.heights, path)
    np.testing.assert_array_equal(figure.data[0].z, result.heights)
    np.testing.assert_allclose(figure.data[1].z, result.true_loss)
