"""One moved activation: its probabilities against float64 and plain loops, and where the formula as written breaks."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exhibits.softmax.bars import activations, experiment, sweep, what_the_constant_does
from core.exhibits.softmax.settings import SHIFTS, Settings
from tests.exhibits.softmax.by_hand import by_hand

BEARS = torch.tensor([0.6734, 0.2576, 0.4689])


@settings(max_examples=30)
@given(
    values=st.lists(st.floats(-8, 8, width=32), min_size=2, max_size=5),
    moving=st.integers(0, 4),
    temperature=st.sampled_from([0.1, 0.5, 1.0, 2.0, 10.0, 100.0]),
    shift=st.sampled_from([0.0, 10.0, 1000.0, -1000.0]),
)
def test_a_stable_sweep_is_float64s_whatever_is_added(values, moving, temperature, shift):
    result = sweep(torch.tensor(values), min(moving, len(values) - 1), temperature, shift, True)
    i = result.given_frame
    assert result.values[i] == result.given[result.moving]
    rounding = (
        4e-5 * max(1.0, abs(shift) / 1000) / temperature + 1e-6
    )  # half of float32's spacing near the shift, twice
    np.testing.assert_allclose(result.probabilities, result.exact, atol=rounding)
    np.testing.assert_allclose(
        result.exact[i], by_hand([v / temperature for v in result.given.tolist()]), rtol=1e-9, atol=1e-300
    )
    np.testing.assert_allclose(result.probabilities.sum(1), 1, atol=5e-7)
    np.testing.assert_allclose(result.exponents / result.sums[:, None], result.probabilities, atol=1e-6)
    assert max(result.changes) <= rounding
    assert result.findings()


def test_written_and_stable_agree_where_nothing_overflows():
    plain, stable = (sweep(BEARS, 0, 1.0, 10.0, kind) for kind in (False, True))
    np.testing.assert_allclose(plain.probabilities, stable.probabilities, atol=3e-7)
    assert plain.exponents.max() > 1e7 > 1 >= stable.exponents.max()


def test_only_the_moved_activation_moves_and_the_others_keep_their_ratio():
    result = sweep(BEARS, 1, 1.0, 0.0, False)
    np.testing.assert_array_equal(result.activations[:, 1], result.values)
    assert np.ptp(result.activations[:, [0, 2]], axis=0).max() == 0
    assert (np.diff(result.values) > 0).all()
    assert (np.diff(result.probabilities[:, 1]) > 0).all()
    np.testing.assert_allclose(result.exact[:, 0] / result.exact[:, 2], math.exp(0.6734 - 0.4689), rtol=1e-6)
    assert result.values[0] == -8
    assert result.values[-1] == 8


@pytest.mark.parametrize(("shift", "exponent"), [(1000.0, math.inf), (-1000.0, 0.0)])
def test_far_from_zero_the_formula_as_written_gives_no_numbers(shift, exponent):
    result = sweep(BEARS, 0, 1.0, shift, False)
    assert result.broken
    assert (result.exponents[result.given_frame] == exponent).all()
    assert np.isnan(result.probabilities[result.given_frame]).all()
    sentences = " ".join(result.findings())
    assert "NaN" in sentences
    assert ("∞ ÷ ∞" if shift > 0 else "0 ÷ 0") in sentences
    assert "0.4041, 0.2666, 0.3293" in sentences  # what torch.softmax gets for the same activations
    assert not sweep(BEARS, 0, 1.0, shift, True).broken


def test_temperature_goes_to_argmax_and_its_limit_breaks():
    cold = sweep(torch.tensor([5.0, 4.0, 3.0]), 0, 0.01, 0.0, True)
    np.testing.assert_array_equal(cold.probabilities[cold.given_frame], torch.tensor([500.0, 400.0, 300.0]).softmax(0))
    assert cold.probabilities[cold.given_frame][2] == 0
    assert "argmax" in " ".join(cold.findings())
    for stable in (False, True):
        limit = sweep(torch.tensor([5.0, -4.0, 3.0]), 0, 0.0, 0.0, stable)
        assert limit.broken
        assert "∞, −∞, ∞" in limit.findings()[0]
    warm = sweep(torch.tensor([5.0, 4.0, 3.0]), 0, 100.0, 0.0, True)
    assert np.ptp(warm.probabilities[warm.given_frame]) < 0.01


def test_written_at_a_low_temperature_breaks_only_from_some_place_on():
    result = sweep(torch.tensor([0.5, 0.2]), 0, 0.05, 0.0, False)
    lost = np.isnan(result.probabilities).any(1)
    assert not result.broken
    assert lost.any()
    assert result.values[lost.argmax()] / 0.05 > math.log(np.finfo(np.float32).max)
    assert "NaN" in result.findings()[1]


def test_5_4_3_is_picked_more_clearly_than_its_share():
    result = experiment(Settings(start="5 4 3"))
    np.testing.assert_allclose(result.probabilities[result.given_frame], by_hand([5.0, 4.0, 3.0]), rtol=1e-6)
    assert "42% of the activations' sum and 67% of the probability" in result.findings()[2]
    assert len(experiment(Settings()).findings()) == 2  # the random ones are no clear choice


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("classes", [2, 5])
def test_fewer_classes_than_the_moved_one_move_the_last(shift, classes):
    chosen = Settings(swept=2, classes=classes, shift=shift)
    result = experiment(chosen)
    assert result.moving == min(2, classes - 1)
    assert len(activations(chosen)) == classes
    assert len(result.names) == classes


def test_the_answer_comes_from_the_result():
    asked = Settings(shift=10.0)
    assert what_the_constant_does(experiment(asked)) == "stays as it is"
    assert what_the_constant_does(experiment(replace(asked, temperature=0.5))) == "rises"
    assert what_the_constant_does(experiment(replace(asked, temperature=2.0))) == "falls"
