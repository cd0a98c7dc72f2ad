"""Lines, points, bars and histograms: their data, scales, selections, and what they say of what they leave out."""

from typing import Any

import numpy as np
import pytest

from core.charts.marks import bar_chart, histogram_chart, line_chart, point_chart
from core.charts.theme import CHART_ROWS, INK
from tests.charts.reading import parts, rows, spec_of


def params(spec: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each for each in spec["params"]}


def channel(spec: dict[str, Any], name: str, field: str) -> dict[str, Any]:
    """The first encoding of a field by a channel."""
    found = [p["encoding"][name] for p in parts(spec) if name in p.get("encoding", {})]
    return next(each for each in found if each.get("field") == field)


def test_lines_hold_every_number_once() -> None:
    columns = {"step": np.arange(4), "loss A": [4.0, 3, 2, 1], "loss B": [4.0, 2, 1, 0.5], "other": [9.0] * 4}
    spec = spec_of(line_chart(columns, "step", {"loss A": "loss", "loss B": "loss"}, title="Losses", y="loss"))
    drawn = {(row["step"], row["line"]): row["value"] for row in rows(spec)}
    assert drawn == {(i, name): columns[name][i] for i in range(4) for name in ("loss A", "loss B")}
    assert channel(spec, "color", "line")["scale"] == {"domain": ["loss A", "loss B"], "range": [INK["loss"]] * 2}
    solid, dashed = channel(spec, "strokeDash", "line")["scale"]["range"]
    assert solid != dashed
    assert spec["title"]["text"] == "Losses"
    assert spec["description"] == "Losses. By step: loss A from 4 to 1; loss B from 4 to 0.5."


def test_lines_zoom_can_be_brushed_and_switched() -> None:
    spec = spec_of(line_chart({"x": [0.0, 1], "y": [0.0, 1]}, "x", {"y": "metric"}, title="T", y="y"))
    found = params(spec)
    assert found["zoom"]["bind"] == "scales"
    assert found["rows"]["select"] == {"type": "interval", "encodings": ["x"]}
    assert found["shown"]["bind"] == "legend"
    assert found["near"]["select"]["nearest"] is True
    filtered = [part for part in parts(spec) if {"filter": {"param": "rows"}} in part.get("transform", [])]
    assert [part["encoding"]["y"]["aggregate"] for part in filtered] == ["mean"]


def test_what_is_no_number_or_has_no_logarithm_is_left_out_and_said() -> None:
    columns = {"x": [1.0, 2, 3, 4, 5], "y": [1.0, np.nan, np.inf, 0, 10]}
    spec = spec_of(line_chart(columns, "x", {"y": "loss"}, title="T", y="y", log_y=True))
    assert [(row["x"], row["value"]) for row in rows(spec)] == [(1, 1), (5, 10)]
    assert spec["title"]["subtitle"] == [
        "Left out: 2 values that are no finite number.",
        "Left out: 1 value of 0 or below, which has no logarithm.",
    ]
    assert channel(spec, "y", "value")["scale"]["type"] == "log"
    assert channel(spec, "x", "x")["scale"].get("type") is None


@pytest.mark.parametrize("lines", [1, 3])
def test_long_tables_are_thinned_and_that_is_said(lines: int) -> None:
    count = 3 * CHART_ROWS
    columns = {"x": np.arange(count)} | {f"y{i}": np.arange(count) + 0.5 for i in range(lines)}
    inks = {f"y{i}": "data" for i in range(lines)}
    spec = spec_of(line_chart(columns, "x", inks, title="T", y="y"))
    assert CHART_ROWS / 2 < len(rows(spec)) <= CHART_ROWS
    assert all(row["value"] == row["x"] + 0.5 for row in rows(spec))
    assert spec["title"]["subtitle"] == [f"Drawn is every {-(-count // (CHART_ROWS // lines))}th of {count:,} rows."]


def test_points_say_what_they_are_and_can_be_brushed() -> None:
    columns = {"a": [1.0, 2, 3], "b": [3.0, 2, 1], "name": ["u", "v", "w"], "kind": ["x", "y", "x"]}
    kinds = ("kind", {"x": "metric", "y": "loss"})
    spec = spec_of(point_chart(columns, "a", "b", title="T", kinds=kinds, tips=["name"], diagonal=True))
    assert rows(spec) == [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    mark = next(part for part in parts(spec) if part.get("mark", {}) and part["mark"]["type"] == "circle")
    assert [tip["field"] for tip in mark["encoding"]["tooltip"]] == ["a", "b", "name", "kind"]
    found = params(spec)
    assert found["rows"]["select"]["encodings"] == ["x", "y"]
    assert found["zoom"]["bind"] == "scales"
    diagonal = min(spec["datasets"].values(), key=len)
    assert diagonal == [{"a": 1.0, "b": 1.0}, {"a": 3.0, "b": 3.0}]


def test_names_with_brackets_and_full_stops_are_read_as_they_stand() -> None:
    spec = spec_of(point_chart({"res.max(0)": [1.0, 2], "w[1]": [1.0, 2]}, "res.max(0)", "w[1]", title="T"))
    assert channel(spec, "x", r"res\.max(0)")["title"] == "res.max(0)"
    assert channel(spec, "y", r"w\[1\]")["title"] == "w[1]"


def test_bars_stand_in_the_order_of_their_rows_and_can_be_chosen() -> None:
    columns = {"breed": ["pug", "Birman"], "probability": [0.25, 0.75]}
    spec = spec_of(bar_chart(columns, "breed", {"probability": "activations"}, title="T", y="p", lying=True))
    assert {row["breed"]: row["value"] for row in rows(spec)} == {"pug": 0.25, "Birman": 0.75}
    assert channel(spec, "y", "breed")["sort"] == ["pug", "Birman"]
    assert params(spec)["rows"]["select"]["fields"] == ["breed"]
    assert spec["description"] == "T. 2 bars, from 0.25 (pug) to 0.75 (Birman)."


def test_histograms_count_what_they_are_given() -> None:
    spec = spec_of(
        histogram_chart({"accuracy": [0.1, 0.5, 0.9]}, "accuracy", title="T", counted="models", marked={"m": 0.5})
    )
    assert sorted(row["accuracy"] for row in rows(spec)) == [0.1, 0.5, 0.9]
    assert channel(spec, "x", "accuracy")["bin"]
    assert {"at": 0.5, "mark": "m"} in [row for table in spec["datasets"].values() for row in table]
    assert spec["description"] == "T. 3 models from 0.1 to 0.9, half of them below 0.5."


def test_charts_of_nothing_can_be_drawn() -> None:
    nothing: dict[str, Any] = {"x": [], "y": [], "k": []}
    line = spec_of(line_chart(nothing, "x", {"y": "loss"}, title="T", y="y"))
    assert line["description"] == "T. By x: no finite numbers."
    assert spec_of(point_chart(nothing, "x", "y", title="T"))["description"] == "T. No points."
    assert spec_of(bar_chart(nothing, "k", {"y": "loss"}, title="T", y="y"))["description"] == "T. No bars."
