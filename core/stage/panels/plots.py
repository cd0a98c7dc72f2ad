"""Panels with axes: curves, moving lines, bars, fields over the plane, loss surfaces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from core.arrays import Array
from core.stage.panels.base import (
    Domain,
    Ink,
    Lane,
    Mark,
    MovingPanel,
    Panel,
    PointedNumber,
    Quantity,
    Scale,
    same_length,
)


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line through points, or separate symbols at them; with a label it stands in the legend."""

    x: Array  # (points,) ascending, unless it has a symbol
    y: Array  # (points,) not finite: a gap
    color: Quantity
    label: str = ""
    lane: Lane | None = None
    faint: bool = False
    step: bool = False  # whether it jumps from value to value
    symbol: int | None = None  # 0 circle, 1 square, 2 triangle, 3 diamond; unset: a line

    def __post_init__(self) -> None:
        same_length(f"{type(self).__name__} {self.label!r}", x=self.x, y=self.y)


@dataclass(frozen=True, kw_only=True)
class Curve(Panel):
    """Curves over time or over a swept value, revealed up to the current instant; dragging moves time."""

    kind: ClassVar = "curve"

    series: Sequence[Series]
    at: Array | None = None  # (frames,) each frame's x; unset: all of it is shown, nothing moves
    x_label: str = ""
    y_label: str = ""
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    x_domain: Domain | None = None  # unset: all of the data
    y_domain: Domain | None = None  # unset: all of the data, with some room
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, kw_only=True)
class PlotCurve(Series):
    """A curve that stands still; `value` is shown beside its label."""

    value: Array | None = None  # (frames,) or (frames, 1)
    digits: int = 4  # significant digits of `value`


@dataclass(frozen=True, kw_only=True)
class Moving:
    """A line or points that move with time; without x and y, only a number in the legend."""

    color: Ink
    x: Array | None = None  # (frames, points), or (points,) where it never moves
    y: Array | None = None  # (frames, points), or (points,)
    label: str = ""
    lane: Lane | None = None
    faint: bool = False
    dots: bool = False  # the points alone, without a line
    fill: bool = False  # also the area that the points enclose
    value: Array | None = None  # (frames,) or (frames, 1), shown beside the label
    digits: int = 4  # significant digits of `value`

    def __post_init__(self) -> None:
        if (self.x is None) != (self.y is None):
            raise ValueError(f"Moving {self.label!r}: x and y belong together")
        if self.x is not None and self.y is not None and _points(self.x) != _points(self.y):
            raise ValueError(f"Moving {self.label!r}: {_points(self.x)} x and {_points(self.y)} y a frame")


def _points(array: Array) -> int:
    """How many numbers of it a frame shows."""
    return array.size // max(1, len(array)) if array.ndim > 1 else array.size


@dataclass(frozen=True, kw_only=True)
class AxisName:
    """A name at a place of the y axis, in place of a number."""

    y: float  # in the axis's unit
    label: str


@dataclass(frozen=True, kw_only=True)
class Plot(MovingPanel):
    """Curves that stand still, and over them lines and points that move: a tangent, a secant, a dragged point."""

    kind: ClassVar = "plot"

    curves: Sequence[PlotCurve] = ()
    moving: Sequence[Moving] = ()
    at: Array | None = None  # (frames,) each frame's x, by which it is dragged
    x_label: str = ""
    y_label: str = ""
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    x_domain: Domain | None = None  # unset: all of the data
    y_domain: Domain | None = None  # unset: all of the data, with some room
    marks: Sequence[Mark] = ()
    names: Sequence[AxisName] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One or several lines that move, each of which may carry a number and be read out under the pointer."""

    x: Array  # (points,), (frames, points) or (frames, lines, points)
    y: Array  # (points,), (frames, points) or (frames, lines, points)
    color: Quantity
    lane: Lane | None = None
    faint: bool = False
    label: str = ""
    mark: tuple[Array, Array] | None = None  # x and y of each line's number, (frames, lines) each; not finite: nowhere
    dim: Array | None = None  # (frames, lines) 1: drawn in grey
    tell: Sequence[str | PointedNumber] = ()

    def __post_init__(self) -> None:
        if self.x.shape[-1] != self.y.shape[-1]:
            raise ValueError(f"Line {self.label!r}: {self.x.shape[-1]} x and {self.y.shape[-1]} y")


@dataclass(frozen=True, kw_only=True)
class Lines(MovingPanel):
    """Lines that move: each has points of its own at every instant, a number at one of them, and words on hover."""

    kind: ClassVar = "lines"

    lines: Sequence[Line]
    points: tuple[Array, Array] | None = None  # x and y of dots that stand still, (points,) each
    points_label: str = ""
    x_label: str = ""
    y_label: str = ""
    x_domain: Domain | None = None  # unset: all of the data
    y_domain: Domain | None = None  # unset: all of the data, with some room


@dataclass(frozen=True, kw_only=True)
class FitCurve:
    """What a model predicts over the grid."""

    y: Array  # (frames, grid)
    color: Quantity
    label: str
    lane: Lane | None = None


@dataclass(frozen=True, kw_only=True)
class Fit(MovingPanel):
    """Points and the curve that a model draws through them, with each point's distance from it."""

    kind: ClassVar = "fit"

    points: tuple[Array, Array]  # x and y of what was measured, (points,) each
    points_label: str
    grid: Array  # (grid,) x of the curves
    curves: Sequence[FitCurve]
    residuals: Array | None = None  # (frames, points) predictions at the points
    residuals_label: str = ""
    x_label: str = ""
    y_label: str = ""
    y_domain: Domain | None = None  # unset: all points, with a quarter more


