"""Pixel similarity on the stage: a digit beside both averages, its distances row by row, and all other digits'."""

from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.exhibits.digits_as_numbers.similarity import Similarity
from core.exhibits.digits_as_numbers.staging import DONE, linked, staged
from core.stage.panels import Bars, Curve, Pixels, PointedNumber, Quantity, Series
from core.stage.scene import Row, Scene


def scene(result: Similarity) -> Scene:
    """Its time is the rows of pixels compared."""
    labels = [
        "before the first row",
        *(f"rows 0 to {r - 1}: L1 {a:.4f} to 3, {b:.4f} to 7" for r, (a, b, *_) in enumerate(result.running[1:], 1)),
    ]
    return staged(result, (Row(152, _pictures(result)), Row(284, (_bars(result), _scatter(result)))), labels)


def _pictures(result: Similarity) -> Sequence[Pixels]:
    """The digit, both averages, and how far it is from each of them."""
    differences = np.abs(result.image - result.means)
    shares = 100 * differences / differences.sum(1, keepdims=True)
    digit = linked("The digit", result.image, hover=[_pointed(result.image)])
    averages = [
        linked(f"Average {digit}", mean, axes=("", ""), hover=[_pointed(mean)])
        for digit, mean in zip((3, 7), result.means, strict=True)
    ]
    apart = [
        linked(
            f"|digit − average {digit}|",
            difference,
            up_to=DONE,
            axes=("", ""),
            hover=[_pointed(difference), ", ", PointedNumber(value=share[None], digits=2), "% of L1"],
        )
        for digit, difference, share in zip((3, 7), differences, shares, strict=True)
    ]
    return digit, *averages, *apart


def _pointed(image: Array) -> PointedNumber:
    return PointedNumber(value=image.reshape(1, 1, 28, 28))


def _bars(result: Similarity) -> Bars:
    return Bars(
        title="Distance, adding up row by row",
        labels=["L1: 3", "L1: 7", "RMSE: 3", "RMSE: 7"],
        heights=result.running,
        color="activations",
        digits=3,
        y_domain=(0, 1.2 * float(result.running.max())),
        weight=4,
    )


def _scatter(result: Similarity) -> Curve:
    """Every validation digit by its two distances; what lies above the diagonal is nearer to the average three."""
    to_three, to_seven = result.distances[:, 0], result.distances[:, 1]
    threes, right = result.threes, (to_three < to_seven) == result.threes
    kinds: dict[str, tuple[Array, Quantity, int]] = {
        "a 3": (threes & right, "data", 0),
        "a 7": (~threes & right, "data", 1),
        "a 3 taken for a 7": (threes & ~right, "loss", 0),
        "a 7 taken for a 3": (~threes & ~right, "loss", 1),
        "this digit": (np.arange(len(right)) == result.chosen, "activations", 3),
    }
    ends = np.array([result.distances[:, :2].min(), result.distances[:, :2].max()])
    diagonal = Series(x=ends, y=ends, label="equally far", color="data", lane="B", faint=True)
    points = [
        Series(x=to_three[kind], y=to_seven[kind], label=label, color=color, symbol=symbol)
        for label, (kind, color, symbol) in kinds.items()
        if kind.any()
    ]
    return Curve(
        title="Every validation digit by its L1 distances",
        x_label="to the average 3",
        y_label="to the average 7",
        series=[diagonal, *points],
        weight=6,
    )
