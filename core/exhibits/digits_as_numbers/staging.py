"""What the scenes of all views share: the frames are rows of pixels, done one after the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.digits_as_numbers.pictures import SIDE
from core.nn.models import PIXELS
from core.stage.panels import Pixels
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text

ROWS = np.arange(SIDE + 1)  # the frames: so many rows of pixels are done
DONE = SIDE * ROWS  # numbers that are done
PLACE = np.arange(PIXELS)[None]


def staged(result: Result, rows: Sequence[Row], labels: Sequence[str]) -> Scene:
    """The rows on a time with these labels, replayed at about four frames a second."""
    sentences = [sentence.replace(" * ", " × ") for sentence in result.findings()]
    alt = plain_text("A digit as numbers.", sentences)
    return Scene(rows=rows, alt=alt, time=Time(labels=labels), seconds=max(5.0, 0.24 * len(labels)))


def linked(title: str, image: Array, **options: Any) -> Pixels:
    """A 28×28 picture that is linked with the others."""
    return Pixels(title=title, array=image.reshape(1, 1, SIDE, SIDE), link=0, **options)


def outlines(row: Array | int, column: Array | int, width: int) -> Array:
    """Outlines of the row of pixels done last, for every frame; none before the first."""
    return np.stack(np.broadcast_arrays(0, row, column, ROWS > 0, width), 1)


def done_labels(what: str) -> list[str]:
    """A label for each frame, with how many numbers of that kind are done."""
    return ["before the first row", *(f"row {r - 1}: {SIDE * r} of 784 {what}" for r in ROWS[1:])]
