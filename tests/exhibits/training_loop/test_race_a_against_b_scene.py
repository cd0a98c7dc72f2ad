"""The scenes of races, also of unlike models."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.exhibits.training_loop.race_a_against_b import experiment
from core.exhibits.training_loop.race_a_against_b_scene import scene
from core.exhibits.training_loop.settings import RACE, Settings
from core.stage.panels import Pixels
from tests.stage.panels import check, panels

RACING = Settings(digits="built-in", epochs=2, view=RACE)


@pytest.mark.parametrize(
    "change",
    [{}, {"other_model": "relu", "other_rate": 0.1}, {"model": "relu", "other_rate": 1000.0}],
    ids=str,
)
def test_races_hold_together(change: dict[str, Any]) -> None:
    result = experiment(replace(RACING, **change))
    drawn = scene(result)
    check(drawn)
    for weights, run in zip(panels(drawn, Pixels), result.runs, strict=True):
        assert weights.array.shape[0] == len(run.kept)
        assert np.abs(weights.array).max() == 127
        assert weights.rows is not None
        assert weights.rows.max() == len(run.kept) - 1
