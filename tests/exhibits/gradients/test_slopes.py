"""All 785 slopes both ways, held against gradients by hand and models moved one by one; and their scene."""

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.gradients.finite_differences import backward_slopes, random_parameters, rise_over_run, some_images
from core.nn.losses import mnist_loss
from core.nn.models import PIXELS, flat_linear, flatten, gradients
from core.stage.panels import Pixels, Plot
from tests.exhibits.gradients.results import findings, result, scene
from tests.stage.panels import panels


@pytest.mark.parametrize("size", [4, 16])
def test_backward_is_the_gradient_by_hand(size: int) -> None:
    params, (xb, yb) = random_parameters(3), some_images(load("built-in"), size, 3)
    by_hand = flatten(gradients("linear", xb, yb, [params[:PIXELS, None], params[PIXELS:]]))
    torch.testing.assert_close(backward_slopes(params, xb, yb), by_hand, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("two_sided", [False, True])
def test_rise_over_run_moves_one_parameter_at_a_time(two_sided: bool) -> None:
    digits, h = load("built-in"), 1e-3
    params, (xb, yb) = random_parameters(5).double(), some_images(digits, 8, 5)
    xb, yb = xb.double(), yb.double()
    slopes = rise_over_run(params, xb, yb, [h], two_sided)[0]
    for j in (0, 269, 378, 406, PIXELS):
        up, down = params.clone(), params.clone()
        up[j] += h
        down[j] -= h if two_sided else 0
        rise = mnist_loss(flat_linear(xb, up), yb) - mnist_loss(flat_linear(xb, down), yb)
        assert slopes[j].item() == pytest.approx(rise.item() / (2 * h if two_sided else h), rel=1e-6, abs=1e-12)


def test_all_785_agree_in_float64_and_less_in_float32() -> None:
    fine, coarse = (result(view="check", precision=precision) for precision in ("float64", "float32"))
    np.testing.assert_allclose(fine.by_running, fine.by_backward, atol=1e-6)
    assert fine.error < 1e-4 < coarse.error < 0.2
    around = result(view="check", two_sided=True)
    assert around.error < fine.error / 100
    black = some_images(load("built-in"), 16, 42)[0].sum(0) == 0
    assert (fine.by_backward[:PIXELS][black] == 0).all()
    assert f"{int(black.sum())} slopes are exactly 0" in findings(view="check")


def test_a_run_that_is_too_short_finds_nothing_in_float32() -> None:
    check = result(view="check", precision="float32", h=1e-8)
    assert (check.by_running == 0).all()
    assert check.error == 1
    assert result(view="check", precision="float64", h=1e-8).error < 1e-4


def test_parameters_appear_one_after_the_other() -> None:
    drawn = scene(view="check", precision="float64", h=1e-4)
    (backward, running), (both, _) = panels(drawn, Pixels), panels(drawn, Plot)
    assert both.moving[0].y is not None
    shown = np.isfinite(both.moving[0].y).sum(1)
    assert (shown[0], shown[-1]) == (0, 785)
    assert (np.diff(shown) > 0).all()
    np.testing.assert_allclose(running.array[-1], backward.array[0], atol=1e-6)
    assert not running.array[0].any()
