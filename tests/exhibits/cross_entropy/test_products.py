"""Products and sums of logs against NumPy's, Python's and the lesson's numbers."""

import math

import numpy as np
import pytest
import torch

from core.exhibits.cross_entropy.products import experiment, multiplied
from core.exhibits.cross_entropy.settings import DTYPES, Settings


@pytest.mark.parametrize(
    ("chance", "precision", "zero"),
    [(0.1, "float32", 46), (0.01, "float32", 23), (0.5, "float32", 150), (0.1, "float64", 324), (0.01, "float64", 162)],
)
def test_products_become_zero_where_the_lesson_says(chance, precision, zero):
    assert experiment(Settings(chance=chance)).ends[precision] == (zero, 0.0)


def test_float32_products_are_numpy_s():
    run, product = multiplied(0.1, torch.float32), np.float32(1)
    for value in run:
        assert value == product
        product *= np.float32(0.1)


def test_float64_products_are_python_s():
    run, product = multiplied(0.01, torch.float64), 1.0
    for value in run:
        assert value == product
        product *= 0.01


def test_a_factor_above_a_half_sticks_and_never_becomes_zero():
    result = experiment(Settings(view="products", chance=0.9))
    for kind, (n, value) in result.ends.items():
        stuck = torch.tensor(value, dtype=DTYPES[kind])
        assert value > 0
        assert stuck * torch.tensor(0.9, dtype=stuck.dtype) == stuck
        assert n > 100
    assert "never becomes 0" in " ".join(result.findings())


def test_sixty_four_hundredths_are_lost_as_a_product_and_kept_as_a_sum():
    result = experiment(Settings(view="products", chance=0.01))
    i, kind = int(np.flatnonzero(result.count == 64)[0]), list(DTYPES).index("float32")
    assert result.products[i, kind] == 0
    assert result.sums[i, kind] == pytest.approx(64 * math.log(0.01), rel=1e-5)
    assert "−294.73" in " ".join(result.findings())
    numbers = result.numbers()
    assert numbers["float32: product of a mini-batch"] == 0
    assert numbers["float32: sum of a mini-batch's logs"] == result.sums[i, kind]
