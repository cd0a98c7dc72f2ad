"""p − y against autograd, in float64 and in shorter types."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import log_softmax

from core.exhibits.cross_entropy.p_minus_y import experiment
from core.exhibits.cross_entropy.settings import Settings


@given(classes=st.sampled_from([2, 3, 5]), seed=st.integers(0, 999), row=st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_p_minus_y_is_autograd_s_gradient_in_float64(classes, seed, row):
    result = experiment(Settings(view="gradient", classes=classes, seed=seed, row=row, precision="float64"))
    assert result.apart < 1e-14
    assert result.autograd.sum(1) == pytest.approx(np.zeros(len(result.moving)), abs=1e-14)
    z = torch.from_numpy(result.activations)
    targets = torch.full((len(z),), result.target)
    assert result.losses == pytest.approx(-log_softmax(z, 1)[range(len(z)), targets].numpy())


@pytest.mark.parametrize(("precision", "most"), [("float16", 2e-3), ("bfloat16", 2e-2), ("float32", 1e-6)])
def test_p_minus_y_holds_in_shorter_types_to_their_rounding(precision, most):
    assert 0 < experiment(Settings(view="gradient", precision=precision)).apart < most
