"""The sigmoid and its slope, held against the formula; and their scene."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.nn.activations import values_and_slopes
from core.stage.panels import Plot
from tests.exhibits.sigmoid.results import findings, result, scene
from tests.stage.panels import panels


@given(st.lists(st.floats(-300, 300), min_size=1, max_size=20))
def test_slope_is_p_times_one_minus_p(values: list[float]) -> None:
    p, slope = values_and_slopes(torch.sigmoid, torch.tensor(values, dtype=torch.float64))
    expected = [1 / (1 + math.exp(-x)) for x in values]
    np.testing.assert_allclose(p, expected, rtol=1e-12)
    np.testing.assert_allclose(slope, [q * (1 - q) for q in expected], rtol=1e-12, atol=1e-15)


def test_the_curve_at_known_places() -> None:
    curve = result(view="curve")
    at = dict(zip(curve.x.tolist(), curve.p.tolist(), strict=True))
    assert at[0.0] == 0.5
    assert at[-8.0] == pytest.approx(1 / (1 + math.e**8))
    assert (np.diff(curve.p) > 0).all()
    assert curve.slope.argmax() == np.flatnonzero(curve.x == 0)
    h = 1e-5
    rise = 1 / (1 + np.exp(-curve.x - h)) - 1 / (1 + np.exp(-curve.x + h))
    np.testing.assert_allclose(curve.slope, rise / (2 * h), atol=1e-9)
    assert "very negative" in findings(view="curve")


def test_points_of_the_curve_lie_on_it() -> None:
    sigmoid, _ = panels(scene(view="curve"), Plot)
    tangent, point = sigmoid.moving
    assert point.x is not None
    assert point.y is not None
    np.testing.assert_allclose(point.y[:, 0], 1 / (1 + np.exp(-point.x[:, 0])), rtol=1e-6)
    assert tangent.x is not None
    assert tangent.y is not None
    rise, run = np.diff(tangent.y)[:, 0], np.diff(tangent.x)[:, 0]
    np.testing.assert_allclose(rise / run, result(view="curve").slope, atol=1e-6)
