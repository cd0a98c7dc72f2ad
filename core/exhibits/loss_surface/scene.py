"""The loss surface on the stage: in 3-D, from above, and the true loss beside the slice's."""

from typing import Any

import numpy as np

from core.exhibits.loss_surface.experiment import Result, findings
from core.stage.scene import Panel, Row, Scene
from core.stage.surfaces import surface_figure, surface_panels
from core.words import plain_text


def scene(result: Result) -> Scene:
    """Surface and contour with the recorded path on both; below them both losses, step by step."""
    arrays = _arrays(result)
    surface, contour = _surface(result, arrays)
    curve: Panel = {
        "kind": "curve", "xLabel": "steps taken", "yLabel": "loss", "at": "kept",
        "series": [
            {"x": "kept", "y": "true", "label": "true loss on all training digits", "color": "loss"},
            {"x": "kept", "y": "slice", "label": "loss in this slice", "color": "loss", "lane": "B"},
        ],
    }  # fmt: skip
    rows = (Row(344, ({**surface, "weight": 3}, {**contour, "weight": 2})), Row(132, (curve,)))
    return _scene(result, rows, arrays)


def hero(result: Result) -> Scene:
    """The surface alone, for the front page."""
    arrays = _arrays(result)
    surface, _ = _surface(result, arrays)
    return _scene(result, (Row(380, ({**surface, "title": ""},)),), arrays)


def figure(result: Result) -> Any:
    """The surface with the path on it as a Plotly figure, for a page or a notebook of one's own."""
    path = np.column_stack([result.path, result.true_loss])
    return surface_figure(result.surface.a, result.surface.b, result.heights, path)


def _arrays(result: Result) -> dict[str, np.ndarray]:
    return {
        "kept": result.run.kept,
        "true": result.true_loss,
        "slice": result.slice_loss,
        "path": np.column_stack([result.path, result.true_loss]),
    }


def _surface(result: Result, arrays: dict[str, np.ndarray]) -> tuple[Panel, Panel]:
    path = {"points": "path", "color": "parameters", "label": "gradient descent", "shadow": True}
    surface = result.surface
    return surface_panels(
        arrays, "surface", surface.a, surface.b, result.heights, title="The loss around the path", paths=[path]
    )


def _scene(result: Result, rows: tuple[Row, ...], arrays: dict[str, np.ndarray]) -> Scene:
    alt = plain_text("Loss surface with the path of gradient descent.", findings(result))
    run = result.run
    time = {"at": "kept", "total": run.steps, "unit": "step", "perEpoch": run.steps_per_epoch}
    return Scene(rows, arrays, alt, frames=len(run.kept), time=time)
