"""Batches on the stage: each batch before its crop, with the one box, and as the model sees it."""

import numpy as np

from core.arrays import Array
from core.exhibits.augmentation.one_batch import BATCHES, Batches
from core.exhibits.augmentation.staging import degrees, staged
from core.stage.panels import Pictures
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene


def scene(result: Batches) -> Scene:
    """Its time is the batches."""
    labels = [f"batch {i + 1} of {BATCHES}" for i in range(BATCHES)]
    return staged(result, [Row(214, [_before(result)]), Row(184, [_after(result)])], labels, 2.0)


def _before(result: Batches) -> Pictures:
    draws, size = result.draws, result.size
    captions = [
        f"{result.labels[i % size]}\n{'flipped, ' if draws.flipped[i] else ''}{degrees(draws, i)}"
        for i in range(BATCHES * size)
    ]
    return Pictures(
        title="Flipped, turned, zoomed and warped, each its own way; and the batch's one crop box",
        files=pictures_together([encoded(picture) for picture in result.uncropped]),
        show=_batch_by_batch(result),
        boxes=draws.boxes,
        captions=captions,
        narrow_height=340,
    )


def _after(result: Batches) -> Pictures:
    return Pictures(
        title="Cropped, then each lit its own way: the batch that the model sees",
        files=pictures_together([encoded(picture) for picture in result.pictures]),
        show=_batch_by_batch(result),
        narrow_height=240,
    )


def _batch_by_batch(result: Batches) -> Array:
    """(BATCHES, n) the pictures of each batch."""
    return np.arange(BATCHES * result.size).reshape(BATCHES, result.size)
