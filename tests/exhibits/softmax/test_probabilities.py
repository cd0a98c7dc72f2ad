"""Softmax as it is written, against plain loops, and the activations that the views start from."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exhibits.softmax.probabilities import book_activations, softmax, stable_exponents
from tests.exhibits.softmax.by_hand import by_hand

ROWS = st.lists(st.floats(-700, 700), min_size=2, max_size=5)


@settings(max_examples=60)
@given(values=ROWS)
def test_the_written_softmax_is_right_as_far_as_float64_reaches(values):
    result = softmax(torch.tensor([values], dtype=torch.float64))[0]
    np.testing.assert_allclose(result.numpy(), by_hand(values), rtol=1e-12, atol=1e-300)
    assert result.sum().item() == pytest.approx(1, abs=1e-12)


def test_stable_exponents_have_the_same_shares_and_never_overflow():
    activations = torch.tensor([[1.0, 2.0, 3.0], [1000.0, 1001.0, 999.0]])
    exponents = stable_exponents(activations)
    assert exponents.max(1).values.tolist() == [1, 1]
    torch.testing.assert_close(exponents / exponents.sum(1, keepdim=True), activations.softmax(1))


def test_random_activations_leave_torchs_own_generator_alone():
    before = torch.get_rng_state()
    book_activations(6, 2, 42)
    assert torch.equal(torch.get_rng_state(), before)
