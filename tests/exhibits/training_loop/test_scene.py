"""The training loop's scenes: the recorded run with the four ways on it, and races of unlike models."""

from dataclasses import replace

import numpy as np
import pytest

from core.exhibits.training_loop.experiment import RACE, Settings, experiment, whole
from core.exhibits.training_loop.scene import scene
from tests.stage.panels import check

LOOP = Settings(digits="built-in", epochs=2)


def test_four_ways_are_marks_on_the_recorded_run():
    result = whole(LOOP)
    arrays = check(scene(result))
    for i, way in enumerate(result.ways):
        np.testing.assert_array_equal(arrays[f"way{i} accuracy"], way.epoch_accuracy)
    np.testing.assert_array_equal(arrays["accuracyA"], result.runs[0].valid_accuracy)


@pytest.mark.parametrize(
    "change",
    [{}, {"other_model": "relu", "other_rate": 0.1}, {"model": "relu", "other_rate": 1000.0}],
    ids=str,
)
def test_races_hold_together(change):
    result = experiment(replace(LOOP, view=RACE, **change))
    arrays = check(scene(result))
    for lane, run in zip("AB", result.runs, strict=True):
        pictures = arrays[f"weights{lane}"]
        assert pictures.shape[0] == len(run.kept)
        assert np.abs(pictures).max() == 127
        assert arrays[f"rows{lane}"].max() == len(run.kept) - 1
