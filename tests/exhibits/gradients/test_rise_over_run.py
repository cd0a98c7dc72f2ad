"""Rise over run, held against hand-written derivatives and models moved one by one; and its scene."""

import numpy as np
import pytest

from core.data.digits import load
from core.exhibits.gradients.finite_differences import backward_slopes, random_parameters
from core.exhibits.gradients.rise_over_run import square_secant
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import flat_linear
from core.stage.panels import LivingNumber, Plot, Steps
from tests.exhibits.gradients.results import findings, result, scene
from tests.stage.panels import panels


@pytest.mark.parametrize("x", [-5, -1, 0, 3, 5])
def test_slope_of_x_squared(x: int) -> None:
    secant = square_secant(float(x))
    assert secant.slope == 2 * x
    np.testing.assert_allclose(secant.slopes, 2 * x + secant.h, atol=1e-8)  # (x + h)² - x² over h
    np.testing.assert_array_equal(secant.curve[1], secant.curve[0] ** 2)


def test_six_at_three() -> None:
    assert result().slope == 6
    assert "**6**" in findings()
    assert result().slopes[0] == 9


def test_slope_of_the_loss_in_one_weight() -> None:
    secant = result(function="loss")
    digits, params = load("built-in"), random_parameters(42).double()
    x, y = digits.x_train.double(), digits.y_train.double()
    assert secant.slope == pytest.approx(backward_slopes(params, x, y)[378].item(), rel=1e-10)
    assert secant.y == pytest.approx(mnist_loss(flat_linear(x, params), y).item(), rel=1e-12)
    for i in (0, 40, 120):
        moved = params.clone()
        moved[378] += secant.h[i]
        assert secant.new[i] == pytest.approx(mnist_loss(flat_linear(x, moved), y).item(), rel=1e-12)
    assert secant.slopes[-1] == pytest.approx(secant.slope, rel=1e-3)


def test_slope_of_the_accuracy_is_a_jump_over_h_or_zero() -> None:
    secant = result(function="accuracy")
    digits, params = load("built-in"), random_parameters(42)
    for i in range(0, 121, 20):
        moved = params.clone()
        moved[378] += secant.h[i]
        logits = flat_linear(digits.x_train, moved)
        assert secant.new[i] == pytest.approx(batch_accuracy(logits, digits.y_train).item(), abs=1e-6)
    images = secant.slopes * secant.h * 800
    np.testing.assert_allclose(images, images.round(), atol=1e-6)
    assert secant.slopes[-1] == 0
    assert np.abs(secant.slopes).max() > 0
    assert "does not require grad" in secant.refused
    edges, levels = secant.curve
    assert (np.diff(edges) >= 0).all()
    np.testing.assert_allclose(levels[np.searchsorted(edges, secant.x + secant.h, "right") - 1][::20], secant.new[::20])


@pytest.mark.parametrize("function", ["square", "loss", "accuracy"])
def test_the_secant_goes_through_both_places(function: str) -> None:
    drawn, secant = scene(view="secant", function=function), result(view="secant", function=function)
    _, line, places = panels(drawn, Plot)[0].moving
    assert line.x is not None
    assert line.y is not None
    assert places.x is not None
    assert places.y is not None
    left, right = line.x
    for i in (0, 30):
        for place in (0, 1):
            x, y = places.x[i, place], places.y[i, place]
            share = (x - left) / (right - left)
            assert line.y[i, 0] * (1 - share) + line.y[i, 1] * share == pytest.approx(y, rel=1e-3, abs=1e-4)
    rise = panels(drawn, Steps)[0].steps[0].formula[0]
    assert isinstance(rise, LivingNumber)
    np.testing.assert_allclose(rise.value[:, 0] / secant.h, secant.slopes, rtol=1e-3, atol=1e-6)
