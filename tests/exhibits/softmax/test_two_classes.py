"""Softmax of two activations against the sigmoid of their difference in plain Python."""

import math

import numpy as np
import pytest

from core.exhibits.softmax.settings import Settings
from core.exhibits.softmax.two_classes import experiment


@pytest.mark.parametrize("second", [-100.0, 0.0, 1.0, 100.0])
def test_two_classes_are_the_sigmoid_of_the_difference(second):
    result = experiment(Settings(second=second))
    exact = [1 / (1 + math.exp(-d)) for d in result.difference]
    rounding = 1e-7 + 4e-6 * (abs(second) >= 100)  # float32's activations near 100 lie 7.6e-6 apart
    np.testing.assert_allclose(result.probabilities[:, 0], exact, atol=rounding)
    np.testing.assert_allclose(result.sigmoid, exact, atol=rounding)
    np.testing.assert_allclose(
        result.errors["float32"], np.abs(result.probabilities[:, 0] - result.sigmoid), atol=1e-12
    )
    assert 0 < result.errors["float32"].max() < 2e-7
    assert result.errors["float64"].max() < 3e-16