@dataclass(frozen=True, kw_only=True)
class Bars(MovingPanel):
    """A histogram over a number line, or one bar for each of a few named things."""

    kind: ClassVar = "bars"

    heights: Array  # (bars,) or (frames, bars)
    color: Quantity
    edges: Array | None = None  # (bars + 1,) of the number line
    labels: Sequence[str] = ()  # or each bar's name
    digits: int = 0  # significant digits written above each bar; 0: none
    highlight: Array | int | None = None  # (frames,) each frame's bar, or one bar's index
    marks: Sequence[Mark] = ()
    x_label: str = ""
    y_label: str = ""
    y_domain: Domain | None = None  # unset: from 0 to the highest bar, with some room

    def __post_init__(self) -> None:
        bars = self.heights.shape[-1]
        named = len(self.labels) if self.edges is None else len(self.edges) - 1
        if (self.edges is None) == (not self.labels) or named != bars:
            raise ValueError(f"Bars {self.title!r}: {bars} bars need as many labels, or one more edge")


@dataclass(frozen=True, kw_only=True)
class ClassPoints:
    """Points of two classes on the plane."""

    x: Array  # (points,)
    y: Array  # (points,)
    group: Array  # (points,) 0 a disc, 1 a square
    labels: Sequence[str] = ()  # of both classes

    def __post_init__(self) -> None:
        same_length("ClassPoints", x=self.x, y=self.y, group=self.group)


@dataclass(frozen=True, kw_only=True)
class Heat(MovingPanel):
    """A field of signed numbers over the plane that changes with time, with points and straight lines on it."""

    kind: ClassVar = "heat"

    z: Array  # (frames, ny, nx) from low to high y; the outermost lie on the domains' ends
    vmax: float  # what has the strongest colour, in z's own numbers
    x_domain: Domain
    y_domain: Domain
    unit: float = 1  # what one of z's numbers stands for, where they are packed as small integers
    tell: str = ""  # what stands before the number under the pointer
    points: ClassPoints | None = None
    segments: Array | None = None  # (frames, lines, 4) x, y, x, y; not finite: left out
    level: bool = False  # draws the line along which z is 0
    x_label: str = ""
    y_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Path:
    """A recorded path over a loss surface, up to the current instant, with a ball at its head."""

    points: Array  # (steps, 3) x, y, z
    color: Quantity
    rows: Array | None = None  # (frames,) the step that each frame has reached; unset: as many as the frame's number
    lane: Lane | None = None  # its letter stands on the ball
    label: str = ""
    shadow: bool = False  # also drawn on the floor under the surface


@dataclass(frozen=True, kw_only=True)
class LossPanel(Panel):
    """A loss over two directions; panels of one camera turn together and point at the same place."""

    x: Array  # (nx,)
    y: Array  # (ny,)
    z: Array  # (ny, nx) not finite: a hole
    x_label: str
    y_label: str
    z_label: str
    z_scale: Scale = "linear"
    levels: int = 12  # about so many lines of equal loss
    paths: Sequence[Path] = ()
    terraces: bool = False  # flat cells with steps between them, instead of a smooth surface
    camera: str | None = None  # the name under which panels are linked; unset: alone

    def __post_init__(self) -> None:
        if self.z.shape != (len(self.y), len(self.x)):
            raise ValueError(f"{self.title!r}: z {self.z.shape} over {len(self.y)} y and {len(self.x)} x")


@dataclass(frozen=True, kw_only=True)
class Surface(LossPanel):
    """A loss surface in three dimensions, with the recorded paths running down it."""

    kind: ClassVar = "surface"


@dataclass(frozen=True, kw_only=True)
class Contour(LossPanel):
    """A loss surface from above: heat map, labelled lines of equal loss and the recorded paths."""

    kind: ClassVar = "contour"
