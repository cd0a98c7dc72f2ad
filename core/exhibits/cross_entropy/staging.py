"""What the scenes of several views share."""

from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.stage.panels import CellNumber, Quantity, TableColumn
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import format_any, plain_text


def staged(result: Result, rows: Sequence[Row], labels: Sequence[str]) -> Scene:
    """The rows on a time with these labels."""
    alt = plain_text("Cross-entropy.", result.findings())
    return Scene(rows=rows, alt=alt, time=Time(labels=labels), seconds=9.0)


def one_column(values: Array) -> Array:
    """Values (n,) as (n, 1): one point a frame."""
    return np.asarray(values).reshape(-1, 1)


def cell_number(value: Array, color: Quantity) -> CellNumber:
    """A number of a table within words, with four decimals."""
    return CellNumber(value=value, decimals=4, color=color)


def words_column(title: str, values: Array, color: Quantity, note: str = "", digits: int = 4) -> TableColumn:
    """A column of numbers (rows,) or (frames, rows) as words: the stage keeps numbers in float32, which holds not "
    "all."""
    words, index = np.unique([format_any(float(value), digits) for value in values.ravel()], return_inverse=True)
    return TableColumn(
        title=title,
        note=note,
        array=index.reshape(values.shape).astype(np.int32),
        words=[str(word) for word in words],
        color=color,
    )
