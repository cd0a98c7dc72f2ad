"""Panels of pictures: numbers as pixels, photographs, the loupe, and what pictures were taken for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from core.arrays import Array
from core.stage.panels.base import Domain, MovingPanel, Panel, PointedNumber, Quantity


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """A number under each picture."""

    text: Array  # (frames, tiles)
    good: Array | None = None  # (frames, tiles) 0: the number is red, with a cross
    rows: Array | None = None  # (frames,) row of both that each frame shows; unset: its own


@dataclass(frozen=True, kw_only=True)
class Pixels(MovingPanel):
    """Pictures made of numbers: in grey, or with `signed` on one diverging map centred on zero."""

    kind: ClassVar = "pixels"

    array: Array  # (frames or 1, tiles, height, width)
    signed: bool = False
    vmax: float = 1  # what has the strongest colour, in the array's own numbers
    scale: Literal["fixed", "frame"] = "fixed"  # "frame": each frame's largest number has the strongest colour
    unit: float = 1  # what one of the array's numbers stands for, where they are packed as small integers
    columns: int | None = None  # tiles side by side; unset: so that they are largest
    tiles: Tiles | None = None
    stretch: bool = False  # fills the panel instead of keeping pixels square
    cell: tuple[float, float] | None = None  # least width and height of a pixel, CSS pixels; else the panel scrolls
    text: int | None = None  # significant digits of the numbers written into the pixels; unset: none are
    up_to: Array | None = None  # (frames,) so many numbers are shown, the rest is still empty
    box: Array | None = None  # (frames or 1, 5) tile, row, column, height, width, outlined; height 0: nothing
    hover: Sequence[str | PointedNumber] | None = None  # read out after the place; unset: the pixel's own number
    axes: tuple[str, str] = ("row", "column")  # names of a row and of a column; "" leaves it out
    link: int | None = None  # index of the first number that stands for what other linked panels' numbers do


@dataclass(frozen=True, kw_only=True)
class PictureFiles:
    """Encoded pictures, one file behind the other; core/stage/pictures.py makes them."""

    data: Array = field(metadata={"json": "pictures"})  # (bytes,) uint8
    ends: Array  # (pictures,) where each ends


@dataclass(frozen=True, kw_only=True)
class Pictures(MovingPanel):
    """Photographs and drawings side by side, in colour, each with its caption; a click shows one large."""

    kind: ClassVar = "pictures"

    files: PictureFiles = field(metadata={"inline": True})
    show: Array | None = None  # (frames, tiles) which picture a tile shows, -1: none; unset: all pictures
    chosen: str | None = None  # the `selection` of a Confusion, whose pictures are shown
    most: int = 12  # pictures of `chosen` that are shown
    captions: Sequence[str] = ()  # a picture; "\n" parts lines
    said: Array | None = None  # (frames, pictures) index into `words`, written below the caption
    words: Sequence[str] = ()
    marks: Sequence[Quantity | Literal[""]] = ()  # a picture: the colour of its frame and caption
    boxes: Array | None = None  # (pictures, 4) top, left, height, width, outlined, as shares of the picture
    columns: int | None = None  # pictures side by side; unset: so that they are largest
    exact: bool = False  # keeps pixels square and hard when they are enlarged
    same: bool = False  # gives all pictures one scale
    wide: float = 1  # a tile's width by its height

    def __post_init__(self) -> None:
        for words in (self.captions, self.marks):
            if 0 < len(words) < len(self.files.ends):
                raise ValueError(
                    f"Pictures {self.title!r}: {len(self.files.ends)} pictures, {len(words)} captions or marks"
                )


@dataclass(frozen=True, kw_only=True)
class Loupe(Panel):
    """Two pictures of the same size under one loupe, down to single pixels."""

    kind: ClassVar = "loupe"

    files: PictureFiles = field(metadata={"inline": True})
    names: tuple[str, str]
    mode: Literal["slider", "blink", "difference", "both"] = "slider"  # at first


@dataclass(frozen=True, kw_only=True)
class Outlines(Panel):
    """Where pictures come from: their borders, outlined on the original that they show a part of."""

    kind: ClassVar = "outlines"

    files: PictureFiles = field(metadata={"inline": True})  # the original, one picture
    outlines: Array  # (outlines, points, 2) x and y, shares of the original, from its upper left corner clockwise
    lit: Array  # (frames,) each frame's outline; -1: none
    labels: Sequence[str]  # an outline, shown while it is lit; "\n" parts lines
    margin: float = 0.2  # shown around the original, as a share of its side


@dataclass(frozen=True, kw_only=True)
class Confusion(MovingPanel):
    """A confusion matrix that changes with time; a click chooses a cell, whose pictures another panel may show."""

    kind: ClassVar = "confusion"

    names: Sequence[str]  # of the classes
    targets: Array  # (things,) class of each
    predicted: Array  # (frames, things) class that each was taken for
    items: Array | None = None  # (things,) its number in the panel that shows the selection; -1: it has none
    selection: str | None = None  # the name under which the chosen cell's items are offered, see Pictures.chosen

    def __post_init__(self) -> None:
        if self.selection is not None and self.items is None:
            raise ValueError(f"Confusion {self.title!r}: a selection needs items")


@dataclass(frozen=True, kw_only=True)
class Box:
    """A tensor of a calculation, in its quantity's colour; it lights up where its numbers changed."""

    title: str
    color: Quantity
    weight: float = 1  # share of the panel's width
    narrow: float = 48  # percent of a phone's width
    changed: Array | None = None  # (frames,) how many numbers differ from the frame before; -1: there is none before
    of: int | None = None  # how many numbers it has; needed with `changed`

    def __post_init__(self) -> None:
        if self.changed is not None and self.of is None:
            raise ValueError(f"Box {self.title!r}: changed needs of")


@dataclass(frozen=True, kw_only=True)
class PictureBox(Box):
    """A box that shows one picture in grey."""

    picture: Array  # (frames or 1, height, width)
    vmax: float  # white, in the picture's own numbers


@dataclass(frozen=True, kw_only=True)
class TilesBox(Box):
    """A box that shows a picture of signed numbers for each unit."""

    tiles: Array  # (frames or 1, units, height, width)
    vmax: float  # what has the strongest colour, in the tiles' own numbers
    columns: int | None = None  # tiles side by side; unset: so that they are largest


@dataclass(frozen=True, kw_only=True)
class BarsBox(Box):
    """A box that shows a bar for each unit."""

    bars: Array  # (frames or 1, units)
    domain: Domain


@dataclass(frozen=True, kw_only=True)
class BoxNumber:
    """A number with its label."""

    label: str
    value: Array  # (frames,) or (frames, 1)
    digits: int = 3  # significant digits
    color: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class NumbersBox(Box):
    """A box that shows a few numbers, one below the other."""

    numbers: Sequence[BoxNumber]


@dataclass(frozen=True, kw_only=True)
class Flow(MovingPanel):
    """A calculation from left to right as boxes, each a tensor; pointing at a unit reads it out in all of them."""

    kind: ClassVar = "flow"

    boxes: Sequence[PictureBox | TilesBox | BarsBox | NumbersBox]
