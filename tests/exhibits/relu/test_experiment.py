"""The bend between two linear layers: what each view finds, held against plain loops and least squares."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.relu.boundary import ITEMS, REACH, SHAPES, boundary, cells, points
from core.exhibits.relu.collapse import collapse, max_of_zero, two_linears
from core.exhibits.relu.experiment import (
    RUNS,
    Settings,
    experiment,
    findings,
    how_many_find,
    join,
    numbers,
    rest,
    table,
)
from core.exhibits.relu.hinges import MOST, Learned, grid
from core.exhibits.relu.small_nets import Plan, training
from core.exhibits.relu.which import DIGITS, SINE, plan_of, straight_line_loss, trained
from core.nn.activations import ACTIVATIONS
from core.settings import parse

ABS = {"method": "sgd", "target": "abs", "hidden": 2, "spacing": "worst"}
CASES: list[dict[str, Any]] = [
    {"view": "curve"}, {"view": "curve", "activation": "gelu"}, {"view": "curve", "activation": "identity"},
    {"view": "collapse"}, {"view": "collapse", "between": "relu"}, {"view": "collapse", "between": "axis"},
    {}, {"hidden": 1}, {"hidden": MOST, "target": "step"}, {"target": "own", "hidden": 6}, {"target": "abs", "spacing": "worst"},
    {"method": "sgd", "steps": 100}, {"method": "sgd", "steps": 100, "shift": -2.0}, {"method": "sgd", "steps": 100, "rate": 1e9},
    {"view": "boundary", "boundary_steps": 100}, {"view": "boundary", "boundary_steps": 100, "boundary_rate": 1e9},
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """As in the program: these nets are small, and more threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@cache
def result(**change: Any) -> Any:
    return experiment(Settings(**change))


def test_some_starts_find_two_relus_for_the_absolute_value_and_some_do_not() -> None:
    found = result(**ABS).found
    ends = found.losses[-1]
    assert found.exists == 0
    assert found.found == (ends <= 0.001).sum()
    assert 0 < found.found < RUNS  # the claim: what exists is not always found
    assert how_many_find(result(**ABS)) == "some of them"
    assert f"Of 10 starts, {found.found} come within 0.001" in found.findings()[1]


def test_a_huge_learning_rate_is_said_to_diverge() -> None:
    found = result(method="sgd", steps=100, rate=1e9).found
    assert found.lasting < 10
    assert not np.isfinite(found.losses[found.lasting - 1, 0])
    assert np.isfinite(found.losses[: found.lasting - 1, 0]).all()
    assert "no longer a number" in found.findings()[0]
    stuck = result(view="boundary", boundary_steps=100, boundary_rate=1e9).found
    assert "is too large" in stuck.findings()[1]
    assert stuck.flat == ITEMS


def test_two_linears_are_one_up_to_rounding() -> None:
    found = two_linears("identity", 42)
    weights, bias = collapse([p.double() for p in found.parameters])
    single = load("built-in").x_valid.double() @ weights + bias
    np.testing.assert_allclose(found.stack, single[:, 0].numpy(), atol=1e-13)
    assert found.differences["float64"].max() < 1e-13 < found.differences["float32"].max() < 1e-4
    assert found.matrices == 1
    assert found.accuracy[0] == found.accuracy[1] > 0.9
    np.testing.assert_allclose(found.own, np.repeat(weights.T.float().numpy(), len(found.own), 0), atol=1e-6)


