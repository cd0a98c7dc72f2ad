"""What all panels have in common: the words for colours, lanes and scales, the base classes, numbers within words.

The panels hold their arrays; core/stage/scene.py packs them. A field's name in the browser is `json_name` of it.
What has
its default is not sent: the browser has the same defaults.
"""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Literal

from core.arrays import Array

Quantity = Literal["loss", "metric", "parameters", "gradient", "activations", "data"]
"""What a number is; it has the same colour everywhere."""

Ink = Quantity | Literal["text"]
"""A quantity's colour, or that of the text."""

Lane = Literal["A", "B", "C"]
"""One of several things compared: A is drawn solid, B dashed, C dotted."""

Scale = Literal["linear", "log"]
Domain = tuple[float, float]
"""The low and the high end of an axis."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What the stage shows in one place of a row, under a title."""

    kind: ClassVar[str]

    title: str = ""
    weight: float = 1  # share of the row's width
    narrow_height: int | Literal["auto"] | None = None  # CSS pixels on a phone; unset: the row's height, at most 300


@dataclass(frozen=True, kw_only=True)
class MovingPanel(Panel):
    """A panel whose arrays have a row for each frame, or the row that `rows` tells for it."""

    rows: Array | None = None  # (frames,) row of the other arrays that each frame shows; unset: its own


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A dashed line across a number line, with a label."""

    x: float  # in the axis's unit
    label: str


@dataclass(frozen=True, kw_only=True)
class LivingNumber:
    """A number within words that changes with time."""

    value: Array  # (rows,) or (rows, k)
    at: int = 0  # which of the k
    color: Quantity | None = None
    digits: int = 3  # significant digits


@dataclass(frozen=True, kw_only=True)
class PointedNumber:
    """A number within words: that of the pixel, or of the line, under the pointer."""

    value: Array  # pixels: (rows or 1, ...) one number a pixel; lines: (frames, lines)
    color: Quantity | None = None
    digits: int = 3  # significant digits


def json_name(field: dataclasses.Field) -> str:
    """x_label as xLabel, from_ as from; metadata `json` overrides it."""
    first, *rest = field.name.rstrip("_").split("_")
    return field.metadata.get("json", first + "".join(word.capitalize() for word in rest))


def same_length(where: str, **arrays: Array | None) -> None:
    """Refuse arrays that belong together, number by number, and differ in how many they are."""
    sizes = {name: array.size for name, array in arrays.items() if array is not None}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"{where}: {sizes} differ in length")
