"""The boundary that a small net draws, on the stage: its field, the points, and how it got there."""

import numpy as np

from core.exhibits.relu.boundary import REACH, Boundary
from core.exhibits.relu.staging import dead_units, staged, steps_taken
from core.stage.panels import ClassPoints, Curve, Heat, Series
from core.stage.scene import Row, Scene


def scene(result: Boundary) -> Scene:
    """Its time is the steps taken."""
    below: tuple[Curve, ...] = (_loss(result),)
    if result.plan.activation == "relu":
        below += (dead_units(result.kept, result.dead, result.plan.hidden),)
    return staged(result, (Row(356, (_field(result), _accuracy(result))), Row(142, below)), steps_taken(result.kept))


def _field(result: Boundary) -> Heat:
    points = ClassPoints(
        x=result.points[:, 0],
        y=result.points[:, 1],
        group=result.classes.astype(np.uint8),
        labels=("class 0", "class 1"),
    )
    return Heat(
        title="What the net says of every place (line: undecided)",
        z=(np.nan_to_num(result.field) * 127).round().astype(np.int8),
        vmax=254,
        unit=1 / 127,
        x_domain=(-REACH, REACH),
        y_domain=(-REACH, REACH),
        level=True,
        tell="p(1) − p(0) =",
        weight=5,
        points=points,
        segments=result.bends if result.plan.activation != "identity" else None,
    )


def _accuracy(result: Boundary) -> Curve:
    return Curve(
        title="Accuracy",
        x_label="steps taken",
        at=result.kept,
        y_domain=(0, 1.02),
        weight=4,
        narrow_height=200,
        series=[
            Series(x=result.kept, y=result.accuracy, label="these points", color="metric"),
            Series(x=result.kept, y=result.fresh, label="new points", color="metric", lane="B"),
        ],
    )


def _loss(result: Boundary) -> Curve:
    series = Series(x=result.kept, y=result.losses, label="distance from the target", color="loss")
    return Curve(title="Loss", x_label="steps taken", at=result.kept, weight=5, series=[series])
