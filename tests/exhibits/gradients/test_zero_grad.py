"""Training with and without `zero_grad`, held against torch.optim and a ball without friction."""

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.gradients.zero_grad import STEPS, train_model, train_square
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import forward, init_params
from core.stage.panels import Curve
from tests.exhibits.gradients.results import findings, result, scene
from tests.stage.panels import panels


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
    descent = train_model("linear", 0.3, zero_grad, 16, 7, digits)
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
    assert len(order.split(16)) == len(descent.lengths) == STEPS
    assert descent.losses[-1] == pytest.approx(mnist_loss(logits, digits.y_valid).item(), rel=1e-3)
    assert descent.accuracy == pytest.approx(batch_accuracy(logits, digits.y_valid).item())


def test_without_zero_grad_the_relu_net_overshoots() -> None:
    """The first steps only: later on, initial parameters that differ by rounding part, and the end is any accuracy."""
    both = result(view="training", task="relu", learning_rate=1.0)
    zeroed, forgotten = both.zeroed.run, both.forgotten.run
    assert zeroed.accuracy > 0.9
    assert 10 < both.low < 18
    assert both.highest_after(forgotten) > 4 * forgotten.losses[both.low]
    assert both.highest_after(zeroed) < 0.8 * both.highest_after(forgotten)
    assert zeroed.losses[26] < 1.5 * zeroed.losses[:27].min()


def test_an_end_that_rests_on_rounding_is_said_to_be_chance() -> None:
    both = result(view="training", task="relu", learning_rate=1.0)
    assert both.zeroed.parted is None
    assert 20 < both.forgotten.parted == both.sure < 60
    text = findings(view="training", task="relu", learning_rate=1.0)
    assert "The end is chance" in text
    assert "up again to" in text
    loss, _ = panels(scene(view="training", task="relu", learning_rate=1.0), Curve)
    assert [mark.x for mark in loss.marks] == [both.sure]


@pytest.mark.parametrize(("task", "learning_rate"), [("linear", 1.0), ("square", 0.1), ("square", 3.0)])
def test_an_end_that_does_not_is_not(task: str, learning_rate: float) -> None:
    both = result(view="training", task=task, learning_rate=learning_rate)
    assert both.sure == STEPS + 1
    assert "chance" not in findings(view="training", task=task, learning_rate=learning_rate)
    loss, _ = panels(scene(view="training", task=task, learning_rate=learning_rate), Curve)
    assert list(loss.marks) == []


def test_losses_that_are_no_numbers_are_neither_low_nor_compared() -> None:
    both = result(view="training", task="square", learning_rate=10.0)
    assert (both.low, both.highest_after(both.zeroed.run)) == (0, np.inf)
    assert "**NaN**" in findings(view="training", task="square", learning_rate=10.0)
    assert not both.rises


def test_a_loss_that_rises_again_is_said() -> None:
    assert "and up again to" in findings(view="training", task="square", learning_rate=0.1)


def test_forgetting_it_can_help_and_the_page_says_so() -> None:
    both = result(view="training", task="linear", learning_rate=0.1)
    assert both.forgotten.run.losses[-1] < both.zeroed.run.losses[-1]
    assert "even helps" in findings(view="training", task="linear", learning_rate=0.1)
    assert "lower all the same" in findings(view="training", task="linear", learning_rate=1.0)
