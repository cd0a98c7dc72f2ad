"""The four ways' scene: each way's epochs on the recorded run."""

import numpy as np

from core.exhibits.training_loop.four_ways import experiment
from core.exhibits.training_loop.four_ways_scene import scene
from core.exhibits.training_loop.settings import Settings
from core.stage.panels import Curve
from tests.stage.panels import check, panels


def test_four_ways_are_marks_on_the_recorded_run() -> None:
    result = experiment(Settings(digits="built-in", epochs=2))
    drawn = scene(result)
    check(drawn)
    accuracy, loss = panels(drawn, Curve)
    recorded, *ways = accuracy.series
    np.testing.assert_array_equal(recorded.y, result.runs[0].valid_accuracy)
    assert [series.label for series in ways] == [way.name for way in result.ways]
    for i, way in enumerate(result.ways):
        np.testing.assert_array_equal(ways[i].y, way.epoch_accuracy)
        np.testing.assert_array_equal(loss.series[1 + i].y, way.epoch_loss)
