"""Loss above accuracy, under one moving weight; beside each its slope in all 784 weights."""

from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.loss_vs_accuracy.one_weight import Sweep
from core.exhibits.loss_vs_accuracy.staging import positions, staged
from core.stage.panels import Curve, Mark, Pixels, Series
from core.stage.scene import Row, Scene


def scene(result: Sweep) -> Scene:
    """Its time is the moving weight."""
    rows = [
        Row(218, [_loss(result), _slopes(result, result.gradient)]),
        Row(236, [_accuracy(result), _slopes(result, result.accuracy_gradient)]),
    ]
    return staged(result, rows, positions(result.weight, result.share))


def _axis(result: Sweep) -> dict[str, Any]:
    """How far the weight has moved, in %, with a little room on either side."""
    reach = 104 * result.zoom
    return {"x_domain": (-reach, reach), "at": 100 * result.share, "weight": 5}


def _tangent(x: Array, y: Array) -> Series:
    return Series(x=x, y=y, label="along its slope:", color="gradient", lane="B", faint=True)


def _loss(result: Sweep) -> Curve:
    at = 100 * result.share
    return Curve(
        title="Change of the loss: smooth",
        y_domain=_domain(result.loss_change, 0.1),
        series=[
            _tangent(at, result.slope * result.weight * result.share),
            Series(x=at, y=result.loss_change, label="loss:", color="loss"),
        ],
        **_axis(result),
    )


def _accuracy(result: Sweep) -> Curve:
    edges, gained = result.stairs
    places = np.sort(np.concatenate([edges, result.share]))  # so that the cursor finds the stairs wherever it stands
    stairs = gained[np.searchsorted(edges, places, side="right") - 1] / result.items
    return Curve(
        title="Change of the accuracy: a staircase",
        x_label=f"change of weights[{result.pixel}], in %",
        y_domain=_domain(stairs, 1.5 / result.items),
        series=[
            _tangent(100 * places, 0 * places),
            Series(x=100 * places, y=stairs, label="accuracy:", color="metric", step=True),
        ],
        marks=_first_jumps(result),
        **_axis(result),
    )


def _first_jumps(result: Sweep) -> list[Mark]:
    """A mark at the nearest flip on either side, as far as they are in sight; one of them says what they are."""
    near = [100 * s for s in result.nearest if abs(s) < result.zoom]
    return [Mark(x=x, label="first jump" if x == near[-1] else "") for x in near]


def _slopes(result: Sweep, slopes: Array) -> Pixels:
    """Slopes (784,) as a picture, on the scale of the loss's, with the moving weight's pixel outlined."""
    return Pixels(
        title="Its slope in all 784 weights",
        array=slopes.reshape(1, 1, 28, 28),
        signed=True,
        vmax=float(np.abs(result.gradient).max()),
        box=np.array([[0, *divmod(result.pixel, 28), 1, 1]]),
        weight=2,
        narrow_height=200,
    )


def _domain(values: Array, least: float) -> tuple[float, float]:
    """The range of an axis: all values with some room, more of it on top; or `least` around zero if nothing moves."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return -least, least
    return low - 0.1 * (high - low), high + 0.2 * (high - low)
