"""Kept runs beside each other: what differs, what they are called, which points are drawn."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.sweep.comparing import POINTS, columns, curve, differing, names, only_seeds, usual_axes
from core.sweep.link import Kept
from tests.sweep.settings import Settings
from tests.sweep.test_link import shelves


def test_only_settings_in_view_differ() -> None:
    assert list(differing([Settings(), Settings(rate=0.1), Settings(rate=0.1, seed=3)])) == ["rate", "seed"]
    assert differing([Settings(size=4), Settings(size=8)]) == {}  # the first view does not show it
    assert list(differing([Settings(), Settings(view="b", size=8)])) == ["view"]
    assert differing([]) == {}


def test_runs_are_called_by_what_differs() -> None:
    runs = [Kept(Settings()), Kept(Settings(seed=7)), Kept(Settings(rate=0.1)), Kept(Settings(rate=30.0), "fast")]
    assert names(runs) == ["Rate 1, seed 42", "Rate 1, seed 7", "Rate 0.1, seed 42", "fast"]
    assert names([Kept(Settings(seed=1)), Kept(Settings(seed=2))]) == ["seed 1", "seed 2"]
    assert names([Kept(Settings())]) == ["run 1"]


def test_draws_of_the_same_settings_are_known_as_that() -> None:
    assert only_seeds([Settings(seed=1), Settings(seed=2)])
    assert not only_seeds([Settings(seed=1), Settings(seed=2, rate=0.1)])
    assert not only_seeds([Settings()])


@given(shelves)
def test_no_two_runs_have_the_same_name(runs: list[Kept]) -> None:
    assert len(set(names(runs))) == len(runs)


def test_columns_hold_numbers() -> None:
    found = columns({"step": [1, 2], "name": ["x", "y"], "right": np.array([True, False])})
    assert {name: column.tolist() for name, column in found.items()} == {"step": [1.0, 2.0], "right": [1.0, 0.0]}


def test_what_is_drawn_at_first() -> None:
    assert usual_axes(["epoch", "weights", "loss A", "accuracy A"]) == ("epoch", "accuracy A")
    assert usual_axes(["steps taken", "dead units", "loss"]) == ("steps taken", "loss")
    assert usual_axes(["x", "sigmoid"]) == ("x", "sigmoid")
    assert usual_axes(["x"]) == ("x", "x")


@given(st.integers(1, 3000), st.booleans())
def test_a_curve_has_both_ends_and_no_more_points_than_are_seen(n: int, late: bool) -> None:
    x = np.arange(n, dtype=np.float64)
    points = curve({"x": x, "y": x**2}, "x", "y", late=late)
    assert len(points) <= POINTS
    assert points[-1] == (n - 1, (n - 1) ** 2)
    assert points[0][0] == (0 if not late else np.ceil((n - 1) / 2))


def test_what_is_not_finite_is_not_drawn() -> None:
    y = np.array([1.0, np.nan, np.inf, 4.0])
    assert curve({"x": np.arange(4.0), "y": y}, "x", "y") == [(0.0, 1.0), (3.0, 4.0)]
