"""A picture on its way into a batch: row after row of its pixels becomes one row of 784 numbers."""

import numpy as np

from core.exhibits.digits_as_numbers.pictures import SIDE
from core.exhibits.digits_as_numbers.pixels import Unrolled
from core.exhibits.digits_as_numbers.staging import DONE, PLACE, ROWS, done_labels, linked, outlines, staged
from core.nn.models import PIXELS
from core.stage.panels import Pixels, PointedNumber
from core.stage.scene import Row, Scene

LAST = np.maximum(ROWS - 1, 0)  # the row of pixels done last


def scene(result: Unrolled) -> Scene:
    """Its time is the rows of pixels done."""
    rows = (Row(328, (_picture(result), _numbers(result))), Row(36, (_row(result),)), Row(96, (_batch(result),)))
    return staged(result, rows, done_labels("numbers"))


def _picture(result: Unrolled) -> Pixels:
    return linked("The picture", result.stored, vmax=255, box=outlines(LAST, 0, SIDE), weight=3, hover=[])


def _numbers(result: Unrolled) -> Pixels:
    """The picture again, with each number written into its pixel."""
    stored = PointedNumber(value=result.stored.reshape(1, 1, SIDE, SIDE))
    x = PointedNumber(value=result.batch[-1].reshape(1, 1, 1, PIXELS))
    return linked(
        "Its 28 × 28 numbers",
        result.stored,
        vmax=255,
        box=outlines(LAST, 0, SIDE),
        text=3,
        stretch=True,
        cell=(17, 11),
        hover=[stored, " / 255 = ", x, " = x[", PointedNumber(value=PLACE), "]"],
        weight=8,
        narrow_height=350,
    )


def _row(result: Unrolled) -> Pixels:
    """The one row of 784 that is filled row by row."""
    x = result.batch[-1].reshape(1, 1, 1, PIXELS)
    row, column = PointedNumber(value=PLACE // SIDE), PointedNumber(value=PLACE % SIDE)
    place, value = PointedNumber(value=PLACE), PointedNumber(value=x)
    return Pixels(
        title="Row after row, divided by 255: x, one row of 784",
        array=x,
        stretch=True,
        up_to=DONE,
        box=outlines(0, SIDE * LAST, SIDE),
        link=0,
        axes=("", ""),
        narrow_height=36,
        hover=["x[", place, "] = ", value, ": row ", row, ", column ", column],
    )


def _batch(result: Unrolled) -> Pixels:
    n = len(result.batch)
    return Pixels(
        title=f"x is the last row of a batch ({n}, 784)",
        array=(result.batch * 255).round().astype(np.uint8).reshape(1, 1, n, PIXELS),
        vmax=255,
        unit=1 / 255,
        stretch=True,
        up_to=PIXELS * (n - 1) + DONE,
        box=outlines(n - 1, SIDE * LAST, SIDE),
        link=PIXELS * (n - 1),
        axes=("image", "pixel"),
        narrow_height=110,
    )