def test_with_relu_every_digit_meets_a_matrix_of_its_own() -> None:
    found = two_linears("relu", 42)
    assert found.differences["float64"].max() > 0.1
    assert found.matrices > 10
    _, b1, w2, b2 = (p.numpy() for p in found.parameters)
    outputs = (found.own * found.images).sum(1) + (found.on * b1 * w2[:, 0]).sum(1) + b2[0, 0]
    shown = [i // 2 + (i % 2) * len(found.stack) // 2 for i in range(len(outputs))]
    np.testing.assert_allclose(outputs, found.stack[shown], atol=1e-4)
    assert (found.hidden >= 0).all()
    assert ((found.hidden > 0) == found.on).all()


def test_max_of_0_is_along_the_axis_and_max_of_a_tensor_is_not() -> None:
    found = max_of_zero(42)
    for i, column in enumerate(found.res.T.tolist()):
        assert found.values[i] == np.float32(max(column))
        assert found.indices[i] == column.index(max(column))
    np.testing.assert_array_equal(found.relu, np.where(found.res > 0, found.res, 0))
    assert found.kind == "torch.return_types.max"
    assert found.error.startswith("TypeError: unsupported operand")
    assert (found.outputs.shape, found.of_values.shape) == ((6,), (1,))
    assert found.findings()[2].count("TypeError") == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_points_are_as_many_of_either_class_and_on_the_picture(shape: str) -> None:
    x, y = points(shape, 0.05, 1)
    assert x.shape == (ITEMS, 2)
    assert y.sum() == ITEMS / 2
    assert (x.abs() < REACH).float().mean() > 0.98
    torch.testing.assert_close(points(shape, 0.05, 1)[0], x)
    assert not torch.equal(points(shape, 0.05, 2)[0], x)


def test_without_a_bend_the_boundary_is_straight_and_with_one_it_closes() -> None:
    straight = boundary("circles", 0.1, Plan((42,), 8, 3.0, 300, "identity", "distance"))
    logits = np.arctanh(np.clip(straight.field[-1].astype(np.float64), -1 + 1e-6, 1 - 1e-6)).ravel()
    inside = np.abs(straight.field[-1].ravel()) < 0.999
    design = np.column_stack([cells().numpy(), np.ones(len(logits))])[inside]
    plane, *_ = np.linalg.lstsq(design, logits[inside], rcond=None)
    np.testing.assert_allclose(design @ plane, logits[inside], atol=1e-2)
    bent = boundary("circles", 0.1, Plan((42,), 8, 3.0, 300, "relu", "distance"))
    assert bent.accuracy[-1] > straight.accuracy[-1] + 0.15
    edge = np.concatenate([bent.field[-1][0], bent.field[-1][-1], bent.field[-1][:, 0], bent.field[-1][:, -1]])
    assert (edge < 0).all()  # the inner circle is surrounded
    assert bent.field[-1].max() > 0.9


def test_boundarys_figures_are_those_of_the_net_itself() -> None:
    found = boundary("moons", 0.1, Plan((3,), 4, 1.0, 60, "tanh", "distance"))
    w1, b1, w2, b2 = (p[-1].double().numpy() for p in found.parameters)
    logits = np.tanh(found.points @ w1 + b1) @ w2[:, 0] + b2[0, 0]
    p = 1 / (1 + np.exp(-logits))
    assert found.accuracy[-1] == pytest.approx(np.mean((logits > 0) == (found.classes == 1)))
    assert found.losses[-1] == pytest.approx(np.mean(np.abs(found.classes - p)), abs=1e-6)
    middle = cells().numpy()[1000]
    at = np.tanh(middle @ w1 + b1[0]) @ w2[:, 0] + b2[0, 0]
    assert found.field[-1].ravel()[1000] == pytest.approx(np.tanh(at / 2), abs=1e-5)
    for i, ends in enumerate(found.bends[-1].reshape(4, 2, 2)):
        np.testing.assert_allclose(ends @ w1[:, i] + b1[0, i], 0, atol=1e-5)


def test_all_seven_can_be_trained_and_only_the_identity_cannot_bend() -> None:
    settings = Settings(view="which")
    plan = plan_of(SINE, 1.0, 42)
    identity = trained(SINE, replace(plan, activation="identity"))
    x = grid()[:, 0].numpy()
    line = np.polyval(np.polyfit(x, np.sin(np.pi * x), 1), x)
    assert straight_line_loss() == pytest.approx(np.mean((line - np.sin(np.pi * x)) ** 2))
    assert (identity.losses[-1] >= straight_line_loss()).all()
    first = experiment(settings)
    assert np.median(first.found.trained[0].losses[-1]) < 0.1 * straight_line_loss()
    arriving = rest(settings, lambda: False)
    joined = join(first, [next(arriving)])
    assert [each.key for each in joined.found.trained] == ["relu", "leaky"]
    assert len(findings(joined)) == 1  # no verdict before all are there
    others = [trained(SINE, replace(plan, activation=key, steps=20)) for key in list(ACTIVATIONS)[2:6]]
    said = findings(join(joined, [*others, identity]))
    assert "No straight line gets below 0.2" in said[1]
    assert "ReLU, leaky ReLU" in said[1]
    assert "identity" not in said[1]
    assert list(rest(settings, lambda: True)) == []


def test_digits_are_told_apart_from_the_same_starts() -> None:
    plan = replace(plan_of(DIGITS, 1.0, 42), steps=100)
    runs = [trained(DIGITS, replace(plan, activation=key)) for key in ("relu", "identity")]
    for run in runs:
        assert run.losses.shape == run.accuracy.shape == (len(run.kept), 3)
        assert (run.accuracy[-1] > 0.9).all()
    *_, (_, last) = training(load("built-in").x_train, load("built-in").y_train, replace(plan, seeds=(43,)))
    y = load("built-in").y_valid
    outputs = torch.relu(load("built-in").x_valid @ last[0][0] + last[1][0]) @ last[2][0] + last[3][0]
    assert runs[0].accuracy[-1, 1] == pytest.approx(float(((outputs > 0) == (y == 1)).float().mean()))
    assert experiment(Settings(view="which", task="digits")).digits == "built-in"


@pytest.mark.parametrize("change", CASES, ids=str)
def test_every_view_has_findings_numbers_and_a_table(change: dict[str, Any]) -> None:
    found = result(**change)
    said = findings(found)
    assert 1 <= len(said) <= 4
    assert "nan" not in " ".join(said)
    assert numbers(found)
    assert len({len(column) for column in table(found).values()}) == 1


def test_a_run_is_reproduced_by_its_settings() -> None:
    first, again = (experiment(Settings(method="sgd", steps=50)).found for _ in range(2))
    assert isinstance(first, Learned)
    np.testing.assert_array_equal(first.losses, again.losses)
    other = experiment(replace(Settings(method="sgd", steps=50), seed=7)).found
    assert not np.array_equal(first.losses, other.losses)


@pytest.mark.parametrize(
    "raw",
    [{"hidden": "10000"}, {"hidden": "0"}, {"hidden": "nan"}, {"rate": "1e999"}, {"target": "cat"}, {"left": "11"}],
)
def test_hostile_settings_are_refused_with_a_sentence(raw: dict[str, str]) -> None:
    settings, problems = parse(Settings, {name: [value] for name, value in raw.items()})
    assert settings == Settings()
    assert len(problems) == 1
