"""The same model trained with both losses: where the naive one breaks, and that the safe one does not."""

import numpy as np
import pytest
import torch

from core.data.digits import ten_digits
from core.exhibits.cross_entropy.settings import Settings
from core.exhibits.cross_entropy.training import experiment
from core.nn.ten_digits import losses_and_slopes


@pytest.fixture(scope="module")
def wild():
    return experiment(Settings(view="training", learning_rate=10.0))


def test_only_the_naive_loss_turns_to_nan(wild):
    safe, naive = wild.safe, wild.naive
    assert safe.nan_at is None
    assert np.isfinite(safe.run.losses).all()
    assert naive.nan_at is not None
    assert naive.lost[-1] == wild.parameters == 785 * 10
    assert safe.lost.tolist() == [0] * len(safe.lost)
    assert naive.run.valid_accuracy[-1] == pytest.approx(0.1)  # all are called "0"
    assert f"step **{naive.run.diverged_at + 1}**" in wild.findings()[0]


def test_both_losses_train_alike_at_a_sensible_rate():
    result = experiment(Settings(view="training", learning_rate=0.5))
    assert result.safe.run.losses == pytest.approx(result.naive.run.losses, rel=1e-4)
    assert result.naive.lost.max() == 0


def test_the_largest_activation_is_that_of_the_run_s_own_logits(wild):
    safe = wild.safe
    logits = ten_digits().x_valid @ torch.tensor(safe.run.weights[3]) + torch.tensor(safe.run.biases[3])
    assert safe.largest[3] == pytest.approx(logits.abs().max().item(), rel=1e-5)


@pytest.mark.parametrize("gap", [5.0, 40.0, 60.0, 80.0, 87.9, 89.0])
def test_the_naive_slope_overflows_and_is_lost_where_autograd_of_the_mean_does(gap):
    logits, targets = np.zeros((64, 2), np.float32), np.zeros(64, int)
    logits[3, 1] = gap
    z = torch.tensor(logits, requires_grad=True)
    (-(z.exp() / z.exp().sum(1, keepdim=True))[:, 0].log()).mean().backward()
    with np.errstate(all="ignore"):
        _, slopes = losses_and_slopes(logits, targets, "naive")
    np.testing.assert_allclose(slopes / 64, z.grad.numpy(), rtol=1e-4)
    assert (slopes[3, 1] == 0) == (gap in (60, 80, 87.9))  # it should be 1


def test_where_both_hold_a_lost_gradient_is_said():
    parted = experiment(Settings(view="training", learning_rate=2.0, seed=453))
    together = experiment(Settings(view="training", learning_rate=0.5))
    assert "was lost" in parted.findings()[0]
    assert "was lost" not in together.findings()[0]
