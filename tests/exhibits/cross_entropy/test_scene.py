"""Cross-entropy's scenes: what their panels name exists, every frame is covered, and cells appear in order."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.exhibits.cross_entropy.experiment import VIEWS, Settings, experiment
from core.exhibits.cross_entropy.numerics import CASES, METHODS
from core.exhibits.cross_entropy.scene import scene
from core.stage.scene import unpack

CHANGES = [
    *({"view": view} for view in VIEWS),
    {"classes": 5},
    {"log": False},
    {"sign": False},
    {"log": False, "sign": False},
    {"view": "gradient", "classes": 5, "precision": "float16"},
    {"view": "products", "chance": 0.9},
    *({"view": "numerics", "case": case, "method": method} for case in CASES for method in METHODS),
]
NAMING = {"array", "at", "x", "y", "rows", "active", "value", "foot", "marks", "of"}


def named(part: Any) -> set[str]:
    """Every array that a panel names, wherever it does."""
    if isinstance(part, list):
        return set().union(*map(named, part))
    if not isinstance(part, dict):
        return set()
    own = {value for key, value in part.items() if key in NAMING and isinstance(value, str)}
    return own.union(*map(named, part.values()))


@pytest.fixture(params=CHANGES, ids=str)
def opened(request):
    return unpack(scene(experiment(replace(Settings(), **request.param))).pack())


def panels(header: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [panel for row in header["rows"] for panel in row["panels"] if panel["kind"] == kind]


def test_what_panels_name_is_there(opened):
    header, arrays = opened
    assert named([panel for row in header["rows"] for panel in row["panels"]]) - set(arrays) == set()
    assert sum(row["height"] for row in header["rows"]) <= 500  # with the bar the whole fits a first screen


def test_every_frame_has_a_label_and_a_place(opened):
    header, arrays = opened
    assert len(header["time"]["labels"]) == header["frames"]
    for panel in (p for row in header["rows"] for p in row["panels"]):
        for key in ("at", "active", "marks"):
            if isinstance(panel.get(key), str):
                assert len(arrays[panel[key]]) == header["frames"]


def test_tables_have_a_number_for_every_cell(opened):
    header, arrays = opened
    for panel in panels(header, "table"):
        rows = len(panel["names"])
        for column in panel["columns"]:
            shape = arrays[column["array"]].shape
            assert shape in ((rows,), (header["frames"], rows))
            if "words" in column:
                assert arrays[column["array"]].max() == len(column["words"]) - 1
        if "marks" in panel:
            assert arrays[panel["marks"]].shape == (header["frames"], rows, len(panel["columns"]))


@pytest.mark.parametrize("change", [{}, {"classes": 3}, {"log": False}, {"sign": False}])
def test_cells_appear_one_a_frame_and_after_what_they_are_made_of(change):
    header, arrays = unpack(scene(experiment(replace(Settings(), **change))).pack())
    (table,) = panels(header, "table")
    columns, rows = table["columns"], len(table["names"])
    for column in columns:
        of = column.get("of", [])
        for r in range(rows):
            sources = [int(arrays[of][r])] if isinstance(of, str) else of
            shown = column.get("from", 0) + r * column.get("each", False)
            assert all(shown > columns[i].get("from", 0) + r * columns[i].get("each", False) for i in sources)
    last = max(column.get("from", 0) for column in columns) + rows
    assert table["foot"]["from"] == last == header["frames"] - 1


def test_the_index_lights_the_probability_that_it_picks():
    result = experiment(Settings(classes=5))
    header, arrays = unpack(scene(result).pack())
    (table,) = panels(header, "table")
    (picked,) = (column for column in table["columns"] if column["title"] == "picked")
    for r, source in enumerate(arrays[picked["of"]]):
        assert arrays[table["columns"][source]["array"]][r] == arrays[picked["array"]][r]


def test_the_lab_shows_what_float32_cannot_hold():
    header, arrays = unpack(scene(experiment(Settings(view="numerics"))).pack())
    (table,) = panels(header, "table")
    shown = table["columns"][0]
    words = [shown["words"][i] for i in arrays[shown["array"]][-1]]
    assert words == ["∞"] * 4
    before = arrays[shown["array"]][np.searchsorted(arrays["size"], 600)]
    assert [shown["words"][i] for i in before][:3] == ["∞"] * 3
    assert float(shown["words"][before[3]]) > 1e250
