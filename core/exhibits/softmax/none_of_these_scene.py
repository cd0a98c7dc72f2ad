"""What is none of these, on the stage: what softmax and independent sigmoids say where no class fits."""

import numpy as np

from core.exhibits.softmax.none_of_these import FarBelow, NoDigits
from core.exhibits.softmax.staging import DIGITS, column, finite_range, grey_pictures, staged
from core.stage.panels import Columns, Moving, Pixels, Plot, PlotCurve
from core.stage.scene import Row, Scene


def far_below_scene(result: FarBelow) -> Scene:
    """Its time is how far all activations are lowered."""
    labels = [f"lowered by {distance:.1f}" for distance in result.distance]
    return staged(result, (Row(170, [_lowered_bars(result)]), Row(290, [_lowered_curves(result)])), labels)


def _lowered_bars(result: FarBelow) -> Columns:
    return Columns(
        title="The same activations through softmax and through a sigmoid each",
        names=result.names,
        columns=[
            column("activation", result.activations, domain=finite_range(result.activations)),
            column("softmax", result.softmax, total=result.softmax.sum(1)),
            column("its own sigmoid", result.sigmoid, total=result.sigmoid.sum(1), lane="B"),
        ],
    )


def _lowered_curves(result: FarBelow) -> Plot:
    softmax = [
        PlotCurve(x=result.distance, y=y, color="activations", lane="A", label="" if k else "softmax")
        for k, y in enumerate(result.softmax.T)
    ]
    sigmoids = [
        PlotCurve(x=result.distance, y=y, color="activations", lane="B", label="" if k else "sigmoids")
        for k, y in enumerate(result.sigmoid.T)
    ]
    points = np.repeat(result.distance[:, None], len(result.names), 1)
    return Plot(
        title="Drag to the right: every activation gets smaller by as much",
        at=result.distance,
        x_label="all activations lowered by",
        y_domain=(-0.02, 1.02),
        curves=[*softmax, *sigmoids],
        moving=[
            Moving(x=points, y=result.softmax, color="activations", dots=True),
            Moving(x=points, y=result.sigmoid, color="activations", dots=True),
        ],
    )


def no_digits_scene(result: NoDigits) -> Scene:
    """Its time is the pictures."""
    picture = Pixels(title="What they are shown", array=grey_pictures(result.images), vmax=255)
    rows = Row(270, [picture, _all_digits(result)]), Row(210, [_largest(result)])
    return staged(result, rows, result.names, autoplay=False)


def _all_digits(result: NoDigits) -> Columns:
    return Columns(
        title="Their probabilities for the ten digits",
        names=DIGITS,
        weight=3,
        columns=[
            column("trained with softmax", result.softmax, digits=3, total=result.softmax.sum(1)),
            column("with ten sigmoids", result.sigmoid, digits=3, total=result.sigmoid.sum(1), lane="B"),
        ],
    )


def _largest(result: NoDigits) -> Columns:
    return Columns(
        title="The largest probability for every picture: click one",
        names=result.names,
        columns=[
            column("softmax", result.softmax.max(1), digits=3),
            column("sigmoids", result.sigmoid.max(1), digits=3, lane="B"),
        ],
        highlight=np.arange(len(result.names)),
        pick=True,
    )
