"""A line through two places of a curve that come ever nearer, and its slope on the way to the limit."""

import numpy as np

from core.arrays import Array
from core.exhibits.gradients.rise_over_run import Secant
from core.exhibits.gradients.staging import number, point, staged
from core.stage.panels import Domain, Moving, Plot, PlotCurve, Quantity, Step, Steps, Words
from core.stage.scene import Row, Scene
from core.words import format_number

COLORS: dict[str, Quantity] = {"square": "data", "loss": "loss", "accuracy": "metric"}
NAMES = {"square": "x²", "loss": "loss", "accuracy": "accuracy"}


def scene(result: Secant) -> Scene:
    """Its time is the run, ever shorter."""
    rows = (Row(282, (_two_places(result),)), Row(180, (_slopes(result), _formulas(result))))
    return staged(result, rows, [f"h = {format_number(h, 3)}" for h in result.h])


def _with_room(values: Array, room: float) -> Domain:
    """From the least to the largest value, with so much room, as a share."""
    low, high = float(values.min()), float(values.max())
    room = room * (high - low) or 0.1
    return low - room, high + room


def _two_places(result: Secant) -> Plot:
    """The curve, and the line through the place and the one that comes nearer."""
    x, (xs, ys) = result.x, result.curve
    name, color = NAMES[result.function], COLORS[result.function]
    ends = np.array([float(xs[0]), float(xs[-1])])
    tangent = result.y + result.slope * (ends - x)
    curve = PlotCurve(x=xs, y=ys, color=color, label=name, step=result.function == "accuracy")
    return Plot(
        title=f"A line through two places of the {name}" if result.items else "A line through two places of x²",
        at=x + result.h,
        x_label="the weight w" if result.items else "x",
        x_domain=(float(xs[0]), float(xs[-1])),
        y_domain=_with_room(ys, 0.12),
        curves=[
            curve,
            PlotCurve(x=ends, y=tangent, color="gradient", lane="B", faint=True, label="its slope here"),
        ],
        moving=_moving(result, ends, color),
    )


def _moving(result: Secant, ends: Array, color: Quantity) -> list[Moving]:
    """The corner of run and rise, the line through both places, and the places themselves."""
    x, y, new = result.x, result.y, result.new
    here, level, there = np.full_like(new, x), np.full_like(new, y), x + result.h
    corner = np.column_stack([here, there, there]), np.column_stack([level, level, new])
    line = y + result.slopes[:, None] * (ends - x)
    return [
        Moving(x=corner[0], y=corner[1], color="text", fill=True, faint=True, label="run and rise"),
        Moving(x=ends, y=line, color="gradient", label="rise over run", value=result.slopes[:, None]),
        Moving(x=np.column_stack([here, there]), y=np.column_stack([level, new]), color=color, dots=True),
    ]


def _slopes(result: Secant) -> Plot:
    h, slopes = result.h, result.slopes
    limit = f"slope {format_number(result.slope, 4)}"
    return Plot(
        title="Rise over run as the run shrinks",
        at=h,
        x_scale="log",
        x_label="run h, shorter to the left",
        y_domain=_with_room(np.append(slopes, result.slope), 0.08),
        weight=3,
        curves=[
            PlotCurve(x=h, y=np.full_like(h, result.slope), color="gradient", lane="B", faint=True, label=limit),
            PlotCurve(x=h, y=slopes, color="gradient"),
        ],
        moving=[point(h, slopes, "gradient", "here", slopes[:, None])],
    )


def _formulas(result: Secant) -> Steps:
    rise, run, slope = number(result.new - result.y), number(result.h), number(result.slopes, "gradient")
    answer: str | Words = Words(text=format_number(result.slope, 7), color="gradient")
    if result.function == "accuracy":
        answer = "an error: counting has no slope"
    return Steps(
        active=np.zeros(len(result.h)),
        weight=3,
        narrow_height="auto",
        steps=[
            Step(name="rise / run", code="(f(x + h) - f(x)) / h", formula=[rise, " / ", run, " = ", slope]),
            Step(name="exactly", code="f(x).backward(); x.grad", formula=[answer]),
        ],
    )
