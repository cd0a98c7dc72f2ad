"""The runs of a sweep: their numbers, their problems, and that they stop."""

import math

from core.sweep.runs import FEWEST, MOST, UNKNOWN, portion, portion_size, work
from tests.sweep.settings import Settings, experiment


def test_every_run_gives_its_single_numbers_or_its_problem() -> None:
    given = portion([(experiment, Settings(rate=rate, seed=seed)) for rate in (1.0, 0.001) for seed in (1, 2)])
    results = list(work(given, lambda: False))
    assert [result.problem for result in results] == ["", "", "Choose a larger rate.", "Choose a larger rate."]
    assert set(results[0].numbers) == {"last loss", "yes", "no number"}
    assert results[0].numbers["last loss"] == experiment(Settings(rate=1.0, seed=1)).values["last loss"]
    assert results[0].numbers["last loss"] != results[1].numbers["last loss"]
    assert (results[0].numbers["yes"], math.isnan(results[0].numbers["no number"])) == (1.0, True)
    assert all(result.seconds >= 0 for result in results)


def test_it_stops_between_two_runs() -> None:
    given = portion([(experiment, Settings(seed=seed)) for seed in range(5)])
    asked = iter([False, False, True])
    assert len(list(work(given, lambda: next(asked)))) == 2


def test_long_runs_make_small_portions() -> None:
    assert portion_size(60.0) == FEWEST
    assert portion_size(1e-6) == portion_size(0.0) == MOST
    assert portion_size(None) == UNKNOWN
    assert portion_size(0.5) == 6
