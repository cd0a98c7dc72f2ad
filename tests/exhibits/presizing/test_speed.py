"""Speeds are measured when asked for, disturb nobody, and have a bar each."""

import random

import torch

from core.exhibits.presizing.settings import SPEED, Settings
from core.exhibits.presizing.speed import Rate, begin, join, measure
from core.exhibits.presizing.speed_scene import scene
from core.stage.panels import Columns
from tests.stage.panels import check, panels

FOUR_AT_ONCE = Settings(view=SPEED, pets="drawn", batch=4)


def test_speeds_are_measured_when_asked_for() -> None:
    states = torch.get_rng_state(), random.getstate()
    rates = list(measure(FOUR_AT_ONCE, iter([False, False, False, True]).__next__))
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    result = join(begin(FOUR_AT_ONCE), rates)
    assert [rate.batch for rate in rates][:6] == [1, 1, 1, 4, 4, 4]
    assert all(rate.calls >= 3 and rate.rate == rate.batch / rate.seconds > 0 for rate in rates)
    assert "item by item on the CPU" in " ".join(result.findings())
    assert len(result.table()["work"]) == len(rates)


def test_speeds_have_a_bar_each() -> None:
    rates = [
        Rate(name="a", device="cpu", batch=1, calls=10, seconds=0.2),
        Rate(name="b", device="cpu", batch=16, calls=3, seconds=0.5),
    ]
    drawn = scene(join(begin(FOUR_AT_ONCE), rates))
    check(drawn)
    (bars,) = panels(drawn, Columns)
    assert bars.columns[0].values.tolist() == [5, 32]
    assert list(bars.names) == ["a, CPU", "b, CPU"]
