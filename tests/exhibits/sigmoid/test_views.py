"""What holds for every view: words, numbers and a table, and a scene whose panels agree with the frames."""

import math
from dataclasses import replace
from typing import Any

import pytest

from core.exhibits.sigmoid.settings import DTYPES, Settings
from core.exhibits.sigmoid.views import VIEWS
from core.settings import controls
from core.stage.panels import Curve, Plot, Steps
from core.view import view_of
from tests.exhibits.sigmoid.results import result, scene
from tests.stage.panels import check, panels

CASES: list[dict[str, Any]] = [
    {"view": "curve"},
    *(
        {"view": "cases", "inputs": inputs, "squash": squash}
        for inputs in ("book", "outside")
        for squash in (False, True)
    ),
    {"view": "metric"},
    {"view": "threshold"},
    *({"view": "threshold", "rate": rate, "epochs": epochs} for rate, epochs in ((0.001, 0), (0.01, 1), (1.0, 3))),
    {"view": "saturation"},
    *({"view": "saturation", "precision": precision, "scale": 10.0} for precision in DTYPES),
    *({"view": "training", "learning_rate": rate} for rate in (0.01, 1.0)),
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
    view = view_of(VIEWS, settings)
    assert view.experiment(settings).numbers() == shown.numbers()
    assert (view.digits(settings) is None) == (change["view"] in ("curve", "cases", "metric"))


@every_case
def test_scene_packs_and_shares_the_frames(change: dict[str, Any]) -> None:
    drawn = scene(**change)
    check(drawn)
    assert drawn.frames > 1
    for steps in panels(drawn, Steps):
        assert steps.active.shape == (drawn.frames,)
    times = [plot.at for plot in panels(drawn, Plot)] + [curve.at for curve in panels(drawn, Curve)]
    assert all(at is None or at.shape == (drawn.frames,) for at in times)
    for moving in (moving for plot in panels(drawn, Plot) for moving in plot.moving):
        assert all(len(axis) == drawn.frames for axis in (moving.x, moving.y) if axis is not None and axis.ndim > 1)
        assert moving.value is None or len(moving.value) == drawn.frames
    for curve in (curve for plot in panels(drawn, Plot) for curve in plot.curves):
        assert curve.x.shape == curve.y.shape
    assert sum(row.height for row in drawn.rows) <= 500
    assert drawn.alt.startswith("The sigmoid.")
    assert ":red[" not in drawn.alt
