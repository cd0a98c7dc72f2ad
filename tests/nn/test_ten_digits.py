"""The ten-digit model's losses, slopes and training against autograd, torch's own losses and torch.optim."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, one_hot

from core.data.digits import ten_digits
from core.nn.ten_digits import (
    CLASSES,
    LossName,
    first_parameters,
    losses_and_slopes,
    take_step,
    train_ten,
    train_ten_plainly,
)
from core.nn.training import epoch_orders

LOSSES = ("safe", "naive", "sigmoids")
LOGITS = arrays(np.float64, (3, 5), elements=st.floats(-30, 30))
TARGETS = arrays(np.int64, 3, elements=st.integers(0, 4))


def written(logits: torch.Tensor, targets: torch.Tensor, loss: LossName) -> torch.Tensor:
    """Every item's loss as torch has it, or for the naive one as its formula reads."""
    if loss == "safe":
        return cross_entropy(logits, targets, reduction="none")
    if loss == "sigmoids":
        y = one_hot(targets, logits.shape[1]).to(logits.dtype)
        return binary_cross_entropy_with_logits(logits, y, reduction="none").sum(1)
    exponents = logits.exp()
    return -(exponents / exponents.sum(1, keepdim=True))[torch.arange(len(targets)), targets].log()


def by_autograd(logits: np.ndarray, targets: np.ndarray, loss: LossName) -> tuple[np.ndarray, np.ndarray]:
    z = torch.from_numpy(logits.copy()).requires_grad_()
    each = written(z, torch.from_numpy(targets), loss)
    each.sum().backward()
    return each.detach().numpy(), z.grad.numpy()


