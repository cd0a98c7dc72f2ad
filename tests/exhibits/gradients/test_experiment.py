"""Gradients: held against hand-written derivatives, one-by-one finite differences, and plain training loops."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.data.digits import load
from core.exhibits.gradients.accumulation import ENDINGS, STEPS, accumulate, session, train_model, train_square
from core.exhibits.gradients.experiment import (
    VIEWS,
    Result,
    Settings,
    after_three_calls,
    experiment,
    findings,
    numbers,
    table,
)
from core.exhibits.gradients.finite_differences import backward_slopes, random_parameters, rise_over_run, some_images
from core.exhibits.gradients.secant import square_secant
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import PIXELS, flatten, forward, gradients, init_params, linear1

CASES: list[dict[str, Any]] = [
    *({"view": "secant", "function": function} for function in ("square", "loss", "accuracy")),
    *({"view": "check", "precision": precision} for precision in ("float64", "float32")),
    *({"view": view} for view in ("steps", "batch")),
    *({"view": "accumulate", "zero": zero} for zero in (False, True)),
    *({"view": "training", "task": task} for task in ("linear", "square")),
    *({"view": "session", "how": how} for how in ENDINGS),
]


@cache
def result(**change: Any) -> Result:
    return experiment(Settings(digits="built-in", **change))


def said(**change: Any) -> str:
    return " ".join(findings(result(**change)))


def loss_of(params: Tensor, xb: Tensor, yb: Tensor) -> Tensor:
    return mnist_loss(linear1(xb, [params[:PIXELS, None], params[PIXELS:]]), yb)


@pytest.mark.parametrize("x", [-5, -1, 0, 3, 5])
def test_slope_of_x_squared(x: int) -> None:
    found = square_secant(float(x))
    assert found.slope == 2 * x
    np.testing.assert_allclose(found.slopes, 2 * x + found.h, atol=1e-8)  # (x + h)² - x² over h
    np.testing.assert_array_equal(found.curve[1], found.curve[0] ** 2)


def test_six_at_three() -> None:
    assert result().found.slope == 6
    assert "**6**" in said()
    assert result().found.slopes[0] == 9


def test_slope_of_the_loss_in_one_weight() -> None:
    found = result(function="loss").found
    digits, params = load("built-in"), random_parameters(42).double()
    x, y = digits.x_train.double(), digits.y_train.double()
    assert found.slope == pytest.approx(backward_slopes(params, x, y)[378].item(), rel=1e-10)
    assert found.y == pytest.approx(loss_of(params, x, y).item(), rel=1e-12)
    for i in (0, 40, 120):
        moved = params.clone()
        moved[378] += found.h[i]
        assert found.new[i] == pytest.approx(loss_of(moved, x, y).item(), rel=1e-12)
    assert found.slopes[-1] == pytest.approx(found.slope, rel=1e-3)


def test_slope_of_the_accuracy_is_a_jump_over_h_or_zero() -> None:
    found = result(function="accuracy").found
    digits, params = load("built-in"), random_parameters(42)
    for i in range(0, 121, 20):
        moved = params.clone()
        moved[378] += found.h[i]
        logits = linear1(digits.x_train, [moved[:PIXELS, None], moved[PIXELS:]])
        assert found.new[i] == pytest.approx(batch_accuracy(logits, digits.y_train).item(), abs=1e-6)
    images = found.slopes * found.h * 800
    np.testing.assert_allclose(images, images.round(), atol=1e-6)
    assert found.slopes[-1] == 0
    assert np.abs(found.slopes).max() > 0
    assert "does not require grad" in found.refused
    edges, levels = found.curve
    assert (np.diff(edges) >= 0).all()
    np.testing.assert_allclose(levels[np.searchsorted(edges, found.x + found.h, "right") - 1][::20], found.new[::20])


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
    found = rise_over_run(params, xb, yb, [h], two_sided)[0]
    for j in (0, 269, 378, 406, PIXELS):
        up, down = params.clone(), params.clone()
        up[j] += h
        down[j] -= h if two_sided else 0
        rise = loss_of(up, xb, yb) - loss_of(down, xb, yb)
        assert found[j].item() == pytest.approx(rise.item() / (2 * h if two_sided else h), rel=1e-6, abs=1e-12)


def test_all_785_agree_in_float64_and_less_in_float32() -> None:
    fine, coarse = (result(view="check", precision=precision).found for precision in ("float64", "float32"))
    np.testing.assert_allclose(fine.by_running, fine.by_backward, atol=1e-6)
    assert fine.error < 1e-4 < coarse.error < 0.2
    around = result(view="check", two_sided=True).found
    assert around.error < fine.error / 100
    black = some_images(load("built-in"), 16, 42)[0].sum(0) == 0
    assert (fine.by_backward[:PIXELS][black] == 0).all()
    assert f"{int(black.sum())} slopes are exactly 0" in said(view="check")


def test_a_run_that_is_too_short_finds_nothing_in_float32() -> None:
    found = result(view="check", precision="float32", h=1e-8).found
    assert (found.by_running == 0).all()
    assert found.error == 1
    assert result(view="check", precision="float64", h=1e-8).found.error < 1e-4


def test_error_against_step_size_is_a_valley() -> None:
    found = result(view="steps").found
    for name, low, high in (("float64", 1e-9, 1e-5), ("float32", 1e-4, 1e-1)):
        errors, best = found.errors(name), found.best(name)
        assert low < found.h[best] < high
        assert errors[2] > 10 * errors[best]  # h = 1: the loss bends
        assert errors[-1] > 10 * errors[best]  # h = 1e-12: rounding
    assert found.errors("float32").min() > found.errors("float64").min()
    bent = found.h > 0.05
    np.testing.assert_allclose(found.errors("float32")[bent], found.errors("float64")[bent], rtol=0.05)
    assert "exactly 0 for" in said(view="steps")


def test_a_batchs_gradient_is_the_mean_of_its_images() -> None:
    found = result(view="batch").found
    np.testing.assert_allclose(found.so_far[-1], found.own.mean(0), atol=1e-6)
    np.testing.assert_allclose(found.so_far[2], found.own[:3].mean(0), atol=1e-6)
    p, y = found.predictions.astype(np.float64), found.targets
    slope = (1 - 2 * y) * p * (1 - p)  # of the distance in the logit
    np.testing.assert_allclose(found.own[:, :PIXELS], slope[:, None] * found.images, atol=1e-6)
    np.testing.assert_allclose(found.own[:, PIXELS], slope, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 42, 999])
def test_backward_adds_exactly(seed: int) -> None:
    digits = load("built-in")
    kept, emptied = (accumulate(zeroed, seed, digits) for zeroed in (False, True))
    assert kept.ratio == [1, 2, 3]
    assert emptied.ratio == [1, 1, 1]
    np.testing.assert_array_equal(kept.grads[1], 2 * kept.grads[0])
    np.testing.assert_array_equal(kept.grads[2], np.float32(3) * kept.grads[0])
    by_hand = flatten(gradients("linear", digits.x_train[:4], digits.y_train[:4], init_params("linear", "randn", seed)))
    np.testing.assert_allclose(kept.grads[0], by_hand, rtol=1e-4, atol=1e-9)
    assert len(set(kept.losses)) == 1


def test_the_question_is_answered_by_the_ratio() -> None:
    assert after_three_calls(result(view="accumulate", zero=False)) == "three times as large"
    assert after_three_calls(result(view="accumulate", zero=True)) == "the same as after one"
    assert "**1 : 2 : 3**" in said(view="accumulate", zero=False)


def test_x_squared_without_zero_grad_never_rests() -> None:
    zeroed, forgotten = (train_square(0.1, zero_grad) for zero_grad in (True, False))
    x, total, xs = 3.0, 0.0, []
    for _ in range(STEPS):
        xs.append(x)
        total += 2 * x
        x -= 0.1 * total
    np.testing.assert_allclose(forgotten.losses, [v * v for v in [*xs, x]], atol=0.02)
    np.testing.assert_allclose(zeroed.losses, 9 * 0.8 ** (2 * np.arange(STEPS + 1)), rtol=1e-3)
    assert forgotten.losses[STEPS // 2 :].max() > 8


@pytest.mark.parametrize("zero_grad", [True, False])
def test_training_is_torch_optim_with_or_without_zero_grad(zero_grad: bool) -> None:
    digits = load("built-in")
    found = train_model("linear", 0.3, zero_grad, 16, 7, digits)
    params = [p.requires_grad_() for p in init_params("linear", "randn", 7)]
    optimizer = torch.optim.SGD(params, lr=0.3)
    generator = torch.Generator().manual_seed(8)
    order = torch.cat([torch.randperm(800, generator=generator) for _ in range(2)])
    for rows in order.split(16):
        mnist_loss(forward("linear", digits.x_train[rows], params), digits.y_train[rows]).backward()
        optimizer.step()
        if zero_grad:
            optimizer.zero_grad()
    logits = forward("linear", digits.x_valid, params)
    assert len(order.split(16)) == len(found.lengths) == STEPS
    assert found.losses[-1] == pytest.approx(mnist_loss(logits, digits.y_valid).item(), rel=1e-3)
    assert found.accuracy == pytest.approx(batch_accuracy(logits, digits.y_valid).item())


def test_without_zero_grad_the_relu_net_overshoots() -> None:
    """The first steps only: later on, initial parameters that differ by rounding part, and the end is any accuracy."""
    found = result(view="training", task="relu", learning_rate=1.0).found
    assert found.zeroed.accuracy > 0.9
    low = int(found.forgotten.losses[:27].argmin())
    assert 10 < low < 18
    assert found.forgotten.losses[26] > 4 * found.forgotten.losses[low]
    assert found.zeroed.losses[26] < 1.5 * found.zeroed.losses[:27].min()


def test_a_loss_that_rises_again_is_said() -> None:
    assert "and up again to" in said(view="training", task="square", learning_rate=0.1)


def test_forgetting_it_can_help_and_the_page_says_so() -> None:
    found = result(view="training", task="linear", learning_rate=0.1).found
    assert found.forgotten.losses[-1] < found.zeroed.losses[-1]
    assert "even helps" in said(view="training", task="linear", learning_rate=0.1)


def test_grad_is_none_before_backward_and_a_function_cannot_be_marked() -> None:
    lines = {line.code: line for line in session("in place").lines}
    grads = [line.answer for line in session("in place").lines if line.code == "w.grad"]
    assert grads == ["None", "tensor(6.)"]
    assert lines["f.requires_grad_()"].failed
    assert lines["f.requires_grad_()"].answer.startswith("AttributeError: 'function' object")


def test_a_step_on_a_leaf_raises_what_pytorch_raises() -> None:
    w = torch.tensor(3.0).requires_grad_()
    with pytest.raises(RuntimeError) as caught:
        w -= 0.1
    step = session("in place").lines[7]
    assert step.failed
    assert step.answer == f"RuntimeError: {str(caught.value).rstrip('.')}."
    assert session("in place").lines[8].answer == "tensor(3., requires_grad=True)"


def test_no_grad_mends_it_and_rebinding_loses_the_gradient() -> None:
    mended = [line for line in session("no_grad").lines if line.failed]
    assert [line.code for line in mended] == ["f.requires_grad_()"]
    assert session("no_grad").lines[-1].answer == "tensor(4.8000)"
    assert session("rebind").lines[-1].answer == "None"
    assert [line.answer for line in session("rebind").lines if line.code == "w.is_leaf"] == ["False"]
    again = session("again").lines
    assert again[7].failed
    assert "second time" in again[7].answer
    assert again[-1].answer == "tensor(12.)"


def test_every_view_is_tested() -> None:
    assert {change["view"] for change in CASES} == set(VIEWS)


@pytest.mark.parametrize("change", CASES, ids=str)
def test_every_view_has_words_numbers_and_a_table(change: dict[str, Any]) -> None:
    found = result(**change)
    assert 1 <= len(findings(found)) <= 4
    assert all(math.isfinite(value) for value in numbers(found).values())
    assert len({len(column) for column in table(found).values()}) == 1
    assert numbers(experiment(found.settings)) == numbers(found)
