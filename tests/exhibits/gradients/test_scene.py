"""The scenes of gradients: they pack, name only arrays that exist, and show the result's own numbers."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.gradients.accumulation import ENDINGS
from core.exhibits.gradients.experiment import VIEWS, Result, Settings, experiment
from core.exhibits.gradients.scene import scene
from core.stage.scene import unpack

KEYS = ("array", "at", "x", "y", "rows", "active", "value", "text", "good")
"""Keys of a panel whose texts are names of arrays, but for a token's own text."""

CASES: list[dict[str, Any]] = [
    *({"view": "secant", "function": function} for function in ("square", "loss", "accuracy")),
    {"view": "secant", "function": "square", "x": 0},
    {"view": "secant", "function": "loss", "pixel": 0},
    {"view": "secant", "function": "accuracy", "pixel": 0},
    *({"view": "check", "precision": precision, "h": h} for precision in ("float64", "float32") for h in (1e-4, 1e-12)),
    {"view": "steps"},
    *({"view": "batch", "images": images} for images in (4, 16, 64)),
    *({"view": "accumulate", "zero": zero} for zero in (False, True)),
    *({"view": "training", "task": task} for task in ("linear", "square")),
    *({"view": "session", "how": how} for how in ENDINGS),
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
    words = ("text",) if "color" in part else ()  # a token of a formula
    own = {value for key, value in part.items() if key in KEYS and key not in words and isinstance(value, str)}
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
        for key in ("at", "active", "rows"):
            if key in panel:
                assert arrays[panel[key]].shape == (frames,)
        if panel["kind"] == "pixels":
            shown = arrays[panel["rows"]].max() + 1 if "rows" in panel else frames
            assert len(arrays[panel["array"]]) in (1, shown)
        for one in panel.get("moving", []):
            assert all(len(arrays[one[axis]]) == frames for axis in ("x", "y") if arrays[one[axis]].ndim > 1)
            assert arrays[one["x"]].shape[-1] == arrays[one["y"]].shape[-1]
        for curve in [*panel.get("curves", []), *panel.get("series", [])]:
            assert arrays[curve["x"]].shape == arrays[curve["y"]].shape
    assert sum(row["height"] for row in header["rows"]) <= 500
    assert header["alt"].startswith("What backward() computes.")
    assert not any(mark in header["alt"] for mark in (":red[", "**", "`"))


@pytest.mark.parametrize("function", ["square", "loss", "accuracy"])
def test_the_secant_goes_through_both_places(function: str) -> None:
    _, arrays = packed(view="secant", function=function)
    left, right = arrays["ends"].astype(float)
    for i in (0, 30):
        for place in (0, 1):
            x, y = arrays["two x"][i, place], arrays["two y"][i, place]
            share = (x - left) / (right - left)
            line = arrays["secant"][i, 0] * (1 - share) + arrays["secant"][i, 1] * share
            assert line == pytest.approx(y, rel=1e-3, abs=1e-4)
    np.testing.assert_allclose(arrays["rise"][:, 0] / arrays["h"], arrays["slopes"], rtol=1e-3, atol=1e-6)


def test_parameters_appear_one_after_the_other() -> None:
    _, arrays = packed(view="check", precision="float64", h=1e-4)
    shown = np.isfinite(arrays["y"]).sum(1)
    assert (shown[0], shown[-1]) == (0, 785)
    assert (np.diff(shown) > 0).all()
    np.testing.assert_allclose(arrays["running"][-1], arrays["backward"][0], atol=1e-6)
    assert not arrays["running"][0].any()


def test_grad_is_written_by_the_second_line_of_each_call() -> None:
    _, arrays = packed(view="accumulate", zero=False)
    assert arrays["written"].tolist() == [0, 1, 1, 2, 2, 3]
    np.testing.assert_array_equal(arrays["grad"][3], np.float32(3) * arrays["grad"][1])
    assert np.isfinite(arrays["ratios"]).any(1).tolist() == [False, True, True, True, True, True]
    np.testing.assert_allclose(arrays["ratios"][-1].reshape(3, -1), [[1] * 200, [2] * 200, [3] * 200])


def test_the_lit_line_is_the_one_that_runs() -> None:
    header, arrays = packed(view="session", how="no_grad")
    (panel,) = panels(header)
    assert arrays["active"].tolist() == list(range(len(panel["steps"])))
    assert [step["code"] for step in panel["steps"]] == [
        line.code for line in result(view="session", how="no_grad").found.lines
    ]
