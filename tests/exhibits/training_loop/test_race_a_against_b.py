"""Races: both runs from one start, and differences within chance called that."""

from dataclasses import replace

import numpy as np
import pytest

from core.exhibits.training_loop.race_a_against_b import experiment
from core.exhibits.training_loop.settings import RACE, Settings

RACING = Settings(digits="built-in", epochs=2, view=RACE)


def test_race_starts_both_runs_from_the_same_parameters() -> None:
    a, b = experiment(RACING).runs
    np.testing.assert_array_equal(a.parameters[0], b.parameters[0])
    assert (a.recipe.shuffle, b.recipe.shuffle) == (True, False)


def test_small_differences_are_called_chance() -> None:
    result = experiment(replace(RACING, epochs=10))
    a, b = (float(run.valid_accuracy[-1]) for run in result.runs)
    mean = (a + b) / 2
    error = np.sqrt(mean * (1 - mean) / 200)
    called_chance = any("within chance" in sentence for sentence in result.findings())
    assert called_chance == (0 < abs(a - b) < 2 * error)


def test_a_race_of_long_steps_is_not_said_to_end_there_on_every_computer() -> None:
    long = experiment(replace(RACING, other_rate=100.0)).findings()
    assert "The steps of B are so long that rounding can decide" in long[-1]
    assert not any("another computer" in sentence for sentence in experiment(RACING).findings())


@pytest.mark.parametrize("settings", [RACING, replace(RACING, other_model="relu", other_rate=0.1, epochs=1)])
def test_tables_are_rectangles_and_numbers_finite(settings: Settings) -> None:
    result = experiment(settings)
    assert len({len(column) for column in result.table().values()}) == 1
    assert all(np.isfinite(value) for value in result.numbers().values())
