"""The exhibit's four ways and races: equal where they must be equal, and said from what was measured."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.digits import load
from core.exhibits.training_loop.experiment import (
    RACE,
    Settings,
    after_one_epoch,
    doing,
    experiment,
    findings,
    join,
    numbers,
    table,
    ways,
    whole,
)
from core.exhibits.training_loop.four_ways import WAYS
from core.nn.training import train

SHORT = Settings(digits="built-in", epochs=2)
RACING = replace(SHORT, view=RACE)


@pytest.fixture(scope="module")
def four():
    return whole(SHORT)


def test_all_ways_end_where_the_recorded_run_ends(four):
    assert [way.name for way in four.ways] == [version.name for version in WAYS]
    run = four.runs[0]
    for way in four.ways:
        np.testing.assert_allclose(way.parameters, run.parameters[-1], atol=2e-6)
        for epoch, accuracy in enumerate(way.epoch_accuracy):
            assert accuracy == pytest.approx(run.valid_accuracy[run.frame_of_epoch(epoch)], abs=0.011)


def test_ways_arrive_one_by_one_and_can_be_stopped():
    first = next(ways(SHORT, lambda: False))
    assert join(experiment(SHORT), [first]).ways == (first,)
    assert list(ways(SHORT, lambda: True)) == []
    assert [WAYS[n].name in doing(n) for n in range(len(WAYS))] == [True] * len(WAYS)


def test_findings_of_four_ways_say_how_far_apart_they_are(four):
    text = " ".join(findings(four))
    assert "785" in text
    assert "within" in text or "exactly equal" in text


def test_race_starts_both_runs_from_the_same_parameters():
    result = experiment(RACING)
    a, b = result.runs
    np.testing.assert_array_equal(a.parameters[0], b.parameters[0])
    assert (a.recipe.shuffle, b.recipe.shuffle) == (True, False)


def test_unshuffled_loader_collapses_after_one_epoch():
    result = experiment(replace(SHORT, shuffle=False))
    run = train(result.runs[0].recipe, load("built-in"))
    assert run.valid_accuracy[run.frame_of_epoch(1)] == 0.5
    assert after_one_epoch(result) == "about 50%"
    assert any("one class" in sentence for sentence in findings(result))


def test_small_differences_are_called_chance():
    result = experiment(replace(RACING, epochs=10))
    a, b = (float(run.valid_accuracy[-1]) for run in result.runs)
    mean = (a + b) / 2
    error = np.sqrt(mean * (1 - mean) / 200)
    said = any("within chance" in sentence for sentence in findings(result))
    assert said == (0 < abs(a - b) < 2 * error)


@pytest.mark.parametrize("settings", [RACING, replace(RACING, other_model="relu", other_rate=0.1, epochs=1)])
def test_tables_are_rectangles_and_numbers_finite(settings):
    result = experiment(settings)
    assert len({len(column) for column in table(result).values()}) == 1
    assert all(np.isfinite(value) for value in numbers(result).values())
