"""fastai's DataLoader on the stage, batch by batch: the items that it gives, and how often each has come."""

import numpy as np

from core.arrays import Array
from core.exhibits.mini_batches.loader import WORDS, Loading
from core.exhibits.mini_batches.settings import DIGITS
from core.exhibits.mini_batches.staging import staged
from core.stage.panels import Bars, Curve, Lane, Pixels, Series, Step, Steps
from core.stage.scene import Row, Scene

WIDE = 40  # items in a row of the strip
LANES: tuple[Lane, Lane] = ("A", "B")
GREYS = np.array([40, 120, 160, 190, 205])
"""How light an item is that has come so often this epoch, or more often; in the batch itself it is white."""


def scene(result: Loading) -> Scene:
    """Its time is the batches."""
    rows: tuple[Row, ...]
    if result.dataset == DIGITS:
        rows = (Row(246, (_batch(result), _strip(result))), Row(210, (_threes(result), _trained(result))))
    else:
        rows = (Row(200, (_counts(result),)), Row(250, (_texts(result),)))
    return staged(result, rows, _labels(result), 10.0)


def _labels(result: Loading) -> list[str]:
    """A label for each frame: before the first batch, then one for each batch."""
    labels = [
        f"epoch {epoch + 1}, batch {number + 1} of {len(batches)}"
        for epoch, batches in enumerate(result.epochs)
        for number in range(len(batches))
    ]
    return labels or ["nothing loaded yet"]


def _seen(result: Loading) -> Array:
    """How often each item has come in the running epoch, frame by frame: (frames, items)."""
    items = len(result.names)
    if not result.epochs:
        return np.zeros((1, items), int)
    epochs = [np.stack([np.bincount(batch, minlength=items) for batch in batches]) for batches in result.epochs]
    return np.concatenate([counts.cumsum(0) for counts in epochs])


def _frames(result: Loading) -> int:
    return max(1, len(result.batches))


def _batch(result: Loading) -> Pixels:
    pictures = np.zeros((_frames(result), result.size, 784), np.uint8)
    for frame, rows in enumerate(result.batches):
        pictures[frame, : len(rows)] = np.round(255 * result.images[rows])
    return Pixels(
        title="This batch",
        array=pictures.reshape(-1, result.size, 28, 28),
        vmax=255,
        weight=2,
        hover=[],
    )


def _strip(result: Loading) -> Pixels:
    """Every item as one pixel."""
    light = GREYS[np.minimum(_seen(result), len(GREYS) - 1)]
    for frame, rows in enumerate(result.batches):
        light[frame, rows] = 255
    return Pixels(
        title=f"All {len(result.names)} items: white in this batch, grey seen this epoch",
        array=light.astype(np.uint8).reshape(len(light), 1, -1, WIDE),
        vmax=255,
        weight=3,
        hover=["one item; threes above, sevens below"],
        axes=("", ""),
        narrow_height=150,
    )


def _threes(result: Loading) -> Curve:
    frames = _frames(result)
    step = np.arange(1, frames + 1)
    series = []
    if result.loaded:
        counts = np.array([result.threes[rows].sum() for rows in result.batches])
        series = [Series(x=step, y=counts, color="data", label=f"of {result.size}:")]
    return Curve(
        title="Threes in each batch",
        at=step,
        x_label="batches so far",
        x_domain=(0, frames),
        y_domain=(0, 1.06 * result.size),
        series=series,
    )


def _trained(result: Loading) -> Curve:
    frames = _frames(result)
    orders = (result.order, result.other_order)
    return Curve(
        title="Accuracy after a step on each",
        at=np.arange(1, frames + 1),
        x_label="batches so far",
        x_domain=(0, frames),
        y_domain=(0.35, 1.03),
        series=[
            Series(x=np.arange(len(accuracy)), y=accuracy, label=WORDS[order], color="metric", lane=lane)
            for lane, accuracy, order in zip(LANES, result.accuracy, orders, strict=False)
        ],
    )


def _counts(result: Loading) -> Bars:
    seen = _seen(result)
    return Bars(
        title="How often each item has come in this epoch",
        labels=list(result.names),
        heights=seen,
        color="data",
        y_domain=(0, max(1, int(seen.max())) + 0.1),
        y_label="times",
        weight=3,
    )


def _texts(result: Loading) -> Steps:
    """Every batch as Python writes it."""
    shown = result.loaded.shown if result.loaded else ()
    steps = [
        Step(name=f"{epoch + 1} · {number + 1}", code=text)
        for epoch, texts in enumerate(shown)
        for number, text in enumerate(texts)
    ]
    return Steps(
        title="Epoch · batch, and what the loader gives",
        active=np.arange(_frames(result)),
        steps=steps,
        weight=3,
        narrow_height="auto",
    )
