"""Where every type breaks: the three methods against torch's cross-entropy, float64 and the types' own limits."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from core.exhibits.cross_entropy.numerics_lab import breakpoints, broken, chain, experiment, pair
from core.exhibits.cross_entropy.numerics_lab_scene import scene
from core.exhibits.cross_entropy.settings import CASES, DTYPES, METHODS, Settings
from core.stage.panels import Table
from tests.stage.panels import panels

SIZES = torch.logspace(0, 3, 241, dtype=torch.float64)


@given(size=st.floats(1, 1000), case=st.sampled_from(list(CASES)))
@settings(max_examples=60, deadline=None)
def test_log_sum_exp_is_torch_s_cross_entropy_in_float64(size, case):
    tensor = torch.tensor([size], dtype=torch.float64)
    z, target = pair(tensor, case)
    z.requires_grad_()
    expected = cross_entropy(z, torch.tensor([target]))
    expected.backward()
    _, _, loss, gradient = chain("log-sum-exp", tensor, case)[0].tolist()
    assert loss == pytest.approx(expected.item(), rel=1e-12, abs=1e-15)
    assert gradient == pytest.approx(z.grad[0, 0].item(), rel=1e-9, abs=1e-15)


@given(size=st.floats(1, 5), case=st.sampled_from(list(CASES)))
@settings(max_examples=40, deadline=None)
def test_the_three_methods_agree_where_nothing_breaks(size, case):
    tensor = torch.tensor([size], dtype=torch.float64)
    numbers = [chain(method, tensor, case)[0, 2:].tolist() for method in METHODS]
    assert numbers[0] == pytest.approx(numbers[2], rel=1e-9)
    assert numbers[1] == pytest.approx(numbers[2], rel=1e-9)


@pytest.mark.parametrize("precision", list(DTYPES))
def test_the_naive_exponential_overflows_where_the_type_ends(precision):
    dtype = DTYPES[precision]
    at = breakpoints("naive", precision, "right and rising")[0]
    assert math.isinf(at.value)
    assert at.size == pytest.approx(math.log(torch.finfo(dtype).max), rel=0.01)  # bfloat16's steps are 0.5 there
    below = torch.nextafter(torch.tensor(at.size, dtype=dtype), torch.tensor(0, dtype=dtype))
    assert (below - 0.01 * (precision == "float64")).exp().isfinite()


@pytest.mark.parametrize("case", list(CASES))
@pytest.mark.parametrize("method", list(METHODS))
def test_a_number_that_broke_stays_broken_and_was_sound_before(method, case):
    for precision, dtype in DTYPES.items():
        size = SIZES.to(dtype)
        bad = broken(chain(method, size, case), size, case).numpy()
        for k, at in enumerate(breakpoints(method, precision, case)):
            assert np.array_equal(bad[:, k], size.double().numpy() >= (at.size if at else math.inf))


@pytest.mark.parametrize("case", list(CASES))
@pytest.mark.parametrize("precision", list(DTYPES))
def test_log_sum_exp_never_loses_the_loss_or_the_gradient(precision, case):
    assert breakpoints("log-sum-exp", precision, case)[2:] == (None, None)
    result = experiment(Settings(view="numerics", method="log-sum-exp", case=case, precision=precision))
    assert "hold in every type" in " ".join(result.findings())


def test_softmax_then_log_is_minus_infinity_where_log_softmax_is_not():
    at = torch.tensor([200.0])
    assert chain("max subtracted", at, "wrong and rising")[0, 2].item() == math.inf
    assert chain("log-sum-exp", at, "wrong and rising")[0, 2].item() == 200
    assert torch.tensor([0.0, 200.0]).softmax(0).log()[0].item() == -math.inf


def test_the_lab_shows_what_float32_cannot_hold():
    result = experiment(Settings(view="numerics"))
    (table,) = panels(scene(result), Table)
    exponential = table.columns[0]
    words = [exponential.words[i] for i in exponential.array[-1]]
    assert words == ["∞"] * 4
    before = exponential.array[np.searchsorted(result.size, 600)]
    assert [exponential.words[i] for i in before][:3] == ["∞"] * 3
    assert float(exponential.words[before[3]]) > 1e250


@pytest.mark.parametrize("precision", list(DTYPES))
def test_the_example_is_torch_s_softmax_and_log_softmax_of_0_beside_200(precision):
    numbers = experiment(Settings(view="numerics")).numbers()
    z = torch.tensor([0, numbers["size of the example"]]).to(DTYPES[precision])
    assert numbers[f"{precision}: log_softmax of the example"] == z.log_softmax(0)[0].item() == -200
    by_formula = (z.exp() / z.exp().sum()).log()[0].item()
    assert numbers[f"{precision}: log of softmax of the example"] == pytest.approx(by_formula, rel=1e-12)
