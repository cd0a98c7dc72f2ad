"""The sigmoid: held against its formula, plain loops, torch.where by hand, and numbers of each precision one by one."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.data.digits import load
from core.exhibits.sigmoid.experiment import Result, Settings, experiment, findings, numbers, table, what_the_loss_is
from core.exhibits.sigmoid.saturation import DTYPES, outermost, train_plainly
from core.exhibits.sigmoid.squash import BOOK, OUTSIDE, TARGETS, cases, share_right, sigmoid_and_slope
from core.nn.losses import distances, mnist_loss
from core.nn.models import flatten, gradients, init_params, linear1
from core.nn.training import Recipe

VIEWS: list[dict[str, Any]] = [
    {"view": "curve"},
    {"view": "cases"},
    {"view": "cases", "inputs": "outside"},
    {"view": "cases", "inputs": "outside", "squash": True},
    {"view": "metric"},
    {"view": "threshold"},
    {"view": "saturation"},
    {"view": "saturation", "precision": "float16", "scale": 10.0},
    {"view": "training"},
]


@cache
def result(**change: Any) -> Result:
    return experiment(Settings(digits="built-in", **change))


def said(**change: Any) -> str:
    return " ".join(findings(result(**change)))


@given(st.lists(st.floats(-300, 300), min_size=1, max_size=20))
def test_slope_is_p_times_one_minus_p(values: list[float]) -> None:
    p, slope = sigmoid_and_slope(torch.tensor(values, dtype=torch.float64))
    expected = [1 / (1 + math.exp(-x)) for x in values]
    np.testing.assert_allclose(p, expected, rtol=1e-12)
    np.testing.assert_allclose(slope, [q * (1 - q) for q in expected], rtol=1e-12, atol=1e-15)


def test_the_curve_at_known_places() -> None:
    curve = result(view="curve").found
    at = dict(zip(curve.x.tolist(), curve.p.tolist(), strict=True))
    assert at[0.0] == 0.5
    assert at[-8.0] == pytest.approx(1 / (1 + math.e**8))
    assert (np.diff(curve.p) > 0).all()
    assert curve.slope.argmax() == np.flatnonzero(curve.x == 0)
    h = 1e-5
    rise = 1 / (1 + np.exp(-curve.x - h)) - 1 / (1 + np.exp(-curve.x + h))
    np.testing.assert_allclose(curve.slope, rise / (2 * h), atol=1e-9)
    assert "very negative" in said(view="curve")


def test_the_books_three_predictions() -> None:
    book = cases(BOOK, squash=False)
    np.testing.assert_allclose(book.own, [0.1, 0.4, 0.8], rtol=1e-6)
    assert book.loss == pytest.approx(0.4333, abs=5e-5)
    mended = int(np.abs(book.moving - 0.8).argmin())
    assert book.losses[mended] == pytest.approx(0.2333, abs=5e-5)
    assert "**0.4333**" in said(view="cases")
    assert "**0.2333**" in said(view="cases")


def test_outside_zero_and_one_the_loss_is_negative() -> None:
    wild = cases(OUTSIDE, squash=False)
    np.testing.assert_array_equal(wild.own, [1 - 3, -5, 1 - 10])
    assert wild.loss == pytest.approx(-16 / 3)
    assert what_the_loss_is(result(view="cases", inputs="outside")) == "below 0"
    assert "“better” than perfect" in said(view="cases", inputs="outside")
    tamed = result(view="cases", inputs="outside", squash=True)
    assert what_the_loss_is(tamed) == "between 0 and 1"
    assert tamed.found.loss == pytest.approx(mnist_loss(torch.tensor(OUTSIDE), torch.tensor(TARGETS)).item())


@pytest.mark.parametrize("squash", [False, True])
@pytest.mark.parametrize("given_inputs", [BOOK, OUTSIDE])
def test_cases_are_the_rule_item_by_item(given_inputs: tuple[float, ...], squash: bool) -> None:
    found = cases(given_inputs, squash)
    for i in range(0, len(found.moving), 17):
        inputs = [*given_inputs[:2], float(found.moving[i])]
        expected = []
        for x, target in zip(inputs, TARGETS, strict=True):
            p = 1 / (1 + math.exp(-x)) if squash else x
            expected.append(1 - p if target == 1 else p)
        np.testing.assert_allclose(found.distances[i], expected, atol=1e-6)
        assert found.losses[i] == pytest.approx(sum(expected) / 3, abs=1e-6)
        np.testing.assert_allclose(found.lines[0][i], expected[2], atol=1e-6)
    if squash:
        assert found.distances.min() > 0
        assert found.distances.max() < 1


def test_one_logit_moves_the_loss_smoothly_and_the_metric_in_one_jump() -> None:
    found = result(view="metric").found
    np.testing.assert_allclose(found.predictions[:, :2], np.tile(BOOK[:2], (241, 1)))
    third = 1 / (1 + np.exp(-found.logit))
    np.testing.assert_allclose(found.loss, (0.1 + 0.4 + (1 - third)) / 3, rtol=1e-12)
    np.testing.assert_allclose(found.slope, -third * (1 - third) / 3, rtol=1e-10)
    np.testing.assert_allclose(found.accuracy, np.where(found.logit > 0, 1, 2 / 3), rtol=1e-6)
    assert "one jump just after 0" in said(view="metric")


@pytest.mark.parametrize(("rate", "epochs"), [(0.003, 2), (0.01, 1), (1.0, 0), (1.0, 2)])
def test_thresholds_count_digits(rate: float, epochs: int) -> None:
    found = result(view="threshold", rate=rate, epochs=epochs).found
    three = found.targets == 1
    p = torch.from_numpy(found.logits).sigmoid().numpy()
    expected = {
        "0 before": ((found.logits > 0) == three).mean(),
        "0.5 before": ((found.logits > 0.5) == three).mean(),
        "0.5 after": ((p > 0.5) == three).mean(),
        "0 after": three.mean(),
    }
    assert found.marks == pytest.approx(expected)
    assert found.marks["0 before"] == found.marks["0.5 after"]
    near = np.abs(found.before) < 10  # farther out, float32 rounds different predictions to one number
    np.testing.assert_allclose(found.accuracy_before[near], found.accuracy_after[near], atol=1.5 / len(p))
    nearest = np.abs(found.before).argmin()
    assert found.accuracy_before[nearest] == pytest.approx(((found.logits > found.before[nearest]) == three).mean())


def test_the_wrong_threshold_costs_digits_and_raises_nothing() -> None:
    marks = result(view="threshold", rate=0.003, epochs=2).found.marks
    assert marks["0 before"] > 0.9
    assert marks["0.5 before"] < 0.8
    assert marks["0 after"] == 0.5


@pytest.mark.parametrize("precision", DTYPES)
@pytest.mark.parametrize("sign", [-1, 1])
def test_the_last_x_with_a_slope_and_the_next_one_without(precision: str, sign: int) -> None:
    dtype = DTYPES[precision]
    last = torch.tensor(outermost(precision, sign), dtype=dtype)
    beyond = torch.nextafter(last, torch.tensor(sign * math.inf, dtype=dtype))
    p, slope = sigmoid_and_slope(torch.stack([last, beyond]))
    assert slope[0] > 0
    assert slope[1] == 0
    assert p[1] == (1 if sign > 0 else 0)


def test_float32_loses_its_slope_where_one_minus_p_is_rounded_off() -> None:
    assert outermost("float32", 1) == pytest.approx(24 * math.log(2), abs=1e-3)  # e^-x = 2^-24, half the step below 1
    assert outermost("float32", -1) == pytest.approx(-128 * math.log(2), abs=1e-3)  # e^-x = 2^128 overflows


@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0, 100.0])
def test_dead_digits_are_counted(scale: float) -> None:
    found = result(view="saturation", scale=scale).found
    weights, bias = init_params("linear", "randn", 42)
    logits = linear1(load("built-in").x_train, [weights * scale, bias * scale])[:, 0]
    p = logits.sigmoid()
    assert found.dead == int((p * (1 - p) == 0).sum())
    low, high = found.alive
    assert found.dead == int(((found.logits < low) | (found.logits > high)).sum())
    assert found.weak >= found.dead


def test_weak_digits_grow_with_the_weights() -> None:
    weak = [result(view="saturation", scale=scale).found.weak for scale in (0.1, 1.0, 10.0, 100.0)]
    assert weak == sorted(weak)
    assert weak[0] < weak[-1]


@pytest.mark.parametrize("squash", [False, True])
def test_training_takes_the_steps_of_a_plain_loop(squash: bool) -> None:
    digits, recipe = load("built-in"), Recipe(model="linear", init="uniform", learning_rate=0.5, epochs=1, batch_size=200, shuffle=True, seed=7)
    found = train_plainly(recipe, digits, squash)
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
    assert found.losses[-1] == pytest.approx(distances(preds, digits.y_valid).mean().item(), rel=1e-4)
    assert found.accuracy[-1] == pytest.approx(((logits > 0) == (digits.y_valid == 1)).float().mean().item())
    np.testing.assert_allclose(found.predictions[-1], preds[:, 0], rtol=1e-3, atol=1e-5)
    assert len(found.losses) == 5
    assert len(flatten([weights, bias])) == 785


def test_without_a_sigmoid_the_loss_falls_below_zero() -> None:
    found = result(view="training").found
    assert 0 < found.with_sigmoid.losses[-1] < found.with_sigmoid.losses[0]
    assert found.without.losses[-1] < -100
    assert found.without.highest > 10
    assert 0 <= found.with_sigmoid.lowest <= found.with_sigmoid.highest <= 1


def test_share_right_is_a_count() -> None:
    values, targets = torch.tensor([0.2, 0.7, -1.0, 0.5]), torch.tensor([1.0, 1.0, 0.0, 0.0])
    thresholds = torch.tensor([-2.0, 0.0, 0.5, 2.0])
    expected = [sum((v > t) == (y == 1) for v, y in zip(values, targets, strict=True)) / 4 for t in thresholds]
    np.testing.assert_allclose(share_right(values, thresholds, targets), [float(e) for e in expected])


@pytest.mark.parametrize("change", VIEWS, ids=str)
def test_every_view_has_words_numbers_and_a_table(change: dict[str, Any]) -> None:
    found = result(**change)
    assert 1 <= len(findings(found)) <= 4
    assert all(math.isfinite(value) for value in numbers(found).values())
    assert len({len(column) for column in table(found).values()}) == 1
    assert numbers(experiment(found.settings)) == numbers(found)
    assert (found.digits is None) == (change["view"] in ("curve", "cases", "metric"))
