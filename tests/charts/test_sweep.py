"""The chart of a sweep: every run a point, means and intervals, and pairs of values as a map."""

import math
from typing import Any

import pytest

from core.charts.sweep import PICKED, Dot, heat_map, sweep_chart
from core.palette import colors, theme
from core.sweep.statistics import summary
from core.sweep.verdict import Group


def group(words: str, values: list[float], number: str) -> Group:
    return Group(number=number, at=(words,), words=words, values=tuple(values), summary=summary(values))


def data_of(spec: dict[str, Any], layer: int) -> list[dict[str, Any]]:
    return spec["datasets"][spec["layer"][layer].get("data", spec.get("data"))["name"]]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("number", "quantity"), [("last accuracy", "metric"), ("last loss", "loss"), ("steps", "data")]
)
def test_every_run_is_a_point_in_the_colour_of_its_quantity(number: str, quantity: str, mode: str) -> None:
    values = {"1": [0.9, 0.7], "10": [0.5, math.nan]}
    dots = [
        Dot(index=i, words=words, seed=str(seed), value=value)
        for i, (words, seed, value) in enumerate((w, s, v) for w, vs in values.items() for s, v in enumerate(vs, 1))
    ]
    groups = [group(words, found, number) for words, found in values.items()]
    spec = sweep_chart(dots, groups, list(values), "Rate", number, mode).to_dict()
    points, means = data_of(spec, 2), data_of(spec, 0)
    assert [(row["index"], row["at"], row["seed"], row["value"]) for row in points] == [
        (0, "1", "1", 0.9),
        (1, "1", "2", 0.7),
        (2, "10", "1", 0.5),
    ]
    assert spec["layer"][2]["mark"]["color"] == colors(mode)[quantity]
    assert [(row["at"], row["mean"], row["runs"]) for row in means] == [("1", pytest.approx(0.8), 2), ("10", 0.5, 1)]
    half = 12.7062 * math.sqrt(0.02) / math.sqrt(2)  # the t quantile of one degree of freedom
    assert (means[0]["low"], means[0]["high"]) == (
        pytest.approx(0.8 - half, rel=1e-4),
        pytest.approx(0.8 + half, rel=1e-4),
    )
    assert (means[1]["low"], means[1]["high"], means[1]["interval"]) == (0.5, 0.5, "one run has none")
    assert [param["name"] for param in spec["params"]] == [PICKED]


def test_pairs_of_values_are_a_map_of_means() -> None:
    groups = [group("x", [1.0, 3.0], "loss"), group("y", [math.nan], "loss"), group("z", [5.0], "loss")]
    pairs = [("1", "yes"), ("1", "no"), ("2", "yes")]
    spec = heat_map(groups, [["1", "2"], ["no", "yes"]], pairs, ["Rate", "Shuffle"], "loss", "light").to_dict()
    cells = data_of(spec, 0)
    assert [(row["x"], row["y"], row["mean"]) for row in cells] == [("1", "yes", 2.0), ("2", "yes", 5.0)]
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert (scale["domain"], scale["range"]) == ([2.0, 5.0], theme("light")["chartSequentialColors"])
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["no", "yes"]
