"""Thresholds before and after the sigmoid, held against plain counts; and their scene."""

import numpy as np
import pytest
import torch

from core.exhibits.sigmoid.threshold import share_right
from core.stage.panels import Plot
from tests.exhibits.sigmoid.results import result, scene
from tests.stage.panels import panels


@pytest.mark.parametrize(("rate", "epochs"), [(0.003, 2), (0.01, 1), (1.0, 0), (1.0, 2)])
def test_thresholds_count_digits(rate: float, epochs: int) -> None:
    judged = result(view="threshold", rate=rate, epochs=epochs)
    three = judged.targets == 1
    p = torch.from_numpy(judged.logits).sigmoid().numpy()
    expected = {
        "0 before": ((judged.logits > 0) == three).mean(),
        "0.5 before": ((judged.logits > 0.5) == three).mean(),
        "0.5 after": ((p > 0.5) == three).mean(),
        "0 after": three.mean(),
    }
    assert judged.marks == pytest.approx(expected)
    assert judged.marks["0 before"] == judged.marks["0.5 after"]
    near = np.abs(judged.before) < 10  # farther out, float32 rounds different predictions to one number
    np.testing.assert_allclose(judged.accuracy_before[near], judged.accuracy_after[near], atol=1.5 / len(p))
    nearest = np.abs(judged.before).argmin()
    right = (judged.logits > judged.before[nearest]) == three
    assert judged.accuracy_before[nearest] == pytest.approx(right.mean())


def test_the_wrong_threshold_costs_digits_and_raises_nothing() -> None:
    marks = result(view="threshold", rate=0.003, epochs=2).marks
    assert marks["0 before"] > 0.9
    assert marks["0.5 before"] < 0.8
    assert marks["0 after"] == 0.5


def test_share_right_is_a_count() -> None:
    values, targets = torch.tensor([0.2, 0.7, -1.0, 0.5]), torch.tensor([1.0, 1.0, 0.0, 0.0])
    thresholds = torch.tensor([-2.0, 0.0, 0.5, 2.0])
    expected = [sum((v > t) == (y == 1) for v, y in zip(values, targets, strict=True)) / 4 for t in thresholds]
    np.testing.assert_allclose(share_right(values, thresholds, targets), [float(e) for e in expected])


def test_every_digit_is_drawn_once_on_either_side_of_the_sigmoid() -> None:
    before, after, *_ = panels(scene(view="threshold", rate=0.01, epochs=1), Plot)
    threes, sevens = before.curves
    assert len(threes.x) + len(sevens.x) == 200
    np.testing.assert_allclose(after.curves[0].x, 1 / (1 + np.exp(-threes.x.astype(float))), rtol=1e-6)
    low, high = before.x_domain or (0, 0)
    assert low < sevens.x.min() < threes.x.max() < high
