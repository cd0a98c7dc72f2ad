"""The images of a mini-batch, each with its gradient, and the mean that grows from them."""

import numpy as np

from core.arrays import Array
from core.exhibits.gradients.batch import Batch
from core.exhibits.gradients.staging import point, signed, staged
from core.stage.panels import Pixels, Plot, PlotCurve, Tiles
from core.stage.scene import Row, Scene
from core.words import format_number

CAPTIONED = 16  # images that have room for a number below each


def scene(result: Batch) -> Scene:
    """Its time is the images, one after the other."""
    n = len(result.targets)
    pictures = (
        Pixels(title="This image", array=_grey(result)[:, None], vmax=255, weight=3),
        signed("Its own gradient", result.alone, scale="frame", weight=3),
        signed("Mean so far: the batch's", result.so_far, scale="frame", weight=3),
    )
    labels = [
        f"image {k} of {n}: target {t:.0f}, prediction {format_number(p, 3)}"
        for k, (t, p) in enumerate(zip(result.targets, result.predictions, strict=True), 1)
    ]
    rows = (Row(96 if n <= CAPTIONED else 130, (_strip(result),)), Row(270, (*pictures, _lengths(result))))
    return staged(result, rows, labels)


def _grey(result: Batch) -> Array:
    """The images as (n, 28, 28) uint8."""
    return (result.images * 255).round().astype(np.uint8).reshape(-1, 28, 28)


def _strip(result: Batch) -> Pixels:
    """All images side by side."""
    n, title, tiles = len(result.targets), "The mini-batch", None
    first = np.zeros(n)  # the same row at every frame
    if n <= CAPTIONED:
        title += ", and how sure the model is of a 3"
        right = (result.predictions > 0.5) == (result.targets == 1)
        tiles = Tiles(text=result.predictions[None], good=right[None], rows=first)
    return Pixels(title=title, array=_grey(result)[None], rows=first, vmax=255, narrow_height=190, tiles=tiles)


def _lengths(result: Batch) -> Plot:
    n, lengths = len(result.targets), result.lengths
    images = np.arange(1, n + 1)
    return Plot(
        title="Length of each image's gradient",
        at=images,
        x_label="image",
        x_domain=(0.5, n + 0.5),
        weight=4,
        curves=[PlotCurve(x=images, y=lengths, color="gradient", symbol=0)],
        moving=[point(images.astype(float), lengths, "gradient", "this one", lengths)],
    )
