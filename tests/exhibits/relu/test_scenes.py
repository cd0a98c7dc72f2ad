"""The scenes of ReLU: they pack, their panels share one time, and they fit a screen."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.relu.settings import MOST_HINGES, Settings
from core.exhibits.relu.views import VIEWS
from core.stage.panels import Curve, Heat, Lines
from core.stage.scene import Scene
from core.view import view_of
from tests.stage.panels import check, panels

SHORT = {"method": "sgd", "steps": 100}
CASES: list[dict[str, Any]] = [
    {"view": "curve"},
    {"view": "curve", "activation": "sigmoid"},
    {"view": "collapse"},
    {"view": "collapse", "between": "relu"},
    {"view": "collapse", "between": "axis"},
    {},
    {"hidden": 1},
    {"hidden": MOST_HINGES},
    {"target": "abs", "spacing": "worst"},
    {"target": "own"},
    SHORT,
    {**SHORT, "rate": 1e9},
    {**SHORT, "hidden": MOST_HINGES},
    {**SHORT, "target": "abs", "hidden": 2},
    {"view": "boundary", "boundary_steps": 100},
    {"view": "boundary", "boundary_steps": 100, "activation": "identity"},
    {"view": "boundary", "boundary_steps": 100, "boundary_rate": 1e9},
    {"view": "which"},
    {"view": "which", "relative_rate": 1e9},
]
every_case = pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: str(CASES[n]))


@cache
def drawn(number: int) -> Scene:
    """What is shown at first, before parts of a job have arrived."""
    settings = Settings(**CASES[number])
    view = view_of(VIEWS, settings)
    return view.scene(view.job.begin(settings) if view.waits(settings) else view.experiment(settings))


@every_case
def test_a_scene_holds_together_and_is_small(number: int) -> None:
    scene = drawn(number)
    check(scene)
    assert scene.frames > 1
    assert len(scene.pack()) < 800_000
    assert scene.alt.startswith("What a non-linearity does.")


@every_case
def test_panels_share_one_time(number: int) -> None:
    scene = drawn(number)
    for curve in panels(scene, Curve):
        if curve.at is not None:
            assert len(curve.at) == scene.frames
            assert (np.diff(curve.at) > 0).all()
    for heat in panels(scene, Heat):
        assert len(heat.z) == scene.frames
        assert heat.segments is None or len(heat.segments) == scene.frames
    for line in (line for panel in panels(scene, Lines) for line in panel.lines):
        assert line.y.shape[0] in (1, scene.frames)
        assert line.y.shape[-1] == line.x.shape[-1]


@every_case
def test_stage_is_neither_too_high_nor_too_low(number: int) -> None:
    assert 420 <= sum(row.height + 22 for row in drawn(number).rows) <= 570
