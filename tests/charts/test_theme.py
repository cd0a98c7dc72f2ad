"""Charts have the lesson's colours, in both themes."""

import tomllib

import pytest

from core.charts.theme import INK, LOW_TO_HIGH, SIGNED, dashes, dressed
from core.palette import QUANTITIES
from tests.conftest import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
PLAIN = {"text": "textColor", "panel": "secondaryBackgroundColor", "border": "borderColor"}


def of_theme(name: str, mode: str) -> str:
    return CONFIG[mode][f"{QUANTITIES[name]}TextColor" if name in QUANTITIES else PLAIN[name]]


def test_the_written_colours_are_those_of_the_light_theme() -> None:
    assert {name: of_theme(name, "light") for name in INK} == INK
    assert list(SIGNED) == CONFIG["light"]["chartDivergingColors"]
    assert list(LOW_TO_HIGH) == CONFIG["light"]["chartSequentialColors"] == CONFIG["dark"]["chartSequentialColors"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_dressing_exchanges_every_colour_and_nothing_else(mode: str) -> None:
    spec = {"mark": {"color": INK["loss"]}, "range": [INK["metric"], "#abcdef"], "title": "loss", "n": 3, "none": None}
    assert dressed(spec, mode) == {
        "mark": {"color": of_theme("loss", mode)},
        "range": [of_theme("metric", mode), "#abcdef"],
        "title": "loss",
        "n": 3,
        "none": None,
    }
    assert dressed(list(SIGNED), mode) == CONFIG[mode]["chartDivergingColors"]


def test_an_ink_that_comes_again_is_dashed_otherwise() -> None:
    first, other, second, third = dashes(["loss", "metric", "loss", "loss"])
    assert first == other == [1, 0]
    assert len({tuple(pattern) for pattern in (first, second, third)}) == 3
