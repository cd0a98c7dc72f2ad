"""The scenes of the sigmoid: they pack, name only arrays that exist, and show the result's own numbers."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.sigmoid.experiment import VIEWS, Result, Settings, experiment
from core.exhibits.sigmoid.saturation import DTYPES
from core.exhibits.sigmoid.scene import scene
from core.stage.scene import unpack

KEYS = ("array", "at", "x", "y", "rows", "active", "value", "edges", "heights")
"""Keys of a panel whose texts are names of arrays."""

CASES: list[dict[str, Any]] = [
    {"view": "curve"},
    *(
        {"view": "cases", "inputs": inputs, "squash": squash}
        for inputs in ("book", "outside")
        for squash in (False, True)
    ),
    {"view": "metric"},
    *({"view": "threshold", "rate": rate, "epochs": epochs} for rate, epochs in ((0.001, 0), (0.01, 1), (1.0, 3))),
    *({"view": "saturation", "precision": precision, "scale": 10.0} for precision in DTYPES),
    *({"view": "training", "learning_rate": rate} for rate in (0.01, 1.0)),
]


@cache
def result(**change: Any) -> Result:
    return experiment(Settings(digits="built-in", **change))


def packed(**change: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    return unpack(scene(result(**change)).pack())


def panels(header: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for row in header["rows"] for panel in row["panels"]]


def named(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(named, part))
    if not isinstance(part, dict):
        return set()
    own = {value for key, value in part.items() if key in KEYS and isinstance(value, str)}
    return own.union(*map(named, part.values()))


def test_every_view_is_tested() -> None:
    assert {change["view"] for change in CASES} == set(VIEWS)


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_names_its_arrays_and_shares_the_frames(change: dict[str, Any]) -> None:
    header, arrays = packed(**change)
    frames = header["frames"]
    assert named(panels(header)) <= set(arrays)
    assert frames == len(header["time"]["labels"]) > 1
    for panel in panels(header):
        for key in ("at", "active"):
            if key in panel:
                assert arrays[panel[key]].shape == (frames,)
        for one in panel.get("moving", []):
            if "x" in one:
                shapes = {arrays[one[axis]].shape for axis in ("x", "y") if arrays[one[axis]].ndim > 1}
                assert all(shape[0] == frames for shape in shapes)
                assert arrays[one["x"]].shape[-1] == arrays[one["y"]].shape[-1]
            if "value" in one:
                assert len(arrays[one["value"]]) == frames
        for curve in panel.get("curves", []):
            assert arrays[curve["x"]].shape == arrays[curve["y"]].shape
    assert sum(row["height"] for row in header["rows"]) <= 500
    assert header["alt"].startswith("The sigmoid.")
    assert not any(mark in header["alt"] for mark in (":red[", "**", "`"))


def test_points_of_the_curve_lie_on_it() -> None:
    _, arrays = packed(view="curve")
    np.testing.assert_allclose(
        arrays["points p"][:, 0], 1 / (1 + np.exp(-arrays["points x"][:, 0].astype(float))), rtol=1e-6
    )
    rise, run = np.diff(arrays["tangent"])[:, 0], np.diff(arrays["tangent x"])[:, 0]
    np.testing.assert_allclose(rise / run, arrays["slope"], atol=1e-6)


def test_dots_of_the_three_items_lie_on_their_lines() -> None:
    _, arrays = packed(view="cases", inputs="book", squash=False)
    targets = (1, 0, 1)
    for item, target in enumerate(targets):
        line = np.interp(arrays["inputs"][:, item], arrays["third"], arrays[f"for {target}"])
        np.testing.assert_allclose(arrays["off"][:, item], line, atol=1e-6)
    np.testing.assert_allclose(arrays["mean"][:, 0], arrays["off"].mean(1), atol=1e-6)


def test_every_digit_is_drawn_once_on_either_side_of_the_sigmoid() -> None:
    header, arrays = packed(view="threshold", rate=0.01, epochs=1)
    assert len(arrays["threes logit"]) + len(arrays["sevens logit"]) == 200
    np.testing.assert_allclose(arrays["threes p"], 1 / (1 + np.exp(-arrays["threes logit"].astype(float))), rtol=1e-6)
    low, high = panels(header)[0]["xDomain"]
    assert low < arrays["sevens logit"].min() < arrays["threes logit"].max() < high


@pytest.mark.parametrize("precision", DTYPES)
def test_dead_places_are_left_out_of_the_slope(precision: str) -> None:
    _, arrays = packed(view="saturation", precision=precision, scale=10.0)
    np.testing.assert_array_equal(np.isnan(arrays["alive"]), arrays["slope"] == 0)
    np.testing.assert_array_equal(arrays["active"] == 0, arrays["slope"] > 0)
    assert arrays["counts"].sum() == 800
