"""The exhibit's surface, path and losses against setting the parameters and evaluating the model."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.loss_surface.experiment import (
    Settings,
    experiment,
    in_plane,
    zoomed,
)
from core.nn.losses import mnist_loss
from core.nn.models import forward, init_params, unflatten
from core.nn.surfaces import PlaneError, path_plane

LINEAR = Settings(digits="built-in", epochs=3, size=31)
RELU = replace(LINEAR, model="relu", learning_rate=0.1, epochs=1)


def loss_at(result, vector):
    digits, recipe = load("built-in"), result.run.recipe
    parameters = unflatten(
        torch.as_tensor(vector, dtype=torch.float32), init_params(recipe.model, recipe.init, recipe.seed)
    )
    return mnist_loss(forward(recipe.model, digits.x_train, parameters), digits.y_train).item()


@pytest.mark.parametrize("settings", [LINEAR, RELU, replace(LINEAR, plane="random")])
def test_surface_and_path_equal_the_model_evaluated(settings):
    result = experiment(settings)
    plane, surface = result.plane, result.surface
    for i, j in ((0, 0), (5, 20), (30, 30), (17, 3)):
        vector = plane.origin + float(surface.a[i]) * plane.first + float(surface.b[j]) * plane.second
        assert surface.loss[j, i] == pytest.approx(loss_at(result, vector), abs=1e-5)
    for frame in (0, len(result.path) // 2, -1):
        assert result.true_loss[frame] == pytest.approx(loss_at(result, result.run.parameters[frame].copy()), abs=1e-5)
        vector = plane.origin + float(result.path[frame, 0]) * plane.first + float(result.path[frame, 1]) * plane.second
        assert result.slice_loss[frame] == pytest.approx(loss_at(result, vector), abs=1e-5)


def test_the_paths_own_plane_holds_more_of_it_than_a_random_one():
    own, random = experiment(LINEAR), experiment(replace(LINEAR, plane="random"))
    assert own.variance > 0.9 > 0.1 > random.variance
    assert in_plane(random) == "less than 5%"
    assert any("hardly moves" in sentence for sentence in random.findings())


def test_zoom_scales_the_plane_about_its_middle():
    plane = experiment(LINEAR).plane
    wide = zoomed(plane, 2.0)
    for low, high in ((0, 1), (2, 3)):
        assert wide.extents[high] - wide.extents[low] == pytest.approx(2 * (plane.extents[high] - plane.extents[low]))
        assert wide.extents[high] + wide.extents[low] == pytest.approx(plane.extents[high] + plane.extents[low])


def test_findings_name_the_measured_numbers():
    result = experiment(LINEAR)
    text = " ".join(result.findings())
    assert f"{result.true_loss[-1]:.3f}" in text
    assert f"{result.variance:.1%}" in text
    assert result.gap == pytest.approx(np.abs(result.true_loss - result.slice_loss).max())


def test_tables_and_numbers_are_whole():
    result = experiment(LINEAR)
    assert {len(column) for column in result.table().values()} == {len(result.run.kept)}
    assert len(result.surface.a) == len(result.surface.b) == 31
    assert result.heights.size == 31 * 31
    assert all(np.isfinite(value) for value in result.numbers().values())


def test_a_huge_learning_rate_still_gives_a_picture():
    result = experiment(replace(LINEAR, learning_rate=1000.0))
    assert np.isfinite(result.surface.loss).all()


def test_a_run_that_does_not_move_ends_in_a_sentence():
    with pytest.raises(PlaneError, match="random plane"):
        path_plane(np.ones((3, 785)))
