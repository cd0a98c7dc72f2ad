"""All validation digits before and after the sigmoid, and the accuracy of every threshold on either side."""

import numpy as np

from core.arrays import Array
from core.exhibits.sigmoid.staging import point, staged
from core.exhibits.sigmoid.threshold import Thresholds
from core.stage.panels import AxisName, Domain, Mark, Plot, PlotCurve
from core.stage.scene import Row, Scene

MARKS = (Mark(x=0, label="0"), Mark(x=0.5, label="0.5"))
UNIT = (-0.02, 1.02)


def scene(result: Thresholds) -> Scene:
    """Its time is the threshold."""
    logits, before, after = result.logits, result.before, result.after
    p = 1 / (1 + np.exp(-logits.astype(np.float64)))
    wide = float(before[0]), float(before[-1])
    dots = (
        _dots(result, "Before the sigmoid: activations", logits, before, wide),
        _dots(result, "After it: predictions", p, after, UNIT),
    )
    curves = (_accuracy(result, "before", "activation", wide), _accuracy(result, "after", "prediction", UNIT))
    labels = [f"threshold {b:.2f} before, {a:.2f} after".replace("-", "−") for b, a in zip(before, after, strict=True)]
    return staged(result, (Row(216, dots), Row(222, curves)), labels)


def _dots(result: Thresholds, title: str, values: Array, at: Array, domain: Domain) -> Plot:
    """A dot for each digit, threes above sevens, spread out so that they do not cover each other."""
    spread = (np.arange(len(values)) * 0.618034 % 1 - 0.5) * 0.7
    curves = []
    for target in (1, 0):
        digits = result.targets == target
        curves.append(PlotCurve(x=values[digits], y=target + spread[digits], color="activations", symbol=0))
    return Plot(
        title=title,
        at=at,
        x_domain=domain,
        y_domain=(-0.5, 1.5),
        names=[AxisName(y=1, label="threes"), AxisName(y=0, label="sevens")],
        curves=curves,
        marks=MARKS,
    )


def _accuracy(result: Thresholds, side: str, unit: str, domain: Domain) -> Plot:
    """The accuracy of every threshold before or after the sigmoid."""
    at, accuracy = result.before, result.accuracy_before
    if side == "after":
        at, accuracy = result.after, result.accuracy_after
    return Plot(
        title=f"Accuracy, by threshold {side} the sigmoid",
        at=at,
        x_domain=domain,
        y_domain=(min(0.4, float(result.accuracy_before.min()) - 0.05), 1.03),
        x_label=f"threshold on the {unit}",
        curves=[PlotCurve(x=at, y=accuracy, color="metric")],
        moving=[point(at, accuracy, "metric", "with this threshold", accuracy)],
        marks=MARKS,
    )
