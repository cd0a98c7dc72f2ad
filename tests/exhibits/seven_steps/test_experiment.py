"""The seven steps against torch.optim, against least squares, and against what the lesson's notebook stored."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.seven_steps.experiment import (
    LESSON_RATES,
    Settings,
    batch_scores,
    digit_batches,
    experiment,
    findings,
    four_times,
    numbers,
    quadratic,
    roller_coaster,
    table,
    verdict,
)
from core.nn.losses import mnist_loss, mse
from core.nn.models import flat_linear

DIGITS = Settings(task="digits", steps=20)


def test_coaster_descent_equals_torch_optim():
    time, speed = roller_coaster(42)
    found = experiment(Settings()).descents[0]
    params = torch.from_numpy(found.parameters[0].copy()).requires_grad_()
    optimizer = torch.optim.SGD([params], lr=LESSON_RATES["roller-coaster"])
    for step in range(found.steps):
        optimizer.zero_grad()
        loss = mse(quadratic(time, params), speed)
        loss.backward()
        assert found.losses[step] == pytest.approx(loss.item(), rel=1e-6)
        np.testing.assert_allclose(found.gradients[step], params.grad, rtol=1e-5)
        optimizer.step()
        np.testing.assert_allclose(found.parameters[step + 1], params.detach(), rtol=1e-5)


def test_digits_descent_equals_torch_optim():
    found = experiment(DIGITS).descents[0]
    params = torch.from_numpy(found.parameters[0].copy()).requires_grad_()
    optimizer = torch.optim.SGD([params], lr=1.0)
    for step, (xb, yb) in enumerate(found.batches):
        optimizer.zero_grad()
        mnist_loss(flat_linear(xb, params), yb).backward()
        np.testing.assert_allclose(found.gradients[step], params.grad, atol=1e-7)
        optimizer.step()
    np.testing.assert_allclose(found.parameters[-1], params.detach(), atol=1e-5)


def test_loss_of_all_digits_is_measured_at_both_ends():
    found, digits = experiment(DIGITS).descents[0], load("built-in")
    for end, loss in zip((0, -1), found.overall, strict=True):
        logits = digits.x_train.numpy() @ found.parameters[end, :-1] + found.parameters[end, -1]
        distance = np.abs(digits.y_train[:, 0].numpy() - 1 / (1 + np.exp(-logits.astype(np.float64))))
        assert loss == pytest.approx(distance.mean(), abs=1e-6)


def test_every_digit_is_seen_once_an_epoch():
    digits = load("built-in")
    batches = digit_batches(7)
    seen = torch.cat([next(batches)[0] for _ in range(len(digits.x_train) // 16)])
    assert torch.equal(seen.sum(1).sort().values, digits.x_train.sum(1).sort().values)


def test_the_speeds_follow_the_books_curve():
    time, speed = roller_coaster(42)
    noise = speed - (0.75 * (time - 9.5) ** 2 + 1)
    assert time.tolist() == list(range(20))
    assert 1 < noise.std().item() < 5


def test_many_steps_approach_least_squares():
    time, speed = roller_coaster(42)
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
    assert verdict(experiment(Settings(learning_rate=times)).descents[0]) == word


def test_a_run_that_diverges_is_shown_as_what_it_is():
    found = experiment(Settings(learning_rate=1000.0, steps=60)).descents[0]
    assert not np.isfinite(found.losses[-1])
    assert "too large" in findings(experiment(Settings(learning_rate=1000.0, steps=60)))[0]


def test_stopping_when_flat_is_said_and_stops_early():
    result = experiment(Settings(steps=60, tolerance=0.01))
    assert result.descents[0].flat
    assert result.descents[0].steps < 60
    assert "flat" in findings(result)[0]


def test_two_rates_start_from_the_same_parameters():
    a, b = experiment(Settings(compare=0.1)).descents
    np.testing.assert_array_equal(a.parameters[0], b.parameters[0])
    assert (a.learning_rate, b.learning_rate) == pytest.approx((1e-5, 1e-6))


def test_answer_follows_from_the_run():
    assert four_times(experiment(Settings(learning_rate=4.0))) == "higher than at the start"
    assert four_times(experiment(Settings(learning_rate=2.0))) in ("lower than with ×1", "about the same")


def test_scores_are_those_of_each_mini_batch():
    found = experiment(DIGITS).descents[0]
    logits, (_, yb) = found.predictions[3], found.batches[3]
    assert batch_scores(found)[3] == pytest.approx(((logits > 0) == (yb[:, 0].numpy() == 1)).mean())


@pytest.mark.parametrize(
    "settings", [Settings(), DIGITS, replace(DIGITS, compare=100.0), Settings(compare=4.0, tolerance=0.01)]
)
def test_numbers_and_table_come_from_the_result(settings):
    result = experiment(settings)
    columns = table(result)
    assert {len(column) for column in columns.values()} == {max(d.steps for d in result.descents) + 1}
    assert numbers(result)["A last loss"] == result.descents[0].overall[1]
