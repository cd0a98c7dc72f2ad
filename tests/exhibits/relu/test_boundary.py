"""The boundary that a small net draws, against least squares and the net computed by hand."""

from typing import Any

import numpy as np
import pytest
import torch

from core.exhibits.relu.boundary import ITEMS, REACH, Boundary, cells, experiment, points
from core.exhibits.relu.settings import SHAPES, Settings


def drawn(**change: Any) -> Boundary:
    return experiment(Settings(view="boundary", **change))


@pytest.mark.parametrize("shape", SHAPES)
def test_points_are_as_many_of_either_class_and_on_the_picture(shape: str) -> None:
    x, y = points(shape, 0.05, 1)
    assert x.shape == (ITEMS, 2)
    assert y.sum() == ITEMS / 2
    assert (x.abs() < REACH).float().mean() > 0.98
    torch.testing.assert_close(points(shape, 0.05, 1)[0], x)
    assert not torch.equal(points(shape, 0.05, 2)[0], x)


def test_without_a_bend_the_boundary_is_straight_and_with_one_it_closes() -> None:
    straight = drawn(boundary_steps=300, activation="identity")
    logits = np.arctanh(np.clip(straight.field[-1].astype(np.float64), -1 + 1e-6, 1 - 1e-6)).ravel()
    inside = np.abs(straight.field[-1].ravel()) < 0.999
    design = np.column_stack([cells().numpy(), np.ones(len(logits))])[inside]
    plane, *_ = np.linalg.lstsq(design, logits[inside], rcond=None)
    np.testing.assert_allclose(design @ plane, logits[inside], atol=1e-2)
    bent = drawn(boundary_steps=300, activation="relu")
    assert bent.accuracy[-1] > straight.accuracy[-1] + 0.15
    edge = np.concatenate([bent.field[-1][0], bent.field[-1][-1], bent.field[-1][:, 0], bent.field[-1][:, -1]])
    assert (edge < 0).all()  # the inner circle is surrounded
    assert bent.field[-1].max() > 0.9


def test_boundarys_figures_are_those_of_the_net_itself() -> None:
    result = drawn(shape="moons", seed=3, hidden=4, boundary_rate=1.0, boundary_steps=60, activation="tanh")
    w1, b1, w2, b2 = (p[-1].double().numpy() for p in result.parameters)
    logits = np.tanh(result.points @ w1 + b1) @ w2[:, 0] + b2[0, 0]
    p = 1 / (1 + np.exp(-logits))
    assert result.accuracy[-1] == pytest.approx(np.mean((logits > 0) == (result.classes == 1)))
    assert result.losses[-1] == pytest.approx(np.mean(np.abs(result.classes - p)), abs=1e-6)
    middle = cells().numpy()[1000]
    at = np.tanh(middle @ w1 + b1[0]) @ w2[:, 0] + b2[0, 0]
    assert result.field[-1].ravel()[1000] == pytest.approx(np.tanh(at / 2), abs=1e-5)
    for i, ends in enumerate(result.bends[-1].reshape(4, 2, 2)):
        np.testing.assert_allclose(ends @ w1[:, i] + b1[0, i], 0, atol=1e-5)


def test_a_huge_learning_rate_is_said_to_be_too_large() -> None:
    stuck = drawn(boundary_steps=100, boundary_rate=1e9)
    assert "is too large" in stuck.findings()[1]
    assert stuck.flat == ITEMS
