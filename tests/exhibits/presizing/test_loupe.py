"""The loupe's comparison: the other draws come by a job, and what is said is what was measured."""

from functools import cache
from typing import Any

from core.exhibits.presizing.loupe import Comparison, begin, experiment, join, other_draws, share_kept
from core.exhibits.presizing.settings import Settings


@cache
def begun(**change: Any) -> Comparison:
    return begin(Settings(pets="drawn", **change))


def test_a_job_brings_the_draws_that_the_slider_shows() -> None:
    settings = Settings(pets="drawn", draws=8, draw=3)
    joined = join(begin(settings), list(other_draws(settings, lambda: False)))
    assert [draw.number for draw in joined.spread] == list(range(1, 9))
    assert joined.spread[2].sharpness == (joined.pair.presized.sharpness, joined.pair.standard.sharpness)
    assert "over 8 random draws" in " ".join(joined.findings())
    assert joined.numbers() == experiment(settings).numbers()
    assert list(other_draws(settings, lambda: True)) == []


def test_a_picture_smaller_than_the_target_is_named() -> None:
    text = " ".join(begun(picture="small cat").findings())
    assert "150×100" in text
    assert "enlarged it ×4.6" in text
    assert "enlarged" not in " ".join(begun(picture="noise").findings())


def test_the_prediction_is_answered_from_the_result() -> None:
    assert share_kept(begun(picture="noise")) == "less than a tenth"
    assert share_kept(begun(picture="noise", degrees=0, zoom=1.0, warp=0.0)) == "most of it"
