"""Curves from ReLUs: held against NumPy's interpolation and plain loops; what SGD makes of them is recorded truly."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.exhibits.relu.any_curve import (
    RUNS,
    Placed,
    even_knots,
    grid,
    how_many_find,
    interpolant,
    learn,
    place_exactly,
    polylines,
    target,
    worst_knots,
)
from core.exhibits.relu.any_curve_scene import learned_scene, placed_scene
from core.exhibits.relu.settings import Settings
from core.exhibits.relu.small_nets import Plan, forward, record
from core.stage.panels import Curve, Lines, Steps
from tests.stage.panels import panels

SHORT = {"method": "sgd", "steps": 100}


HEIGHTS = st.floats(-5, 5, allow_nan=False)


def place(target: str, hidden: int, spacing: str) -> Placed:
    return place_exactly(Settings(target=target, hidden=hidden, spacing=spacing))


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=20, unique=True), st.data())
def test_interpolant_passes_through_every_point_and_straight_between(places: list[int], data: st.DataObject) -> None:
    xs = np.sort(np.array(places)) / 100
    ys = np.array(data.draw(st.lists(HEIGHTS, min_size=len(xs), max_size=len(xs))))
    between = np.linspace(xs[0], xs[-1], 57)
    net = interpolant(torch.from_numpy(xs), torch.from_numpy(ys))
    assert net[0].shape == (1, len(xs) - 1)
    made = forward(torch.from_numpy(np.concatenate([xs, between]))[:, None], net)[:, 0].numpy()
    np.testing.assert_allclose(made, np.concatenate([ys, np.interp(between, xs, ys)]), atol=1e-9)


def test_a_curve_of_one_point_is_refused_in_one_sentence() -> None:
    with pytest.raises(UserError, match=r"^A curve needs at least two points: add another one\.$"):
        interpolant(torch.zeros(1), torch.ones(1))
    with pytest.raises(UserError, match="from left to right"):
        interpolant(torch.tensor([0.0, 0.0]), torch.tensor([1.0, 2.0]))
    with pytest.raises(UserError, match="at least two points"):
        target("own", grid(), (0.5,))


def test_two_relus_are_the_absolute_value_and_a_step_needs_three() -> None:
    result = place("abs", 8, "worst")
    assert (result.hinges, result.loss) == (2, 0)
    assert result.parameters[1].tolist() == [1, 0]  # hinges at -1 and at 0
    assert place("step", 8, "worst").hinges == 3
    assert place("own", 6, "even").loss < 1e-25  # seven heights of one's own: six pieces


def test_each_next_knot_is_where_the_curve_so_far_is_missed_most() -> None:
    x = grid()
    y = target("bump", x)
    order = worst_knots(x, y, 6).numpy()
    assert sorted(order[:2]) == [-1, 1]
    for n in range(2, 7):
        knots = np.sort(order[:n])
        missed = np.abs(np.interp(x[:, 0], knots, target("bump", torch.tensor(knots)[:, None])[:, 0]) - y[:, 0].numpy())
        assert missed[x[:, 0].numpy() == order[n]] == missed.max()


@pytest.mark.parametrize("name", ["sine", "step", "bump", "sawtooth", "abs"])
def test_placed_relus_are_the_straight_pieces_between_the_knots(name: str) -> None:
    result = place(name, 5, "even")
    knots = even_knots(5)
    made = np.interp(result.x, knots, target(name, knots[:, None])[:, 0])
    np.testing.assert_allclose(result.sums[-1], made, atol=1e-12)
    assert result.loss == pytest.approx(((made - result.y) ** 2).mean(), abs=1e-12)
    assert result.by_count[4] == pytest.approx(result.loss, abs=1e-15)
    shares = result.sums[1:] - result.sums[:-1]
    for i in range(5):
        np.testing.assert_allclose(
            shares[i], np.interp(result.x, result.lines[0][0, i], result.lines[1][0, i]), atol=1e-12
        )


def test_more_hinges_come_closer_to_every_curve() -> None:
    for name in ("sine", "step", "bump", "sawtooth"):
        losses = place(name, 8, "even").by_count
        assert losses[63] < 0.3 * losses[15] < losses[3]


def test_polylines_are_exactly_each_units_share() -> None:
    x = grid().float()
    _, runs = record(x, target("sine", x), Plan(seeds=(4,), hidden=12, learning_rate=0.1, steps=20))
    w1, b1, w2, _ = first = [p[:, 0] for p in runs]
    at, share = polylines(first)
    truth = (torch.relu(x @ w1 + b1) * w2.mT).numpy()  # (F, 129, 12)
    for i in range(12):
        drawn = np.interp(x[:, 0], at[-1, i], share[-1, i])
        np.testing.assert_allclose(drawn, truth[-1, :, i], atol=1e-5)


def test_recorded_losses_are_those_of_the_recorded_net() -> None:
    result = learn(Settings(method="sgd", steps=50))
    w1, b1, w2, b2 = (p[-1] for p in result.parameters)
    made = [
        sum(w * max(v * x + b, 0.0) for v, b, w in zip(w1[0], b1[0], w2[:, 0], strict=True)) + b2[0, 0]
        for x in result.x
    ]
    np.testing.assert_allclose(result.outputs[-1], np.array(made, dtype=float), atol=1e-5)
    assert result.losses[-1, 0] == pytest.approx(np.mean((np.array(made, dtype=float) - result.y) ** 2), abs=1e-5)
    assert result.exists == pytest.approx(place("sine", 8, "even").loss)


def test_dead_units_get_no_gradient_and_never_move() -> None:
    result = learn(Settings(method="sgd", steps=200, shift=-2.0))
    assert result.dead.all()
    assert result.dead_slope == 0
    for p in result.parameters[:3]:
        assert (p == p[0]).all()
    assert not (result.parameters[3] == result.parameters[3][0]).all()  # the last bias still learns
    assert "All 8 units are dead" in result.findings()[-1]


def test_some_starts_find_two_relus_for_the_absolute_value_and_some_do_not() -> None:
    result = learn(Settings(method="sgd", target="abs", hidden=2, spacing="worst"))
    ends = result.losses[-1]
    assert result.exists == 0
    assert result.successes == (ends <= 0.001).sum()
    assert 0 < result.successes < RUNS  # the claim: what exists is not always found
    assert how_many_find(result) == "some of them"
    assert f"Of 10 starts, {result.successes} come within 0.001" in result.findings()[1]


def test_a_huge_learning_rate_is_said_to_diverge() -> None:
    result = learn(Settings(**SHORT, rate=1e9))
    assert result.lasting < 10
    assert not np.isfinite(result.losses[result.lasting - 1, 0])
    assert np.isfinite(result.losses[: result.lasting - 1, 0]).all()
    assert "no longer a number" in result.findings()[0]


def test_a_run_is_reproduced_by_its_settings() -> None:
    first, again = (learn(Settings(method="sgd", steps=50)) for _ in range(2))
    np.testing.assert_array_equal(first.losses, again.losses)
    other = learn(Settings(method="sgd", steps=50, seed=7))
    assert not np.array_equal(first.losses, other.losses)


def test_exact_relus_come_one_by_one() -> None:
    scene = placed_scene(place("sine", 8, "even"))
    assert scene.frames == 9
    (total, pieces), (steps,) = panels(scene, Lines), panels(scene, Steps)
    there = np.isfinite(pieces.lines[0].y).all(-1)
    assert there.sum(1).tolist() == list(range(9))
    np.testing.assert_allclose(total.lines[0].y[-1, [0, 64, 128]], 0, atol=1e-6)
    assert (steps.active == [0, 0, 1, 2, 3, 4, 5, 6, 7]).all()


def curves(**change: Any) -> list[Curve]:
    return panels(learned_scene(learn(Settings(**SHORT, **change))), Curve)


def test_a_diverged_run_ends_where_its_loss_is_no_number() -> None:
    loss = curves(rate=1e9)[0]
    assert len(loss.at) < 10
    assert np.isfinite(loss.series[0].y[:-1]).all()
    assert not np.isfinite(loss.series[0].y[-1])


def test_a_loss_of_0_is_not_drawn_on_a_logarithmic_axis() -> None:
    drawn = curves(target="abs", hidden=2)
    assert all(not series.label.startswith("placed") for panel in drawn for series in panel.series)
    assert any("placed: 0" in panel.title for panel in drawn)
    assert any(series.label.startswith("placed") for panel in curves() for series in panel.series)
