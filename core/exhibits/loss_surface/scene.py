"""The loss surface on the stage: in 3-D, from above, and the true loss beside the slice's."""

from dataclasses import replace

import numpy as np

from core.arrays import Array
from core.exhibits.loss_surface.experiment import LossSurface
from core.stage.panels import Contour, Curve, Path, Series, Surface
from core.stage.scene import Row, Scene, Time
from core.stage.surfaces import surface_pair
from core.words import plain_text


def scene(result: LossSurface) -> Scene:
    """Surface and contour with the recorded path on both; below them both losses, step by step."""
    return _staged(result, [Row(344, _surfaces(result)), Row(132, (_losses(result),))])


def hero(result: LossSurface) -> Scene:
    """The surface alone, for the front page."""
    surface, _ = _surfaces(result)
    return _staged(result, [Row(380, (replace(surface, title=""),))])


def _path(result: LossSurface) -> Array:
    """The path at the height of the true loss, (F, 3)."""
    return np.column_stack([result.path, result.true_loss])


def _surfaces(result: LossSurface) -> tuple[Surface, Contour]:
    path = Path(points=_path(result), color="parameters", label="gradient descent", shadow=True)
    a, b = result.surface.a, result.surface.b
    return surface_pair(a, b, result.heights, title="The loss around the path", paths=[path], weights=(3, 2))


def _losses(result: LossSurface) -> Curve:
    kept = result.run.kept
    return Curve(
        x_label="steps taken",
        y_label="loss",
        at=kept,
        series=[
            Series(x=kept, y=result.true_loss, label="true loss on all training digits", color="loss"),
            Series(x=kept, y=result.slice_loss, label="loss in this slice", color="loss", lane="B"),
        ],
    )


def _staged(result: LossSurface, rows: list[Row]) -> Scene:
    alt = plain_text("Loss surface with the path of gradient descent.", result.findings())
    run = result.run
    time = Time(at=run.kept, total=run.steps, unit="step", per_epoch=run.steps_per_epoch)
    return Scene(rows=rows, alt=alt, time=time)
