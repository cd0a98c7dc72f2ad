"""Softmax's scenes hold together: they pack, every panel finds its arrays, and all agree with the frames."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.softmax.experiment import Settings, experiment
from core.exhibits.softmax.scene import scene
from core.stage.scene import Panel, unpack

VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"classes": 2, "start": "equal"},
    {"classes": 5, "swept": 2, "temperature": 0.5, "formula": "torch", "shift": 10.0},
    {"shift": 1000.0},
    {"temperature": 0.0, "start": "equal"},
    {"view": "two classes"},
    {"view": "table"},
    {"view": "batch"},
    {"view": "none of these"},
    {"view": "none of these", "source": "pictures"},
)
every_variant = pytest.mark.parametrize("number", range(len(VARIANTS)), ids=lambda n: str(VARIANTS[n]))
Unpacked = tuple[dict[str, Any], dict[str, np.ndarray]]


@cache
def unpacked(number: int) -> Unpacked:
    return unpack(scene(experiment(replace(Settings(), **VARIANTS[number]))).pack())


def panels(header: dict[str, Any], kind: str) -> Iterator[Panel]:
    return (panel for row in header["rows"] for panel in row["panels"] if panel["kind"] == kind)


@every_variant
def test_time_covers_every_frame_and_words_tell_the_picture(number: int) -> None:
    header, _ = unpacked(number)
    assert len(header["time"]["labels"]) == header["frames"]
    assert len(header["alt"]) > 80
    assert not set("*`") & set(header["alt"])
    assert sum(row["height"] for row in header["rows"]) <= 560


@every_variant
def test_columns_have_a_number_for_every_name(number: int) -> None:
    header, arrays = unpacked(number)
    found = list(panels(header, "columns"))
    assert bool(found) == (VARIANTS[number].get("view") != "table")
    for panel in found:
        for column in panel["columns"]:
            values = arrays[column["values"]]
            assert values.shape in ((len(panel["names"]),), (header["frames"], len(panel["names"])))
            for name in ("most", "total"):
                assert name not in column or len(arrays[column[name]]) == header["frames"]
            if "domain" in column:
                low, high = column["domain"]
                assert low < high
        if "handle" in panel:
            handle = panel["handle"]
            dragged = arrays[panel["columns"][handle["column"]]["values"]][:, handle["row"]]
            np.testing.assert_array_equal(arrays[handle["at"]], dragged)
            assert (np.diff(dragged) > 0).all()
        if "highlight" in panel:
            lit = arrays[panel["highlight"]]
            assert len(lit) == header["frames"]
            assert 0 <= lit.min() <= lit.max() < len(panel["names"])
        if panel.get("pick"):
            np.testing.assert_array_equal(arrays[panel["highlight"]], np.arange(header["frames"]))


@every_variant
def test_plots_steps_and_the_rest_find_their_arrays(number: int) -> None:
    header, arrays = unpacked(number)
    for panel in panels(header, "plot"):
        assert len(arrays[panel["at"]]) == header["frames"]
        assert all(len(arrays[curve["x"]]) == len(arrays[curve["y"]]) for curve in panel["curves"])
        for one in panel.get("moving", []):
            assert all(len(arrays[one[key]]) == header["frames"] for key in ("x", "y", "value") if key in one)
            assert "x" not in one or arrays[one["x"]].shape == arrays[one["y"]].shape
    for panel in panels(header, "steps"):
        rows = arrays[panel["rows"]] if "rows" in panel else np.arange(header["frames"])
        active = arrays[panel["active"]]
        assert len(active) == len(rows) == header["frames"]
        assert 0 <= active.min() <= active.max() < len(panel["steps"])
        for token in (token for step in panel["steps"] for token in step["formula"] if isinstance(token, dict)):
            values = arrays[token["value"]]
            assert rows.max() < len(values)
            assert token["at"] < values[0].size
    for panel in panels(header, "pixels"):
        assert arrays[panel["array"]].shape == (header["frames"], 1, 28, 28)
    for panel in panels(header, "bars"):
        assert len(arrays[panel["heights"]]) == len(panel["labels"])
        assert arrays[panel["heights"]].sum() == header["frames"]
        assert arrays[panel["highlight"]].max() < len(panel["labels"])


def test_the_table_fills_cell_by_cell_until_the_last_frame() -> None:
    header, arrays = unpacked(VARIANTS.index({"view": "table"}))
    (panel,) = panels(header, "table")
    items = len(panel["names"])
    for column in panel["columns"]:
        assert len(arrays[column["array"]]) == items
        assert column["from"] + (items - 1 if column["each"] else 0) < header["frames"]
        assert all(panel["columns"][i]["from"] <= column["from"] for i in column["of"])
    last = panel["columns"][-1]
    assert last["from"] + items == header["frames"]
    active = arrays["active"]
    assert (np.diff(active) >= 0).all()
    assert set(active.tolist()) == set(range(6))


def test_broken_probabilities_are_shown_beside_what_float64_says() -> None:
    header, arrays = unpacked(VARIANTS.index({"shift": 1000.0}))
    (panel,) = panels(header, "plot")
    (exact,) = [curve for curve in panel["curves"] if curve.get("lane") == "B"]
    assert np.isnan(arrays["probability"]).all()
    assert np.isfinite(arrays[exact["y"]]).all()
    (bars,) = panels(header, "columns")
    assert [column["title"] for column in bars["columns"]] == ["activation a", "exponent", "probability"]


def test_all_bars_follow_one_activation() -> None:
    header, arrays = unpacked(0)
    frame = header["frames"] // 3
    np.testing.assert_allclose(arrays["exponent"][frame], np.exp(arrays["activation"][frame]), rtol=1e-5)
    np.testing.assert_allclose(arrays["sum"][frame], arrays["exponent"][frame].sum(), rtol=1e-5)
    np.testing.assert_allclose(
        arrays["probability"][frame], arrays["exponent"][frame] / arrays["sum"][frame], rtol=1e-5
    )
