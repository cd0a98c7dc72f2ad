"""What holds for every view: words, numbers and a table, and a scene whose panels agree with the frames."""

import math
from dataclasses import replace
from typing import Any

import pytest

from core.exhibits.gradients.requires_grad import ENDINGS
from core.exhibits.gradients.settings import Settings
from core.exhibits.gradients.views import VIEWS
from core.settings import controls
from core.stage.panels import Curve, Pixels, Plot, Steps
from core.view import view_of
from tests.exhibits.gradients.results import result, scene
from tests.stage.panels import check, panels

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
every_case = pytest.mark.parametrize("change", CASES, ids=str)


def test_every_view_is_tested() -> None:
    assert {change["view"] for change in CASES} == set(controls(Settings)["view"].options)


@every_case
def test_every_view_has_words_numbers_and_a_table(change: dict[str, Any]) -> None:
    shown = result(**change)
    assert 1 <= len(shown.findings()) <= 4
    assert all(math.isfinite(value) for value in shown.numbers().values())
    assert len({len(column) for column in shown.table().values()}) == 1
    settings = replace(Settings(digits="built-in"), **change)
    assert view_of(VIEWS, settings).experiment(settings).numbers() == shown.numbers()


@every_case
def test_scene_packs_and_shares_the_frames(change: dict[str, Any]) -> None:
    drawn = scene(**change)
    check(drawn)
    assert drawn.frames > 1
    times = [plot.at for plot in panels(drawn, Plot)] + [curve.at for curve in panels(drawn, Curve)]
    times += [steps.active for steps in panels(drawn, Steps)] + [pixels.rows for pixels in panels(drawn, Pixels)]
    assert all(at is None or at.shape == (drawn.frames,) for at in times)
    for pixels in panels(drawn, Pixels):
        shown = drawn.frames if pixels.rows is None else pixels.rows.max() + 1
        assert len(pixels.array) in (1, shown)
    for moving in (moving for plot in panels(drawn, Plot) for moving in plot.moving):
        assert all(len(axis) == drawn.frames for axis in (moving.x, moving.y) if axis is not None and axis.ndim > 1)
    for curve in (curve for plot in panels(drawn, Plot) for curve in plot.curves):
        assert curve.x.shape == curve.y.shape
    for series in (series for curve in panels(drawn, Curve) for series in curve.series):
        assert series.x.shape == series.y.shape
    assert sum(row.height for row in drawn.rows) <= 500
    assert drawn.alt.startswith("What backward() computes.")
    assert ":red[" not in drawn.alt