@pytest.mark.parametrize("loss", LOSSES)
@settings(max_examples=30)
@given(logits=LOGITS, targets=TARGETS)
def test_losses_and_slopes_are_autograds(loss, logits, targets):
    each, slopes = losses_and_slopes(logits, targets, loss)
    expected, gradient = by_autograd(logits, targets, loss)
    np.testing.assert_allclose(each, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(slopes, gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("wrong", "right"), [(200.0, 0.0), (0.0, -200.0), (60.0, -60.0)])
def test_naive_cross_entropy_breaks_where_autograd_breaks_and_the_safe_one_does_not(wrong, right):
    logits, targets = np.array([[wrong, right, 0.0], [1.0, 2.0, 3.0]], np.float32), np.array([1, 2])
    with np.errstate(all="ignore"):
        each, slopes = losses_and_slopes(logits, targets, "naive")
    expected, gradient = by_autograd(logits, targets, "naive")
    assert not np.isfinite(each[0])
    assert np.isnan(slopes[0]).all()
    assert np.isnan(gradient[0]).any()
    np.testing.assert_allclose(each[1], expected[1], rtol=1e-5)
    np.testing.assert_allclose(slopes[1], gradient[1], rtol=1e-5)

    each, slopes = losses_and_slopes(logits, targets, "safe")
    expected, gradient = by_autograd(logits.astype(np.float64), targets, "safe")
    np.testing.assert_allclose(each, expected, rtol=1e-5)
    np.testing.assert_allclose(slopes, gradient, atol=1e-6)


def test_slopes_of_cross_entropy_sum_to_zero_in_every_row():
    logits = np.random.default_rng(0).normal(size=(20, CLASSES)) * 5
    _, slopes = losses_and_slopes(logits, np.arange(20) % CLASSES, "safe")
    np.testing.assert_allclose(slopes.sum(1), 0, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_training_is_torch_optims(loss):
    run = train_ten(0.5, 2, 800, 7, loss)
    digits = ten_digits()
    weights, bias = (p.double().requires_grad_() for p in first_parameters(7))
    optimizer = torch.optim.SGD([weights, bias], lr=0.5)
    losses = []
    for order in epoch_orders(4000, 2, True, 7):
        for rows in order.split(800):
            mean = written(digits.x_train[rows].double() @ weights + bias, digits.y_train[rows], loss).mean()
            optimizer.zero_grad()
            mean.backward()
            optimizer.step()
            losses.append(mean.item())
    assert run.steps == 10
    np.testing.assert_allclose(run.losses, losses, rtol=1e-4)
    np.testing.assert_allclose(run.weights[-1], weights.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(run.biases[-1], bias.detach().numpy(), atol=1e-5)
    with torch.no_grad():
        logits = digits.x_valid.double() @ weights + bias
        valid = written(logits, digits.y_valid, loss).mean().item()
    assert run.valid_loss[-1] == pytest.approx(valid, rel=1e-4)
    assert run.valid_accuracy[-1] == pytest.approx(
        (logits.argmax(1) == digits.y_valid).double().mean().item(), abs=0.002
    )


def mean_loss(loss: LossName):
    """The mean of `written`, as the lesson's loop takes it; for the safe one that is torch's own."""
    return cross_entropy if loss == "safe" else lambda logits, targets: written(logits, targets, loss).mean()


@pytest.mark.parametrize("loss", LOSSES)
def test_each_step_is_the_plain_loops_step_from_the_same_parameters(loss):
    digits = ten_digits()
    x, y = digits.x_train.numpy(), digits.y_train.numpy()
    rows = torch.cat(list(epoch_orders(4000, 1, True, 7))).split(64)
    weights, bias = (p.numpy() for p in first_parameters(7))
    for batch, (plain_loss, parameters) in zip(rows, train_ten_plainly(0.5, 1, 64, 7, mean_loss(loss)), strict=True):
        value = take_step(weights, bias, x[batch.numpy()], y[batch.numpy()], 0.5, loss)
        after = [p.detach().numpy().copy() for p in parameters]
        assert value == pytest.approx(plain_loss, rel=2e-6)
        np.testing.assert_allclose(weights, after[0], rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(bias, after[1], rtol=1e-6, atol=1e-7)
        weights, bias = after  # the next step starts from the plain loop's parameters


@pytest.mark.parametrize("loss", LOSSES)
def test_the_recorded_steps_are_the_plain_loops(loss):
    run = train_ten(0.5, 2, 64, 7, loss)
    losses, frames = [], [[p.numpy() for p in first_parameters(7)]]
    for value, parameters in train_ten_plainly(0.5, 2, 64, 7, mean_loss(loss)):
        losses.append(value)
        if len(losses) in run.kept:
            frames.append([p.detach().numpy().copy() for p in parameters])
    np.testing.assert_allclose(run.losses, losses, rtol=1e-5)
    weights, biases = (np.stack(parts) for parts in zip(*frames, strict=True))
    np.testing.assert_allclose(run.weights, weights, atol=2e-6)
    np.testing.assert_allclose(run.biases, biases, atol=2e-6)


def test_frames_are_of_the_steps_that_they_say():
    run = train_ten(0.5, 2, 64, 42)
    assert run.steps_per_epoch == 63
    assert run.steps == 126
    assert len(run.weights) == len(run.biases) == len(run.kept) == len(run.valid_loss) == 41
    assert run.kept[0] == 0
    assert run.kept[-1] == 126
    np.testing.assert_array_equal(run.weights[0], first_parameters(42)[0].numpy())
    shorter = train_ten(0.5, 1, 64, 42)
    np.testing.assert_array_equal(run.weights[run.frame_of_epoch(1)], shorter.weights[-1])
    x = ten_digits().x_valid
    np.testing.assert_allclose(
        run.logits(x).argmax(1).eq(ten_digits().y_valid).float().mean(), run.valid_accuracy[-1], atol=2e-3
    )


def test_it_learns_and_is_kept_for_whoever_asks_again():
    run = train_ten(epochs=2)
    assert run.valid_accuracy[-1] > 0.8 > 0.3 > run.valid_accuracy[0]
    assert run.valid_loss[-1] < run.valid_loss[0]
    assert run.diverged_at is None
    assert train_ten(epochs=2) is run
    assert not run.weights.flags.writeable


def test_no_epoch_is_the_first_parameters():
    run = train_ten(epochs=0, seed=3)
    assert run.steps == 0
    assert len(run.weights) == 1
    assert run.valid_loss[0] == pytest.approx(np.log(CLASSES), abs=0.2)


def test_naive_loss_breaks_at_a_rate_that_the_safe_one_survives():
    naive, safe = (train_ten(50.0, 1, 64, 42, loss) for loss in ("naive", "safe"))
    assert naive.diverged_at is not None
    assert np.isnan(naive.weights[-1]).all()
    assert safe.diverged_at is None
    assert np.isfinite(safe.weights).all()


def test_another_seed_is_another_start():
    assert not np.array_equal(train_ten(epochs=0, seed=1).weights, train_ten(epochs=0, seed=2).weights)
    bound = 1 / 28
    assert np.abs(train_ten(epochs=0, seed=1).weights).max() <= bound
