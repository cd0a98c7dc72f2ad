"""The training loop's scenes: the recorded run with the four ways on it, and races of unlike models."""

from dataclasses import replace

import numpy as np
import pytest

from core.exhibits.training_loop.experiment import RACE, Settings, experiment, whole
from core.exhibits.training_loop.scene import scene
from core.stage.panels import Curve, Pixels
from tests.stage.panels import check, panels

LOOP = Settings(digits="built-in", epochs=2)


def test_four_ways_are_marks_on_the_recorded_run():
    result = whole(LOOP)
    drawn = scene(result)
    check(drawn)
    accuracy, loss = panels(drawn, Curve)
    recorded, *ways = accuracy.series
    np.testing.assert_array_equal(recorded.y, result.runs[0].valid_accuracy)
    assert [series.label for series in ways] == [way.name for way in result.ways]
    for i, way in enumerate(result.ways):
        np.testing.assert_array_equal(ways[i].y, way.epoch_accuracy)
        np.testing.assert_array_equal(loss.series[1 + i].y, way.epoch_loss)


@pytest.mark.parametrize(
    "change",
    [{}, {"other_model": "relu", "other_rate": 0.1}, {"model": "relu", "other_rate": 1000.0}],
    ids=str,
)
def test_races_hold_together(change):
    result = experiment(replace(LOOP, view=RACE, **change))
    drawn = scene(result)
    check(drawn)
    for weights, run in zip(panels(drawn, Pixels), result.runs, strict=True):
        assert weights.array.shape[0] == len(run.kept)
        assert np.abs(weights.array).max() == 127
        assert weights.rows is not None
        assert weights.rows.max() == len(run.kept) - 1
