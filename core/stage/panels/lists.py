"""Panels of words and numbers in rows: steps, tables, columns of bars, text, pipelines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from core.arrays import Array
from core.stage.panels.base import Domain, Lane, LivingNumber, MovingPanel, Panel, Quantity


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words in a quantity's colour."""

    text: str
    color: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step: its name, its line of code, the shapes in it, and a formula with living numbers."""

    name: str
    code: str = ""
    shapes: str = ""
    formula: Sequence[str | LivingNumber | Words] = ()


@dataclass(frozen=True, kw_only=True)
class Steps(MovingPanel):
    """The steps of an algorithm as a list: the running one lit."""

    kind: ClassVar = "steps"

    steps: Sequence[Step]
    active: Array  # (frames,) index of the running step; -1: none


@dataclass(frozen=True, kw_only=True)
class CellNumber:
    """A number within words: what an array of a table's shape has in the row under the pointer."""

    value: Array  # (rows,) or (frames, rows)
    words: Sequence[str] = ()  # what its numbers stand for
    decimals: int | None = None  # places behind the point; unset: `digits`
    digits: int = 4  # significant digits
    color: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column of a table; it appears whole at a frame, or cell by cell from there on."""

    title: str
    array: Array  # (rows,) or (frames, rows)
    note: str = ""  # under the title, as code
    words: Sequence[str] = ()  # what its numbers stand for, where no float32 holds them
    decimals: int | None = None  # places behind the point; unset: `digits`
    digits: int = 4  # significant digits
    color: Quantity | None = None
    from_: int = 0  # frame at which it appears
    each: bool = False  # one cell a frame, from that frame on
    of: Sequence[int] | Array = ()  # the columns that a cell was made of, in its row; or (rows,) one for each row
    tell: Sequence[str | CellNumber] = ()  # read out under the pointer
    foot: Array | None = None  # (1,) or (frames, 1), in the last row

    def __post_init__(self) -> None:
        if self.foot is not None and self.foot.ndim == 1 and len(self.foot) != 1:
            raise ValueError(f"TableColumn {self.title!r}: a foot that changes is (frames, 1), not {self.foot.shape}")


@dataclass(frozen=True, kw_only=True)
class TableFoot:
    """A last row, under a line."""

    name: str
    from_: int = 0  # frame at which it appears


@dataclass(frozen=True, kw_only=True)
class Table(MovingPanel):
    """A table of live numbers; a cell under the pointer says where its number comes from."""

    kind: ClassVar = "table"

    names: Sequence[str]  # of the rows
    columns: Sequence[TableColumn]
    head: str = ""  # what the rows are
    foot: TableFoot | None = None
    marks: Array | None = None  # (frames, rows, columns) 1: the cell is lit, 2: its number is broken

    def __post_init__(self) -> None:
        for column in self.columns:
            if column.array.shape[-1] != len(self.names):
                raise ValueError(f"Table column {column.title!r}: {column.array.shape} for {len(self.names)} rows")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A bar and a number for each thing; bars start at 0, or at the end of the domain that is nearer to it."""

    values: Array  # (things,) or (frames, things)
    color: Quantity
    title: str = ""  # "\n" parts lines
    domain: Domain = (0, 1)
    most: Array | None = None  # (frames,) what a full bar stands for, in place of `domain`
    lane: Lane | None = None  # B is outlined with dashes
    digits: int = 0  # significant digits; 0: no numbers
    total: Array | None = None  # (frames,) in the last row
    total_digits: int | None = None  # significant digits of the total; unset: `digits`


@dataclass(frozen=True, kw_only=True)
class Handle:
    """The bar that is dragged."""

    column: int
    row: int
    at: Array  # (frames,) its value at each frame


@dataclass(frozen=True, kw_only=True)
class Columns(MovingPanel):
    """Rows of named things, a bar and a number for each in every column: one computation, column by column."""

    kind: ClassVar = "columns"

    names: Sequence[str]  # of the things
    columns: Sequence[Column]
    total_label: str = "sum"
    highlight: Array | None = None  # (frames,) each frame's thing
    pick: bool = False  # a click on a thing moves time to its frame; needs `highlight`
    handle: Handle | None = None

    def __post_init__(self) -> None:
        if self.pick and self.highlight is None:
            raise ValueError(f"Columns {self.title!r}: pick needs highlight")
        for column in self.columns:
            if column.values.shape[-1] != len(self.names):
                raise ValueError(f"Column {column.title!r}: {column.values.shape} for {len(self.names)} things")


@dataclass(frozen=True, kw_only=True)
class TextPart:
    """A part of a line that stands out, or stands back."""

    words: str
    color: Quantity | None = None
    mark: bool = False  # stands on its colour
    faint: bool = False


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """What was asked, in bold, and below it the answer: one, one for each frame, or in parts."""

    code: str = ""
    answer: str = ""
    answers: Sequence[str] = ()  # one a frame
    parts: Sequence[str | TextPart] = ()
    note: str = ""  # beside the code, in plain letters
    color: Quantity | None = None  # of the answer


@dataclass(frozen=True, kw_only=True)
class Text(MovingPanel):
    """Text as a computer prints it: lines of code with their answers, or names with the part that matters marked."""

    kind: ClassVar = "text"

    lines: Sequence[TextLine]
    columns: int = 1
    least: int = 200  # CSS pixels that a column needs


@dataclass(frozen=True, kw_only=True)
class PipelineStep:
    """A step of a pipeline: what it is called and what it gives."""

    at: int  # its frame; its number is one more
    name: str
    gives: str
    state: Literal["done", "failed", "not reached"]
    color: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class PipelineGroup:
    """Steps that belong together; its lanes are things that happen to different parts of the same item."""

    title: str
    lanes: Sequence[Sequence[PipelineStep]]
    note: str = ""
    weight: float = 1  # share of the room that is left


@dataclass(frozen=True, kw_only=True)
class Pipeline(Panel):
    """What is done one after the other, in groups; where it ended stands out,
    and a click on a step moves time to it.
    """

    kind: ClassVar = "pipeline"

    active: Array  # (frames,) each frame's step, which is lit
    groups: Sequence[PipelineGroup]
