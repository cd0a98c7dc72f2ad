"""The mean and the median of a mini-batch's losses on the stage, while the last digit's loss is dragged."""

from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.mini_batches.mean_or_median import Averages
from core.exhibits.mini_batches.staging import staged
from core.stage.panels import Bars, Curve, Pixels, Series, Tiles
from core.stage.scene import Row, Scene


def scene(result: Averages) -> Scene:
    """Its time is the last digit's loss."""
    above = _digits(result), _losses(result), _average(result)
    below = (
        _slopes(result, "Slope of the mean in each", result.mean_slopes),
        _slopes(result, "Slope of the median in each", result.median_slopes),
        _trained(result),
    )
    labels = [f"the last digit's loss = {value:.2f}" for value in result.losses[:, -1]]
    return staged(result, (Row(230, above), Row(230, below)), labels, 8.0)


def _digits(result: Averages) -> Pixels:
    frames, n = result.losses.shape
    return Pixels(
        title="One mini-batch",
        array=result.images.reshape(1, n, 28, 28),
        rows=np.zeros(frames, int),
        hover=[],
        tiles=Tiles(text=result.losses),
        weight=2,
        narrow_height=120,
    )


def _of_each_digit(result: Averages) -> dict[str, Any]:
    """What the bars have in common."""
    labels = [str(i + 1) for i in range(len(result.unmoved))]
    return {"labels": labels, "x_label": "digit", "narrow_height": 190}


def _losses(result: Averages) -> Bars:
    return Bars(
        title="Loss of each",
        heights=result.losses,
        color="loss",
        y_domain=(0, 1.1),
        highlight=len(result.unmoved) - 1,
        weight=4,
        **_of_each_digit(result),
    )


def _average(result: Averages) -> Curve:
    moved = result.losses[:, -1]
    return Curve(
        title="Move the last digit's loss (drag)",
        at=moved,
        x_label="the last digit's loss",
        weight=4,
        series=[
            Series(x=moved, y=result.mean, label="mean", color="loss"),
            Series(x=moved, y=result.median, label="median", color="loss", lane="B"),
        ],
    )


def _slopes(result: Averages, title: str, slopes: Array) -> Bars:
    return Bars(
        title=title,
        heights=slopes,
        color="gradient",
        y_domain=(0, 1.15),
        digits=2 if len(result.unmoved) <= 9 else 0,
        weight=3,
        **_of_each_digit(result),
    )


def _trained(result: Averages) -> Curve:
    by_mean, by_median = result.trained_loss
    steps = np.arange(len(by_mean))
    return Curve(
        title="Trained by each: loss on other digits",
        x_label="steps",
        weight=4,
        series=[
            Series(x=steps, y=by_mean, label="by the mean", color="loss"),
            Series(x=steps, y=by_median, label="by the median", color="loss", lane="B"),
        ],
    )
