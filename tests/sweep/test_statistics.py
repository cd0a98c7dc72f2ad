"""The statistics of a sweep, against scipy's own tests and intervals, and against simulated sweeps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.sweep.statistics import MOST_SEEDS, POWER, difference, power, seeds_to_tell_apart, summary

values = st.lists(st.floats(-1e3, 1e3, allow_nan=False), min_size=2, max_size=20).filter(
    lambda found: np.std(found) > 1e-6
)


@given(values)
def test_the_interval_is_scipys_t_interval(found: list[float]) -> None:
    ours = summary(found)
    low, high = stats.t.interval(0.95, len(found) - 1, loc=np.mean(found), scale=stats.sem(found))
    assert (ours.low, ours.high) == (pytest.approx(low, rel=1e-9, abs=1e-9), pytest.approx(high, rel=1e-9, abs=1e-9))
    assert (ours.n, ours.lost, ours.least, ours.largest) == (len(found), 0, min(found), max(found))


@given(values, values)
def test_the_difference_is_scipys_welch(one: list[float], other: list[float]) -> None:
    ours = difference(summary(one), summary(other))
    tested = stats.ttest_ind(one, other, equal_var=False)
    low, high = tested.confidence_interval(0.95)
    assert (ours.low, ours.high) == (pytest.approx(low, rel=1e-6, abs=1e-6), pytest.approx(high, rel=1e-6, abs=1e-6))
    if abs(tested.pvalue - 0.05) > 1e-6:
        assert ours.told_from_luck == (tested.pvalue < 0.05)


def test_what_is_no_number_is_counted_and_left_out() -> None:
    found = summary([1.0, math.nan, 3.0, math.inf])
    assert (found.n, found.lost, found.mean) == (2, 2, 2.0)
    assert math.isnan(summary([math.nan]).mean)
    assert math.isnan(summary([5.0]).low)


def test_equal_runs_leave_no_doubt() -> None:
    apart = difference(summary([2.0, 2.0]), summary([1.0, 1.0, 1.0]))
    assert (apart.low, apart.value, apart.high) == (1.0, 1.0, 1.0)
    assert apart.told_from_luck
    assert seeds_to_tell_apart(1.0, 0.0, 0.0) == 2


@pytest.mark.parametrize(("gap", "sd", "other_sd"), [(1.0, 1.0, 1.0), (0.5, 1.0, 0.4), (3.0, 1.0, 1.0)])
def test_so_many_seeds_find_the_difference_in_four_of_five_sweeps(gap: float, sd: float, other_sd: float) -> None:
    n = seeds_to_tell_apart(gap, sd, other_sd)
    assert n is not None

    def found(runs: int) -> float:
        draws, sweeps = np.random.default_rng(7), 20_000
        one, other = draws.normal(gap, sd, (sweeps, runs)), draws.normal(0, other_sd, (sweeps, runs))
        tested = stats.ttest_ind(one, other, axis=1, equal_var=False)
        return float(np.mean((tested.pvalue < 0.05) & (tested.statistic > 0)))

    assert found(n) == pytest.approx(
        power(gap, sd, other_sd, n), abs=0.03
    )  # with few runs the freedom is estimated too
    assert found(n) > POWER - 0.03
    assert n == 2 or power(gap, sd, other_sd, n - 1) < POWER


def test_where_no_number_of_seeds_would_do() -> None:
    assert seeds_to_tell_apart(0.0, 1.0, 1.0) is None
    assert seeds_to_tell_apart(1e-9, 1.0, 1.0) is None
    assert seeds_to_tell_apart(math.nan, 1.0, 1.0) is None
    many = seeds_to_tell_apart(0.05, 1.0, 1.0)
    assert many is not None
    assert many == pytest.approx(2 * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 / 0.05**2, rel=0.01)
    assert many < MOST_SEEDS
