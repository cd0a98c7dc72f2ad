"""Loss and error rate as two surfaces over the same square, with a ball that moves one of the two weights."""

from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.loss_vs_accuracy.staging import positions, staged
from core.exhibits.loss_vs_accuracy.two_surfaces import CELLS, TwoSurfaces
from core.stage.panels import Path, Surface
from core.stage.scene import Row, Scene
from core.stage.surfaces import surface_pair


def scene(result: TwoSurfaces) -> Scene:
    """Its time is the first of the two weights."""
    errors = -result.accuracy_change
    loss = _surface(
        result, result.nodes, result.loss_change, result.path, title="Change of the loss: smooth", z_label="loss"
    )
    error_rate = _surface(
        result,
        result.cells,
        errors,
        errors[CELLS // 2],
        title="Change of the error rate, 1 − accuracy: terraces",
        z_label="error rate",
        terraces=True,
    )
    return staged(result, [Row(380, [loss, error_rate])], positions(result.weights[0], result.cells))


def _surface(result: TwoSurfaces, at: Array, values: Array, heights: Array, **options: Any) -> Surface:
    """`values` (n, n) over the square whose sides are `at` (n,); the ball is at `heights` (61,)."""
    first, second = (f"weights[{pixel}]" for pixel in result.pixels)
    points = np.column_stack([result.cells, 0 * result.cells, heights])
    path = Path(points=points, color="parameters", label=f"{first} moves")
    surface, _ = surface_pair(at, at, values, labels=(first, second), paths=[path], **options)
    return surface
