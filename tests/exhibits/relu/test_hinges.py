"""Curves from ReLUs: held against NumPy's interpolation and plain loops; what SGD makes of them is recorded truly."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.exhibits.relu.experiment import Settings
from core.exhibits.relu.hinges import even_knots, grid, interpolant, learn, place, polylines, target, worst_knots
from core.exhibits.relu.small_nets import Plan, forward, record


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """As in the program: these nets are small, and more threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


numbers_ = st.floats(-5, 5, allow_nan=False)


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=20, unique=True), st.data())
def test_interpolant_passes_through_every_point_and_straight_between(places: list[int], data: st.DataObject) -> None:
    xs = np.sort(np.array(places)) / 100
    ys = np.array(data.draw(st.lists(numbers_, min_size=len(xs), max_size=len(xs))))
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
    found = place("abs", 8, "worst")
    assert (found.hinges, found.loss) == (2, 0)
    assert found.parameters[1].tolist() == [1, 0]  # hinges at -1 and at 0
    assert place("step", 8, "worst").hinges == 3
    assert place("own", 6, "even", Settings().heights).loss < 1e-25  # seven heights of one's own: six pieces


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
    found = place(name, 5, "even")
    knots = even_knots(5)
    made = np.interp(found.x, knots, target(name, knots[:, None])[:, 0])
    np.testing.assert_allclose(found.sums[-1], made, atol=1e-12)
    assert found.loss == pytest.approx(((made - found.y) ** 2).mean(), abs=1e-12)
    assert found.by_count[4] == pytest.approx(found.loss, abs=1e-15)
    shares = found.sums[1:] - found.sums[:-1]
    for i in range(5):
        np.testing.assert_allclose(
            shares[i], np.interp(found.x, found.lines[0][0, i], found.lines[1][0, i]), atol=1e-12
        )


def test_more_hinges_come_closer_to_every_curve() -> None:
    for name in ("sine", "step", "bump", "sawtooth"):
        losses_ = place(name, 8, "even").by_count
        assert losses_[63] < 0.3 * losses_[15] < losses_[3]


def test_polylines_are_exactly_each_units_share() -> None:
    x = grid().float()
    _, runs = record(x, target("sine", x), Plan((4,), 12, 0.1, 20))
    w1, b1, w2, _ = own = [p[:, 0] for p in runs]
    at, share = polylines(own)
    truth = (torch.relu(x @ w1 + b1) * w2.mT).numpy()  # (F, 129, 12)
    for i in range(12):
        drawn = np.interp(x[:, 0], at[-1, i], share[-1, i])
        np.testing.assert_allclose(drawn, truth[-1, :, i], atol=1e-5)


def test_recorded_losses_are_those_of_the_recorded_net() -> None:
    found = learn("sine", Plan((42, 43), 8, 0.1, 50), "even")
    w1, b1, w2, b2 = (p[-1] for p in found.parameters)
    made = [
        sum(w * max(v * x + b, 0.0) for v, b, w in zip(w1[0], b1[0], w2[:, 0], strict=True)) + b2[0, 0] for x in found.x
    ]
    np.testing.assert_allclose(found.outputs[-1], np.array(made, dtype=float), atol=1e-5)
    assert found.losses[-1, 0] == pytest.approx(np.mean((np.array(made, dtype=float) - found.y) ** 2), abs=1e-5)
    assert found.exists == pytest.approx(place("sine", 8, "even").loss)


def test_dead_units_get_no_gradient_and_never_move() -> None:
    found = learn("sine", Plan((42,), 8, 0.1, 200, shift=-2.0), "even")
    assert found.dead.all()
    assert found.dead_slope == 0
    for p in found.parameters[:3]:
        assert (p == p[0]).all()
    assert not (found.parameters[3] == found.parameters[3][0]).all()  # the last bias still learns
    assert "All 8 units are dead" in found.findings()[-1]
