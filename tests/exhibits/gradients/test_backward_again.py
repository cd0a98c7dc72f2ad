"""What `backward()` adds to, held against the gradient by hand; and its scene."""

import numpy as np
import pytest

from core.data.digits import load
from core.exhibits.gradients.backward_again import accumulate, after_three_calls
from core.nn.models import flatten, gradients, init_params
from core.stage.panels import Pixels, Plot
from tests.exhibits.gradients.results import findings, result, scene
from tests.stage.panels import panels


@pytest.mark.parametrize("seed", [0, 42, 999])
def test_backward_adds_exactly(seed: int) -> None:
    digits = load("built-in")
    kept, emptied = (accumulate(zeroed, seed, digits) for zeroed in (False, True))
    assert kept.ratio == [1, 2, 3]
    assert emptied.ratio == [1, 1, 1]
    np.testing.assert_array_equal(kept.grads[1], 2 * kept.grads[0])
    np.testing.assert_array_equal(kept.grads[2], np.float32(3) * kept.grads[0])
    by_hand = flatten(gradients("linear", digits.x_train[:4], digits.y_train[:4], init_params("linear", "randn", seed)))
    np.testing.assert_allclose(kept.grads[0], by_hand, rtol=1e-4, atol=1e-9)
    assert len(set(kept.losses)) == 1


def test_the_question_is_answered_by_the_ratio() -> None:
    assert after_three_calls(result(view="accumulate", zero=False)) == "three times as large"
    assert after_three_calls(result(view="accumulate", zero=True)) == "the same as after one"
    assert "**1 : 2 : 3**" in findings(view="accumulate", zero=False)


def test_grad_is_written_by_the_second_line_of_each_call() -> None:
    drawn = scene(view="accumulate", zero=False)
    (grad,), (ratios,) = panels(drawn, Pixels), panels(drawn, Plot)
    assert grad.rows is not None
    assert grad.rows.tolist() == [0, 1, 1, 2, 2, 3]
    np.testing.assert_array_equal(grad.array[3], np.float32(3) * grad.array[1])
    times = ratios.moving[0].y
    assert times is not None
    assert np.isfinite(times).any(1).tolist() == [False, True, True, True, True, True]
    np.testing.assert_allclose(times[-1].reshape(3, -1), [[1] * 200, [2] * 200, [3] * 200])
