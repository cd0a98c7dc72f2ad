"""A confident mistake on the stage: two losses over p, and their slopes over the logit; either can be dragged."""

import numpy as np

from core.arrays import Array
from core.exhibits.cross_entropy.confident_mistake import WRONG, Mistake
from core.exhibits.cross_entropy.staging import one_column, staged
from core.stage.panels import Mark, Moving, Plot, PlotCurve, Quantity, Table, TableColumn, TableFoot
from core.stage.scene import Row, Scene


def scene(result: Mistake) -> Scene:
    """Its time is the logit."""
    places = zip(result.logit, result.p, strict=True)
    labels = [f"logit = {logit:.2f}, p = {p:.4f}".replace("-", "−") for logit, p in places]
    return staged(result, (Row(330, [_losses(result), _slopes(result)]), Row(120, [_table(result)])), labels)


def _point(x: Array, y: Array, color: Quantity) -> Moving:
    """A dot that is at (x, y) at each frame, (F,) both."""
    return Moving(x=one_column(x), y=one_column(y), color=color, dots=True)


def _losses(result: Mistake) -> Plot:
    p, log_loss, distance = result.p, result.log_loss, result.distance
    return Plot(
        title="The loss of one item, by the probability of its class",
        at=p,
        x_domain=(-0.02, 1.02),
        y_domain=(-0.2, 8.4),
        x_label="p of the right class",
        y_label="loss",
        curves=[
            PlotCurve(x=p, y=log_loss, color="loss", label="−log p", value=log_loss),
            PlotCurve(x=p, y=distance, color="loss", lane="B", label="1 − p", value=distance),
        ],
        moving=[_point(p, log_loss, "loss"), _point(p, distance, "loss")],
    )


def _slopes(result: Mistake) -> Plot:
    """Both slopes in size, the steeper one solid."""
    logit, steep, flat = result.logit, -result.log_slope, -result.distance_slope
    return Plot(
        title="How hard it pulls: the slope in the logit, in size",
        at=logit,
        x_domain=(-8, 8),
        y_domain=(-0.03, 1.06),
        x_label="logit of the right class over the other",
        y_label="slope",
        curves=[
            PlotCurve(x=logit, y=steep, color="gradient", label="of −log p", value=steep),
            PlotCurve(x=logit, y=flat, color="gradient", lane="B", label="of 1 − p", value=flat),
        ],
        moving=[_point(logit, steep, "gradient"), _point(logit, flat, "gradient")],
        marks=[Mark(x=WRONG, label="confident mistake")],
    )


def _table(result: Mistake) -> Table:
    steep, flat = -result.log_slope, -result.distance_slope
    return Table(
        head="loss",
        names=["−log p", "1 − p"],
        columns=[
            TableColumn(title="p", array=np.stack([result.p, result.p], 1), color="activations"),
            TableColumn(title="loss", array=np.stack([result.log_loss, result.distance], 1), color="loss"),
            TableColumn(
                title="slope",
                note="in the logit",
                array=np.stack([steep, flat], 1),
                color="gradient",
                foot=one_column(steep / flat),
            ),
        ],
        foot=TableFoot(name="steeper by a factor of"),
    )
