"""The loss surface on the stage: in 3-D, from above, and the true loss beside the slice's."""

from dataclasses import replace
from typing import Any

import numpy as np

from core.exhibits.loss_surface.experiment import Result, findings
from core.stage.panels import Contour, Curve, Path, Series, Surface
from core.stage.scene import Row, Scene, Time
from core.stage.surfaces import surface_figure, surface_pair
from core.words import plain_text


def scene(result: Result) -> Scene:
    """Surface and contour with the recorded path on both; below them both losses, step by step."""
    kept = result.run.kept
    losses = Curve(
        x_label="steps taken",
        y_label="loss",
        at=kept,
        series=[
            Series(x=kept, y=result.true_loss, label="true loss on all training digits", color="loss"),
            Series(x=kept, y=result.slice_loss, label="loss in this slice", color="loss", lane="B"),
        ],
    )
    return _scene(result, [Row(344, _surface(result)), Row(132, (losses,))])


def hero(result: Result) -> Scene:
    """The surface alone, for the front page."""
    surface, _ = _surface(result)
    return _scene(result, [Row(380, (replace(surface, title=""),))])


def figure(result: Result) -> Any:
    """The surface with the path on it as a Plotly figure, for a page or a notebook of one's own."""
    return surface_figure(result.surface.a, result.surface.b, result.heights, _path(result))


def _path(result: Result) -> np.ndarray:
    return np.column_stack([result.path, result.true_loss])


def _surface(result: Result) -> tuple[Surface, Contour]:
    path = Path(points=_path(result), color="parameters", label="gradient descent", shadow=True)
    a, b = result.surface.a, result.surface.b
    return surface_pair(a, b, result.heights, title="The loss around the path", paths=[path], weights=(3, 2))


def _scene(result: Result, rows: list[Row]) -> Scene:
    alt = plain_text("Loss surface with the path of gradient descent.", findings(result))
    run = result.run
    time = Time(at=run.kept, total=run.steps, unit="step", per_epoch=run.steps_per_epoch)
    return Scene(rows=rows, alt=alt, time=time)
