"""The error of rise over run for every step size."""

import numpy as np

from tests.exhibits.gradients.results import findings, result


def test_error_against_step_size_is_a_valley() -> None:
    sizes = result(view="steps")
    for name, low, high in (("float64", 1e-9, 1e-5), ("float32", 1e-4, 1e-1)):
        errors, best = sizes.errors(name), sizes.best(name)
        assert low < sizes.h[best] < high
        assert errors[2] > 10 * errors[best]  # h = 1: the loss bends
        assert errors[-1] > 10 * errors[best]  # h = 1e-12: rounding
    assert sizes.errors("float32").min() > sizes.errors("float64").min()
    bent = sizes.h > 0.05
    np.testing.assert_allclose(sizes.errors("float32")[bent], sizes.errors("float64")[bent], rtol=0.05)
    assert "exactly 0 for" in findings(view="steps")
