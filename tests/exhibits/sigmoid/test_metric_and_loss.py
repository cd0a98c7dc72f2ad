"""One logit that moves, held against the formula."""

import numpy as np

from core.exhibits.sigmoid.settings import GIVEN
from tests.exhibits.sigmoid.results import findings, result


def test_one_logit_moves_the_loss_smoothly_and_the_metric_in_one_jump() -> None:
    moved = result(view="metric")
    np.testing.assert_allclose(moved.predictions[:, :2], np.tile(GIVEN["book"][:2], (241, 1)))
    third = 1 / (1 + np.exp(-moved.logit))
    np.testing.assert_allclose(moved.loss, (0.1 + 0.4 + (1 - third)) / 3, rtol=1e-12)
    np.testing.assert_allclose(moved.slope, -third * (1 - third) / 3, rtol=1e-10)
    np.testing.assert_allclose(moved.accuracy, np.where(moved.logit > 0, 1, 2 / 3), rtol=1e-6)
    assert "one jump just after 0" in findings(view="metric")
