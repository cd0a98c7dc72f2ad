"""The slopes of a confident mistake against the lesson's figures, the formulas and finite differences."""

import numpy as np
import pytest

from core.exhibits.cross_entropy.confident_mistake import experiment, how_much_steeper
from core.exhibits.cross_entropy.settings import Settings

RESULT = experiment(Settings(view="mistake"))


def test_the_slopes_of_a_confident_mistake_are_the_lesson_s():
    i = RESULT.wrong
    assert RESULT.logit[i] == -6
    assert round(abs(RESULT.log_slope[i]), 3) == 0.998
    assert round(abs(RESULT.distance_slope[i]), 4) == 0.0025


def test_both_slopes_are_the_formulas_and_the_finite_differences():
    p = 1 / (1 + np.exp(-RESULT.logit))
    assert RESULT.log_slope == pytest.approx(p - 1, rel=1e-9)
    assert RESULT.distance_slope == pytest.approx(-p * (1 - p), rel=1e-9)
    for losses, slopes in ((RESULT.log_loss, RESULT.log_slope), (RESULT.distance, RESULT.distance_slope)):
        assert np.gradient(losses, RESULT.logit)[1:-1] == pytest.approx(slopes[1:-1], abs=1e-4)


def test_the_prediction_s_answer_is_measured():
    assert RESULT.ratio == pytest.approx(1 / RESULT.p[RESULT.wrong], rel=1e-9)
    assert how_much_steeper(RESULT) == "hundreds of times"
