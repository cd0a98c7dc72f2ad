"""The seven steps against torch.optim, against least squares, and against what the lesson's notebook stored."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.seven_steps.experiment import (
    LESSON_RATES,
    Settings,
    digit_batches,
    experiment,
    four_times,
    quadratic,
    roller_coaster,
)
from core.nn.losses import mnist_loss, mse
from core.nn.models import flat_linear

DIGITS = Settings(task="digits", steps=20)


def test_coaster_descent_equals_torch_optim():
    time, speed, _ = roller_coaster(42)
    descent = experiment(Settings()).descents[0]
    params = torch.from_numpy(descent.parameters[0].copy()).requires_grad_()
    optimizer = torch.optim.SGD([params], lr=LESSON_RATES["roller-coaster"])
    for step in range(descent.steps):
        optimizer.zero_grad()
        loss = mse(quadratic(time, params), speed)
        loss.backward()
        assert descent.losses[step] == pytest.approx(loss.item(), rel=1e-6)
        np.testing.assert_allclose(descent.gradients[step], params.grad, rtol=1e-5)
        optimizer.step()
        np.testing.assert_allclose(descent.parameters[step + 1], params.detach(), rtol=1e-5)


def test_digits_descent_equals_torch_optim():
    descent = experiment(DIGITS).descents[0]
    params = torch.from_numpy(descent.parameters[0].copy()).requires_grad_()
    optimizer = torch.optim.SGD([params], lr=1.0)
    for step, (xb, yb) in enumerate(descent.batches):
        optimizer.zero_grad()
        mnist_loss(flat_linear(xb, params), yb).backward()
        np.testing.assert_allclose(descent.gradients[step], params.grad, atol=1e-7)
        optimizer.step()
    np.testing.assert_allclose(descent.parameters[-1], params.detach(), atol=1e-5)


def test_loss_of_all_digits_is_measured_at_both_ends():
    descent, digits = experiment(DIGITS).descents[0], load("built-in")
    for end, loss in zip((0, -1), descent.overall, strict=True):
        logits = digits.x_train.numpy() @ descent.parameters[end, :-1] + descent.parameters[end, -1]
        distance = np.abs(digits.y_train[:, 0].numpy() - 1 / (1 + np.exp(-logits.astype(np.float64))))
        assert loss == pytest.approx(distance.mean(), abs=1e-6)


def test_every_digit_is_seen_once_an_epoch():
    digits = load("built-in")
    batches = digit_batches(7)
    seen = torch.cat([next(batches)[0] for _ in range(len(digits.x_train) // 16)])
    assert torch.equal(seen.sum(1).sort().values, digits.x_train.sum(1).sort().values)


def test_the_books_run_comes_out_to_its_last_digit():
    """What the notebook of chapter 4 printed: `torch.manual_seed(42)`, then `randn(20)` and `randn(3)`."""
    numbers = experiment(Settings()).numbers()
    assert numbers["A first loss"] == pytest.approx(25823.81, abs=0.01)
    assert numbers["A loss after 1 step"] == pytest.approx(5435.54, abs=0.01)
    assert (numbers["A steps"], numbers["A last loss"]) == (10, pytest.approx(676.95, abs=0.01))


def test_the_speeds_follow_the_books_curve():
    time, speed, _ = roller_coaster(42)
    noise = speed - (0.75 * (time - 9.5) ** 2 + 1)
    assert time.tolist() == list(range(20))
    assert 1 < noise.std().item() < 5


def test_many_steps_approach_least_squares():
    time, speed, _ = roller_coaster(42)
    design = torch.stack([time**2, time, torch.ones_like(time)], 1).double()
    best = design @ torch.linalg.lstsq(design, speed.double()[:, None]).solution
    lowest = ((best[:, 0] - speed) ** 2).mean().item()
    losses = experiment(Settings(steps=60)).descents[0].losses
    assert (np.diff(losses) < 0).all()
    assert losses[-1] > lowest


@pytest.mark.parametrize(
    ("times", "word"), [(1.0, "right"), (0.001, "too small"), (4.0, "too large"), (1000.0, "too large")]
)
def test_learning_rates_are_judged_by_their_losses(times, word):
    assert experiment(Settings(learning_rate=times)).descents[0].verdict == word


def test_a_run_that_diverges_is_shown_as_what_it_is():
    result = experiment(Settings(learning_rate=1000.0, steps=60))
    assert not np.isfinite(result.descents[0].losses[-1])
    assert "too large" in result.findings()[0]


def test_stopping_when_flat_is_said_and_stops_early():
    result = experiment(Settings(steps=60, tolerance=0.01))
    assert result.descents[0].flat
    assert result.descents[0].steps < 60
    assert "flat" in result.findings()[0]


def test_two_rates_start_from_the_same_parameters():
    a, b = experiment(Settings(compare=0.1)).descents
    np.testing.assert_array_equal(a.parameters[0], b.parameters[0])
    assert (a.learning_rate, b.learning_rate) == pytest.approx((1e-5, 1e-6))


def test_answer_follows_from_the_run():
    assert four_times(experiment(Settings(learning_rate=4.0))) == "higher than at the start"
    assert four_times(experiment(Settings(learning_rate=2.0))) in ("lower than with ×1", "about the same")


def test_the_lessons_loss_is_that_of_its_learning_rate():
    result = experiment(Settings(learning_rate=2.0))
    assert result.lesson_loss == experiment(Settings()).descents[0].overall[1] == experiment(Settings()).lesson_loss


@pytest.mark.parametrize(
    "settings", [Settings(), DIGITS, replace(DIGITS, compare=100.0), Settings(compare=4.0, tolerance=0.01)]
)
def test_numbers_and_table_come_from_the_result(settings):
    result = experiment(settings)
    columns = result.table()
    assert {len(column) for column in columns.values()} == {max(d.steps for d in result.descents) + 1}
    assert result.numbers()["A last loss"] == result.descents[0].overall[1]
