"""Where the slope is exactly 0, held against numbers of each precision one by one; and the scene."""

import math

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.sigmoid.flat_ends import outermost
from core.exhibits.sigmoid.settings import DTYPES
from core.nn.activations import values_and_slopes
from core.nn.models import init_params, linear1
from core.stage.panels import Bars, Plot, Steps
from tests.exhibits.sigmoid.results import result, scene
from tests.stage.panels import panels


@pytest.mark.parametrize("precision", DTYPES)
@pytest.mark.parametrize("sign", [-1, 1])
def test_the_last_x_with_a_slope_and_the_next_one_without(precision: str, sign: int) -> None:
    dtype = DTYPES[precision]
    last = torch.tensor(outermost(precision, sign), dtype=dtype)
    beyond = torch.nextafter(last, torch.tensor(sign * math.inf, dtype=dtype))
    p, slope = values_and_slopes(torch.sigmoid, torch.stack([last, beyond]))
    assert slope[0] > 0
    assert slope[1] == 0
    assert p[1] == (1 if sign > 0 else 0)


def test_float32_loses_its_slope_where_one_minus_p_is_rounded_off() -> None:
    assert outermost("float32", 1) == pytest.approx(24 * math.log(2), abs=1e-3)  # e^-x = 2^-24, half the step below 1
    assert outermost("float32", -1) == pytest.approx(-128 * math.log(2), abs=1e-3)  # e^-x = 2^128 overflows


@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0, 100.0])
def test_dead_digits_are_counted(scale: float) -> None:
    saturation = result(view="saturation", scale=scale)
    weights, bias = init_params("linear", "randn", 42)
    logits = linear1(load("built-in").x_train, [weights * scale, bias * scale])[:, 0]
    p = logits.sigmoid()
    assert saturation.dead == int((p * (1 - p) == 0).sum())
    low, high = saturation.alive
    assert saturation.dead == int(((saturation.logits < low) | (saturation.logits > high)).sum())
    assert saturation.weak >= saturation.dead


def test_weak_digits_grow_with_the_weights() -> None:
    weak = [result(view="saturation", scale=scale).weak for scale in (0.1, 1.0, 10.0, 100.0)]
    assert weak == sorted(weak)
    assert weak[0] < weak[-1]


@pytest.mark.parametrize("precision", DTYPES)
def test_dead_places_are_left_out_of_the_slope(precision: str) -> None:
    settings = {"view": "saturation", "precision": precision, "scale": 10.0}
    drawn, slope = scene(**settings), result(**settings).slope
    (slopes,), (digits,), (reasons,) = panels(drawn, Plot), panels(drawn, Bars), panels(drawn, Steps)
    np.testing.assert_array_equal(np.isnan(slopes.curves[1].y), slope == 0)
    np.testing.assert_array_equal(reasons.active == 0, slope > 0)
    assert digits.heights.sum() == 800
