"""The numerics lab on the stage: how long every number lasts while one activation is dragged."""

from collections.abc import Iterator

import numpy as np

from core.arrays import Array
from core.exhibits.cross_entropy.numerics_lab import REACH, STAGES, SYMBOLS, Breaking
from core.exhibits.cross_entropy.settings import DTYPES, METHODS
from core.exhibits.cross_entropy.staging import staged, words_column
from core.stage.panels import AxisName, Lane, Plot, PlotCurve, Quantity, Table, TableColumn
from core.stage.scene import Row, Scene

COLORS: tuple[Quantity, ...] = ("activations", "activations", "loss", "gradient")
LANES: tuple[Lane, ...] = ("A", "B", "A", "A")
"""Of each of STAGES."""

METHOD_LANES: tuple[Lane, ...] = ("C", "B", "A")
X_LABEL = "size of the dragged activation"


def scene(result: Breaking) -> Scene:
    """Its time is the size of the dragged activation."""
    rows = Row(268, [_lifelines(result), _gradients(result)]), Row(172, [_every_number(result)])
    sign = "−" if result.case == "right and falling" else ""
    return staged(result, rows, [f"activation = {sign}{size:.4g}" for size in result.size])


def _lifelines(result: Breaking) -> Plot:
    """A line for each number in each type, as long as it is sound."""
    top = len(DTYPES) - 1
    return Plot(
        title=f"How far every number lasts, {result.method}",
        at=result.size,
        x_scale="log",
        x_domain=(1, REACH),
        y_domain=(-0.5, 3.5),
        x_label=X_LABEL,
        curves=[curve for i in range(len(DTYPES)) for curve in _lifelines_of(result, i)],
        weight=3,
        names=[AxisName(y=top - i, label=precision) for i, precision in enumerate(DTYPES)],
    )


def _lifelines_of(result: Breaking, row: int) -> Iterator[PlotCurve]:
    """The lines of one type, each with a dot where its number breaks; the first type's stand in the legend."""
    labels = (*SYMBOLS[result.method], "loss", "gradient") if row == 0 else ("",) * len(STAGES)
    points = result.points[list(DTYPES)[row], result.method]
    for k, (point, label) in enumerate(zip(points, labels, strict=True)):
        y = len(DTYPES) - 1 - row + 0.27 - 0.18 * k
        ends = np.array([1.0, point.size if point else REACH])
        yield PlotCurve(x=ends, y=np.array([y, y]), color=COLORS[k], lane=LANES[k], label=label)
        if point:
            yield PlotCurve(x=np.array([point.size]), y=np.array([y]), color=COLORS[k], symbol=0)


def _gradients(result: Breaking) -> Plot:
    """The gradient by the three methods, in the chosen type."""
    i = list(DTYPES).index(result.precision)
    slopes = [_within_float32(result.chains[:, i, j, 3]) for j in range(len(METHODS))]
    return Plot(
        title=f"The gradient in {result.precision}",
        at=result.size,
        x_scale="log",
        x_domain=(1, REACH),
        y_domain=(-0.1, 1.7) if result.case == "wrong and rising" else (-1.7, 0.1),
        x_label=X_LABEL,
        curves=[
            PlotCurve(x=result.size, y=y, color="gradient", lane=lane, label=method, value=y)
            for y, lane, method in zip(slopes, METHOD_LANES, METHODS, strict=True)
        ],
        weight=2,
    )


def _within_float32(values: Array) -> Array:
    """The values, those that float32 can hardly hold as infinite."""
    return np.where(np.abs(values) > 1e30, np.copysign(np.inf, values), values)


def _every_number(result: Breaking) -> Table:
    """Four types down, and across what the followed method passes through, and every method's loss and gradient."""
    columns, marks = zip(*_columns(result), strict=True)
    return Table(
        title="The numbers, as they are; underlined: broken",
        head="type",
        names=list(DTYPES),
        columns=columns,
        marks=np.stack(marks, 2) * 2,
    )


def _columns(result: Breaking) -> Iterator[tuple[TableColumn, Array]]:
    """The columns, each with what is broken in it, (F, 4)."""
    followed = METHODS.index(result.method)
    for k, symbol in enumerate(SYMBOLS[result.method]):
        numbers = result.chains[:, :, followed, k]
        yield words_column(symbol, numbers, "activations", digits=3), result.broken[:, :, followed, k]
    for j, method in enumerate(METHODS):
        for k in (2, 3):
            column = words_column(STAGES[k], result.chains[:, :, j, k], COLORS[k], method, 6 - k)
            yield column, result.broken[:, :, j, k]
