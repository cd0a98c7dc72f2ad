"""Softmax in all its views against float64, plain loops, the book's figures and torch's own functions."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.digits import ten_digits
from core.exhibits.softmax.experiment import (
    SHIFTS,
    VIEWS,
    Settings,
    activations,
    experiment,
    findings,
    numbers,
    table,
    what_the_constant_does,
)
from core.exhibits.softmax.none_of_these import ROUNDING, far_below, no_digits, one_batch, strange_pictures
from core.exhibits.softmax.probabilities import book_activations, book_table, softmax, sweep, told, two_classes
from core.nn.ten_digits import train_ten

BEARS = torch.tensor([0.6734, 0.2576, 0.4689])
ROWS = st.lists(st.floats(-700, 700), min_size=2, max_size=5)


def by_hand(values: list[float]) -> list[float]:
    """Softmax in plain Python, with exact sums, after the largest is taken away."""
    exponents = [math.exp(v - max(values)) for v in values]
    return [e / math.fsum(exponents) for e in exponents]


@settings(max_examples=60)
@given(values=ROWS)
def test_the_written_softmax_is_right_as_far_as_float64_reaches(values):
    found = softmax(torch.tensor([values], dtype=torch.float64))[0]
    np.testing.assert_allclose(found.numpy(), by_hand(values), rtol=1e-12, atol=1e-300)
    assert found.sum().item() == pytest.approx(1, abs=1e-12)


@settings(max_examples=30)
@given(
    values=st.lists(st.floats(-8, 8, width=32), min_size=2, max_size=5),
    moving=st.integers(0, 4),
    temperature=st.sampled_from([0.1, 0.5, 1.0, 2.0, 10.0, 100.0]),
    shift=st.sampled_from([0.0, 10.0, 1000.0, -1000.0]),
)
def test_a_stable_sweep_is_float64s_whatever_is_added(values, moving, temperature, shift):
    found = sweep(torch.tensor(values), min(moving, len(values) - 1), temperature, shift, True)
    i = found.given
    assert found.values[i] == found.own[found.moving]
    rounding = (
        4e-5 * max(1.0, abs(shift) / 1000) / temperature + 1e-6
    )  # half of float32's spacing near the shift, twice
    np.testing.assert_allclose(found.probabilities, found.exact, atol=rounding)
    np.testing.assert_allclose(
        found.exact[i], by_hand([v / temperature for v in found.own.tolist()]), rtol=1e-9, atol=1e-300
    )
    np.testing.assert_allclose(found.probabilities.sum(1), 1, atol=5e-7)
    np.testing.assert_allclose(found.exponents / found.sums[:, None], found.probabilities, atol=1e-6)
    assert max(found.changes) <= rounding
    assert found.findings()


def test_written_and_stable_agree_where_nothing_overflows():
    plain, stable = (sweep(BEARS, 0, 1.0, 10.0, kind) for kind in (False, True))
    np.testing.assert_allclose(plain.probabilities, stable.probabilities, atol=3e-7)
    assert plain.exponents.max() > 1e7 > 1 >= stable.exponents.max()


def test_only_the_moved_activation_moves_and_the_others_keep_their_ratio():
    found = sweep(BEARS, 1, 1.0, 0.0, False)
    np.testing.assert_array_equal(found.activations[:, 1], found.values)
    assert np.ptp(found.activations[:, [0, 2]], axis=0).max() == 0
    assert (np.diff(found.values) > 0).all()
    assert (np.diff(found.probabilities[:, 1]) > 0).all()
    np.testing.assert_allclose(found.exact[:, 0] / found.exact[:, 2], math.exp(0.6734 - 0.4689), rtol=1e-6)
    assert found.values[0] == -8
    assert found.values[-1] == 8


@pytest.mark.parametrize(("shift", "exponent"), [(1000.0, math.inf), (-1000.0, 0.0)])
def test_far_from_zero_the_formula_as_written_gives_no_numbers(shift, exponent):
    found = sweep(BEARS, 0, 1.0, shift, False)
    assert found.broken
    assert (found.exponents[found.given] == exponent).all()
    assert np.isnan(found.probabilities[found.given]).all()
    said = " ".join(found.findings())
    assert "NaN" in said
    assert ("∞ ÷ ∞" if shift > 0 else "0 ÷ 0") in said
    assert "0.4041, 0.2666, 0.3293" in said  # what torch.softmax gets for the same activations
    assert not sweep(BEARS, 0, 1.0, shift, True).broken


def test_temperature_goes_to_argmax_and_its_limit_breaks():
    cold = sweep(torch.tensor([5.0, 4.0, 3.0]), 0, 0.01, 0.0, True)
    np.testing.assert_array_equal(cold.probabilities[cold.given], torch.tensor([500.0, 400.0, 300.0]).softmax(0))
    assert cold.probabilities[cold.given][2] == 0
    assert "argmax" in " ".join(cold.findings())
    for stable in (False, True):
        limit = sweep(torch.tensor([5.0, -4.0, 3.0]), 0, 0.0, 0.0, stable)
        assert limit.broken
        assert "∞, −∞, ∞" in limit.findings()[0]
    warm = sweep(torch.tensor([5.0, 4.0, 3.0]), 0, 100.0, 0.0, True)
    assert np.ptp(warm.probabilities[warm.given]) < 0.01


def test_written_at_a_low_temperature_breaks_only_from_some_place_on():
    found = sweep(torch.tensor([0.5, 0.2]), 0, 0.05, 0.0, False)
    lost = np.isnan(found.probabilities).any(1)
    assert not found.broken
    assert lost.any()
    assert found.values[lost.argmax()] / 0.05 > math.log(np.finfo(np.float32).max)
    assert "NaN" in found.findings()[1]


def test_5_4_3_is_picked_more_clearly_than_its_share():
    found = experiment(Settings(start="5 4 3")).found
    np.testing.assert_allclose(found.probabilities[found.given], by_hand([5.0, 4.0, 3.0]), rtol=1e-6)
    assert "42% of the activations' sum and 67% of the probability" in found.findings()[2]
    assert len(experiment(Settings()).found.findings()) == 2  # the random ones are no clear choice


def test_the_books_figures_come_out_digit_for_digit():
    torch_state = torch.get_rng_state()
    torch.random.manual_seed(42)
    acts = torch.randn((6, 2)) * 2
    torch.set_rng_state(torch_state)
    found = book_table(42)
    np.testing.assert_array_equal(found.activations, acts.numpy())
    np.testing.assert_array_equal(found.probabilities, torch.softmax(acts, dim=1).numpy())
    expected = """0.6734 0.2576 0.6025 0.3975 | 0.4689 0.4607 0.5021 0.4979 | -2.2457 -0.3727 0.1332 0.8668
    4.4164 -1.2760 0.9966 0.0034 | 0.9233 0.5347 0.5959 0.4041 | 1.0698 1.6187 0.3661 0.6339""".replace("|", "")
    got = np.concatenate([found.activations, found.probabilities], 1)
    assert [f"{value:.4f}" for value in got.ravel()] == expected.split()
    np.testing.assert_allclose(found.sigmoid, found.probabilities[:, 0], atol=1e-7)
    assert "0.6734, 0.2576" in found.findings()[0]
    assert "0.6025, 0.3975" in found.findings()[0]


def test_random_activations_leave_torchs_own_generator_alone():
    before = torch.get_rng_state()
    book_activations(6, 2, 42)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("second", [-100.0, 0.0, 1.0, 100.0])
def test_two_classes_are_the_sigmoid_of_the_difference(second):
    found = two_classes(second)
    exact = [1 / (1 + math.exp(-d)) for d in found.difference]
    rounding = 1e-7 + 4e-6 * (abs(second) >= 100)  # float32's activations near 100 lie 7.6e-6 apart
    np.testing.assert_allclose(found.probabilities[:, 0], exact, atol=rounding)
    np.testing.assert_allclose(found.sigmoid, exact, atol=rounding)
    np.testing.assert_allclose(found.errors["float32"], np.abs(found.probabilities[:, 0] - found.sigmoid), atol=1e-12)
    assert 0 < found.errors["float32"].max() < 2e-7
    assert found.errors["float64"].max() < 3e-16


def test_rows_of_a_batch_sum_to_one_up_to_rounding():
    found = one_batch(5, 1, 42)
    run, digits = train_ten(epochs=5, seed=42), ten_digits()
    assert found.activations.shape == (64, 10)
    exact = torch.from_numpy(found.activations).double().softmax(1).numpy()
    np.testing.assert_allclose(found.probabilities, exact, atol=1e-6)
    np.testing.assert_array_equal(found.sums, torch.from_numpy(found.probabilities).sum(1).numpy())
    off = np.abs(found.sums.astype(np.float64) - 1)
    np.testing.assert_array_equal(off / ROUNDING, found.errors)  # whole steps of float32 below 1
    assert found.errors.max() <= 10
    assert found.exact < 1e-14
    assert len({image.tobytes() for image in found.images}) == 64
    for image, target, acts in zip(found.images[:5], found.targets, found.activations, strict=False):
        same = (digits.x_train == torch.from_numpy(image)).all(1)
        assert target in digits.y_train[same]
        np.testing.assert_allclose(image @ run.weights[-1] + run.biases[-1], acts, atol=1e-4)
    assert f"exactly 1 in {(off == 0).sum()} rows" in found.findings()[1]


def test_a_batch_follows_epochs_and_draws():
    first, second = one_batch(5, 1, 42), one_batch(5, 2, 42)
    assert not np.array_equal(first.targets, second.targets)
    untrained = one_batch(0, 1, 42)
    np.testing.assert_array_equal(untrained.targets, first.targets)
    assert untrained.right.mean() < 0.5 < first.right.mean()


def test_far_below_zero_softmax_still_sums_to_one_and_sigmoids_vanish():
    found = far_below(42)
    np.testing.assert_allclose(found.activations[0], BEARS, atol=1e-4)
    np.testing.assert_allclose(found.softmax.sum(1), 1, atol=3e-7)
    np.testing.assert_allclose(found.softmax, np.tile(by_hand(found.activations[0].tolist()), (201, 1)), atol=1e-6)
    np.testing.assert_allclose(found.sigmoid, 1 / (1 + np.exp(-found.activations.astype(np.float64))), rtol=1e-5)
    assert found.sigmoid[-1].sum() < 1e-7


def test_pictures_of_no_digit_get_a_digit_by_softmax():
    found = no_digits(42)
    np.testing.assert_allclose(found.softmax.sum(1), 1, atol=1e-6)
    assert found.images.min() >= 0
    assert found.images.max() <= 1
    pictures = strange_pictures(ten_digits().x_valid[300], 42)
    assert found.names == ("a real 3", *pictures)
    assert all(picture.shape == (784,) for picture in pictures.values())
    z = pictures["noise"].double().numpy() @ train_ten(epochs=5, seed=42, loss="sigmoids").weights[-1].astype(
        np.float64
    )
    z = z + train_ten(epochs=5, seed=42, loss="sigmoids").biases[-1]
    np.testing.assert_allclose(found.sigmoid[found.names.index("noise")], 1 / (1 + np.exp(-z)), rtol=1e-2, atol=1e-6)
    confident = int((found.softmax[1:].max(1) >= 0.5).sum())
    assert f"gives {confident} a digit" in found.findings()[0]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_shows_and_exports_what_it_found(view):
    result = experiment(Settings(view=view))
    assert 1 <= len(findings(result)) <= 4
    assert all(isinstance(value, float) for value in numbers(result).values())
    columns = table(result)
    assert len({len(column) for column in columns.values()}) == 1


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("classes", [2, 5])
def test_fewer_classes_than_the_moved_one_move_the_last(shift, classes):
    result = experiment(Settings(swept=2, classes=classes, shift=shift))
    assert result.found.moving == min(2, classes - 1)
    assert len(activations(result.settings)) == classes
    assert len(result.found.names) == classes


def test_the_answer_comes_from_the_result():
    asked = Settings(shift=10.0)
    assert what_the_constant_does(experiment(asked)) == "stays as it is"
    assert what_the_constant_does(experiment(replace(asked, temperature=0.5))) == "rises"
    assert what_the_constant_does(experiment(replace(asked, temperature=2.0))) == "falls"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.66524, "0.6652"), (43190.6, "43,191"), (1000.6734, "1,000.67"), (-1000.0, "−1,000"), (3.4028e38, "3.403e38"),
     (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "NaN"), (-2.5e-8, "−2.5e-8"), (0.0, "0")],
)  # fmt: skip
def test_numbers_are_told_in_few_characters(value, words):
    assert told(value) == words
