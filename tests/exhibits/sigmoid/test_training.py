"""Training with and without the sigmoid, held against gradients by hand in a plain loop."""

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.sigmoid.training import measured, train_linear
from core.nn.losses import distances
from core.nn.models import flatten, gradients, init_params, linear1
from core.nn.training import Recipe
from tests.exhibits.sigmoid.results import result


@pytest.mark.parametrize("squash", [False, True])
def test_training_takes_the_steps_of_a_plain_loop(squash: bool) -> None:
    digits, recipe = load("built-in"), Recipe(init="uniform", learning_rate=0.5, epochs=1, batch_size=200, seed=7)
    training = measured(train_linear(recipe, digits, squash), digits, squash)
    weights, bias = init_params("linear", "uniform", 7)
    order = torch.randperm(800, generator=torch.Generator().manual_seed(8))
    for rows in order.split(200):
        xb, yb = digits.x_train[rows], digits.y_train[rows]
        if squash:
            to_weights, to_bias = gradients("linear", xb, yb, [weights, bias])
        else:  # each distance has slope -1 for a three and +1 for a seven
            slope = (1 - 2 * yb) / len(yb)
            to_weights, to_bias = xb.T @ slope, slope.sum(0)
        weights, bias = weights - 0.5 * to_weights, bias - 0.5 * to_bias
    logits = linear1(digits.x_valid, [weights, bias])
    preds = logits.sigmoid() if squash else logits
    assert training.losses[-1] == pytest.approx(distances(preds, digits.y_valid).mean().item(), rel=1e-4)
    assert training.accuracy[-1] == pytest.approx(((logits > 0) == (digits.y_valid == 1)).float().mean().item())
    np.testing.assert_allclose(training.predictions[-1], preds[:, 0], rtol=1e-3, atol=1e-5)
    assert len(training.losses) == 5
    assert len(flatten([weights, bias])) == 785


def test_without_a_sigmoid_the_loss_falls_below_zero() -> None:
    both = result(view="training")
    assert 0 < both.with_sigmoid.losses[-1] < both.with_sigmoid.losses[0]
    assert both.without.losses[-1] < -100
    assert both.without.highest > 10
    assert 0 <= both.with_sigmoid.lowest <= both.with_sigmoid.highest <= 1
