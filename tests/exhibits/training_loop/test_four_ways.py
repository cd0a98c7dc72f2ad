"""The four ways against the recorded run: equal where they must be equal, and said from what was measured."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.digits import load
from core.exhibits.training_loop.four_ways import FourWays, all_ways, begin, experiment, join, progress
from core.exhibits.training_loop.recorded import after_one_epoch
from core.exhibits.training_loop.settings import Settings
from core.exhibits.training_loop.versions import WAYS
from core.nn.training import train

SHORT = Settings(digits="built-in", epochs=2)


@pytest.fixture(scope="module")
def four() -> FourWays:
    return experiment(SHORT)


def test_all_ways_end_where_the_recorded_run_ends(four: FourWays) -> None:
    assert [way.name for way in four.ways] == [version.name for version in WAYS]
    run = four.runs[0]
    for way in four.ways:
        np.testing.assert_allclose(way.parameters, run.parameters[-1], atol=2e-6)
        for epoch, accuracy in enumerate(way.epoch_accuracy):
            assert accuracy == pytest.approx(run.valid_accuracy[run.frame_of_epoch(epoch)], abs=0.011)


def test_ways_arrive_one_by_one_and_can_be_stopped() -> None:
    first = next(all_ways(SHORT, lambda: False))
    assert join(begin(SHORT), [first]).ways == (first,)
    assert list(all_ways(SHORT, lambda: True)) == []
    assert [WAYS[n].name in progress(n) for n in range(len(WAYS))] == [True] * len(WAYS)


def test_findings_of_four_ways_say_how_far_apart_they_are(four: FourWays) -> None:
    text = " ".join(four.findings())
    assert "785" in text
    assert "within" in text or "exactly equal" in text


def test_four_ways_that_part_are_said_to_part_by_rounding(four: FourWays) -> None:
    assert "the same training." in four.findings()[1]
    last = four.ways[-1]
    apart = replace(four, ways=(*four.ways[:-1], replace(last, parameters=last.parameters + 1)))
    assert "the same training but for rounding" in apart.findings()[1]


def test_unshuffled_loader_collapses_after_one_epoch() -> None:
    result = begin(replace(SHORT, shuffle=False))
    run = train(result.runs[0].recipe, load("built-in"))
    assert run.valid_accuracy[run.frame_of_epoch(1)] == 0.5
    assert after_one_epoch(result.firsts[0]) == "about 50%"
    assert result.firsts[0].threes == 1
    assert "everything taken for threes" in result.findings()[0]


def test_tables_are_rectangles_and_numbers_finite(four: FourWays) -> None:
    for result in (four, begin(SHORT)):
        assert len({len(column) for column in result.table().values()}) == 1
        assert all(np.isfinite(value) for value in result.numbers().values())
