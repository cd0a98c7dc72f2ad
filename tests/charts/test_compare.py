"""The chart of kept runs: a curve for each, its own colour in both themes, values under the pointer."""

from typing import Any

import pytest

from core.charts.compare import BORDERS, DASHES, Line, comparison
from core.palette import RUNS

LINES = [
    Line(name="A", place=0, points=[(0.0, 0.5), (1.0, 0.25)]),
    Line(name="B", place=3, points=[(0.0, 0.0), (1.0, 4.0)]),
]


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    (found,) = spec["datasets"].values()
    return found


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_point_is_in_it_in_the_colour_of_its_run(mode: str) -> None:
    spec = comparison(LINES, "epoch", "loss", log=False, mode=mode).to_dict()
    expected = [(line.name, *point) for line in LINES for point in line.points]
    assert [(row["run"], row["x"], row["y"]) for row in rows(spec)] == expected
    for layer in spec["layer"]:
        assert layer["encoding"]["color"]["scale"] == {"domain": ["A", "B"], "range": [RUNS[mode][0], RUNS[mode][3]]}
        assert (layer["encoding"]["x"]["title"], layer["encoding"]["y"]["title"]) == ("epoch", "loss")
    assert [tip.get("title", tip["field"]) for tip in spec["layer"][1]["encoding"]["tooltip"]] == [
        "run",
        "epoch",
        "loss",
    ]


def test_a_logarithmic_axis_leaves_out_what_it_cannot_show() -> None:
    spec = comparison(LINES, "epoch", "loss", log=True, mode="light").to_dict()
    assert [row["y"] for row in rows(spec)] == [0.5, 0.25, 4.0]
    assert spec["layer"][0]["encoding"]["y"]["scale"]["type"] == "log"


def test_the_legend_switches_and_the_axes_can_be_moved() -> None:
    params = {param["name"]: param for param in comparison(LINES, "x", "y", log=False, mode="dark").to_dict()["params"]}
    assert params["near"]["select"]["nearest"] is True
    assert params["zoom"]["bind"] == "scales"
    assert any(param.get("bind") == "legend" for param in params.values())


def test_each_dash_has_its_border() -> None:
    assert len(DASHES) == len(BORDERS)
