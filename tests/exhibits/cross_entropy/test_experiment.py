"""Cross-entropy against torch, float64 and plain loops: the book's table, the slopes, where every type breaks."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy, log_softmax, nll_loss

from core.exhibits.cross_entropy import experiment as lesson
from core.exhibits.cross_entropy import numerics, picking
from core.exhibits.cross_entropy.experiment import Settings, experiment, findings

TABLE = Settings()
SIZES = torch.logspace(0, 3, 241, dtype=torch.float64)


def told(**changes) -> str:
    return " ".join(findings(experiment(replace(TABLE, **changes))))


# the table


def test_the_book_s_table_to_its_last_digit():
    torch.manual_seed(42)
    acts = torch.randn((6, 2)) * 2
    found = experiment(TABLE).found
    assert np.array_equal(found.activations, acts.numpy())
    assert found.targets.tolist() == [0, 1, 0, 1, 1, 0]
    assert np.round(found.picked, 4).tolist() == pytest.approx([0.6025, 0.4979, 0.1332, 0.0034, 0.4041, 0.3661])
    assert np.round(found.losses, 4).tolist() == pytest.approx([0.5067, 0.6973, 2.0160, 5.6958, 0.9062, 1.0048])
    assert round(found.loss, 4) == 1.8045


@given(classes=st.sampled_from([2, 3, 5]), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_the_steps_are_torch_s_cross_entropy(classes, seed):
    found = picking.picked(classes, seed, log=True, sign=True)
    acts, targ = torch.from_numpy(found.activations), torch.from_numpy(found.targets)
    assert torch.from_numpy(found.losses).allclose(cross_entropy(acts, targ, reduction="none"), rtol=1e-5, atol=1e-6)
    assert found.library["cross_entropy"] == pytest.approx(nn.CrossEntropyLoss()(acts, targ).item())
    assert found.library["log_softmax, nll_loss"] == pytest.approx(found.loss, rel=1e-5)
    assert found.probabilities.sum(1) == pytest.approx(np.ones(6), abs=1e-6)
    plain = [row[target] for row, target in zip(found.probabilities, found.targets, strict=True)]
    assert found.picked.tolist() == plain


def test_without_the_log_it_is_nll_loss_on_plain_softmax():
    found = experiment(replace(TABLE, log=False)).found
    expected = nll_loss(torch.from_numpy(found.activations).softmax(1), torch.from_numpy(found.targets)).item()
    assert found.loss == pytest.approx(expected)
    assert round(found.loss, 4) == -0.3345
    assert "−0.3345" in told(log=False)


def test_without_the_sign_the_loss_has_no_floor():
    found = experiment(replace(TABLE, sign=False)).found
    assert (found.losses <= 0).all()
    assert found.loss == pytest.approx(-experiment(TABLE).found.loss)
    assert "worse without end" in told(sign=False)


@given(seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_where_is_the_index_for_two_classes_and_wrong_for_every_target_above_one(seed):
    two = picking.picked(2, seed, log=True, sign=True)
    assert np.array_equal(two.picked, two.by_where)
    assert two.wrongly_picked == 0
    five = picking.picked(5, seed, log=True, sign=True)
    differs = five.picked != five.by_where
    assert np.array_equal(differs, five.targets > 1)
    assert five.wrongly_picked == differs.sum()


# the confident mistake and the gradient


def test_the_slopes_of_a_confident_mistake_are_the_lesson_s():
    found = experiment(replace(TABLE, view="mistake")).found
    i = found.wrong
    assert found.logit[i] == -6
    assert round(abs(found.log_slope[i]), 3) == 0.998
    assert round(abs(found.distance_slope[i]), 4) == 0.0025


def test_both_slopes_are_the_formulas_and_the_finite_differences():
    found = experiment(replace(TABLE, view="mistake")).found
    p = 1 / (1 + np.exp(-found.logit))
    assert found.log_slope == pytest.approx(p - 1, rel=1e-9)
    assert found.distance_slope == pytest.approx(-p * (1 - p), rel=1e-9)
    for losses, slopes in ((found.log_loss, found.log_slope), (found.distance, found.distance_slope)):
        assert np.gradient(losses, found.logit)[1:-1] == pytest.approx(slopes[1:-1], abs=1e-4)


def test_the_prediction_s_answer_is_measured():
    result = experiment(replace(TABLE, view="mistake"))
    assert result.found.ratio == pytest.approx(1 / result.found.p[result.found.wrong], rel=1e-9)
    assert lesson.how_much_steeper(result) == "hundreds of times"


@given(classes=st.sampled_from([2, 3, 5]), seed=st.integers(0, 999), row=st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_p_minus_y_is_autograd_s_gradient_in_float64(classes, seed, row):
    found = experiment(Settings(view="gradient", classes=classes, seed=seed, row=row, precision="float64")).found
    assert found.apart < 1e-14
    assert found.autograd.sum(1) == pytest.approx(np.zeros(len(found.moving)), abs=1e-14)
    z = torch.from_numpy(found.activations)
    targets = torch.full((len(z),), found.target)
    assert found.losses == pytest.approx(-log_softmax(z, 1)[range(len(z)), targets].numpy())


@pytest.mark.parametrize(("precision", "most"), [("float16", 2e-3), ("bfloat16", 2e-2), ("float32", 1e-6)])
def test_p_minus_y_holds_in_shorter_types_to_their_rounding(precision, most):
    assert 0 < experiment(Settings(view="gradient", precision=precision)).found.apart < most


# the numerics lab


@given(size=st.floats(1, 1000), case=st.sampled_from(list(numerics.CASES)))
@settings(max_examples=60, deadline=None)
def test_log_sum_exp_is_torch_s_cross_entropy_in_float64(size, case):
    own = torch.tensor([size], dtype=torch.float64)
    z, target = numerics.pair(own, case)
    z.requires_grad_()
    expected = cross_entropy(z, torch.tensor([target]))
    expected.backward()
    _, _, loss, gradient = numerics.chain("log-sum-exp", own, case)[0].tolist()
    assert loss == pytest.approx(expected.item(), rel=1e-12, abs=1e-15)
    assert gradient == pytest.approx(z.grad[0, 0].item(), rel=1e-9, abs=1e-15)


@given(size=st.floats(1, 5), case=st.sampled_from(list(numerics.CASES)))
@settings(max_examples=40, deadline=None)
def test_the_three_methods_agree_where_nothing_breaks(size, case):
    own = torch.tensor([size], dtype=torch.float64)
    found = [numerics.chain(method, own, case)[0, 2:].tolist() for method in numerics.METHODS]
    assert found[0] == pytest.approx(found[2], rel=1e-9)
    assert found[1] == pytest.approx(found[2], rel=1e-9)


@pytest.mark.parametrize("precision", list(numerics.DTYPES))
def test_the_naive_exponential_overflows_where_the_type_ends(precision):
    dtype = numerics.DTYPES[precision]
    at = numerics.breakpoints("naive", precision, "right and rising")[0]
    assert math.isinf(at.value)
    assert at.size == pytest.approx(math.log(torch.finfo(dtype).max), rel=0.01)  # bfloat16's steps are 0.5 there
    below = torch.nextafter(torch.tensor(at.size, dtype=dtype), torch.tensor(0, dtype=dtype))
    assert (below - 0.01 * (precision == "float64")).exp().isfinite()


@pytest.mark.parametrize("case", list(numerics.CASES))
@pytest.mark.parametrize("method", list(numerics.METHODS))
def test_a_number_that_broke_stays_broken_and_was_sound_before(method, case):
    for precision, dtype in numerics.DTYPES.items():
        size = SIZES.to(dtype)
        bad = numerics.broken(numerics.chain(method, size, case), size, case).numpy()
        for k, at in enumerate(numerics.breakpoints(method, precision, case)):
            assert np.array_equal(bad[:, k], size.double().numpy() >= (at.size if at else math.inf))


@pytest.mark.parametrize("case", list(numerics.CASES))
@pytest.mark.parametrize("precision", list(numerics.DTYPES))
def test_log_sum_exp_never_loses_the_loss_or_the_gradient(precision, case):
    assert numerics.breakpoints("log-sum-exp", precision, case)[2:] == (None, None)
    assert "hold in every type" in told(view="numerics", method="log-sum-exp", case=case, precision=precision)


def test_softmax_then_log_is_minus_infinity_where_log_softmax_is_not():
    at = torch.tensor([200.0])
    assert numerics.chain("max subtracted", at, "wrong and rising")[0, 2].item() == math.inf
    assert numerics.chain("log-sum-exp", at, "wrong and rising")[0, 2].item() == 200
    assert torch.tensor([0.0, 200.0]).softmax(0).log()[0].item() == -math.inf


def test_numbers_are_shown_as_what_they_are():
    values = [math.nan, math.inf, -math.inf, 0.0, 1e-320, 1000.0, 2.5e38, -0.5]
    assert [numerics.shown(v) for v in values] == ["NaN", "∞", "−∞", "0", "1e-320", "1000", "2.5e38", "−0.5"]


# products


@pytest.mark.parametrize(
    ("chance", "precision", "zero"),
    [(0.1, "float32", 46), (0.01, "float32", 23), (0.5, "float32", 150), (0.1, "float64", 324), (0.01, "float64", 162)],
)
def test_products_become_zero_where_the_lesson_says(chance, precision, zero):
    assert numerics.products(chance).ends[precision] == (zero, 0.0)


def test_float32_products_are_numpy_s():
    run, product = numerics.multiplied(0.1, torch.float32), np.float32(1)
    for value in run:
        assert value == product
        product *= np.float32(0.1)


def test_float64_products_are_python_s():
    run, product = numerics.multiplied(0.01, torch.float64), 1.0
    for value in run:
        assert value == product
        product *= 0.01


def test_a_factor_above_a_half_sticks_and_never_becomes_zero():
    for kind, (n, value) in numerics.products(0.9).ends.items():
        stuck = torch.tensor(value, dtype=numerics.DTYPES[kind])
        assert value > 0
        assert stuck * torch.tensor(0.9, dtype=stuck.dtype) == stuck
        assert n > 100
    assert "never becomes 0" in told(view="products", chance=0.9)


def test_sixty_four_hundredths_are_lost_as_a_product_and_kept_as_a_sum():
    found = numerics.products(0.01)
    i, kind = int(np.flatnonzero(found.count == 64)[0]), list(numerics.DTYPES).index("float32")
    assert found.products[i, kind] == 0
    assert found.sums[i, kind] == pytest.approx(64 * math.log(0.01), rel=1e-5)
    assert "−294.73" in told(view="products", chance=0.01)


# the two trainings


@pytest.fixture(scope="module")
def wild():
    return experiment(replace(TABLE, view="training", learning_rate=10.0))


def test_only_the_naive_loss_turns_to_nan(wild):
    safe, naive = wild.found.safe, wild.found.naive
    assert safe.nan_at is None
    assert np.isfinite(safe.run.losses).all()
    assert naive.nan_at is not None
    assert naive.lost[-1] == wild.found.parameters == 785 * 10
    assert safe.lost.tolist() == [0] * len(safe.lost)
    assert naive.run.valid_accuracy[-1] == pytest.approx(0.1)  # all are called "0"
    assert f"step **{naive.run.diverged_at + 1}**" in findings(wild)[0]


def test_both_losses_train_alike_at_a_sensible_rate():
    found = experiment(replace(TABLE, view="training", learning_rate=0.5)).found
    assert found.safe.run.losses == pytest.approx(found.naive.run.losses, rel=1e-4)
    assert found.naive.lost.max() == 0


def test_the_largest_activation_is_that_of_the_run_s_own_logits(wild):
    safe = wild.found.safe
    logits = lesson.ten_digits().x_valid @ torch.tensor(safe.run.weights[3]) + torch.tensor(safe.run.biases[3])
    assert safe.largest[3] == pytest.approx(logits.abs().max().item(), rel=1e-5)


# the page


@pytest.mark.parametrize("view", list(lesson.VIEWS))
def test_every_view_says_something_and_has_numbers_and_a_table(view):
    result = experiment(replace(TABLE, view=view))
    assert 1 <= len(findings(result)) <= 4
    assert all(isinstance(value, int | float) for value in lesson.numbers(result).values())
    columns = lesson.table(result)
    assert len({len(column) for column in columns.values()}) == 1
