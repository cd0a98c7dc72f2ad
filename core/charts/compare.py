"""Kept runs in one chart: a curve for each, values under the pointer, a legend that switches, zoom and pan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.palette import RUNS

if TYPE_CHECKING:
    import altair as alt

DASHES = ([1, 0], [8, 4], [2, 3])  # beside the colours, for eyes to whom two of them look alike
BORDERS = ("solid", "dashed", "dotted")  # the same in CSS

HEIGHT, LINE = 320, 20  # pixels, and for each line of the legend


@dataclass(frozen=True, kw_only=True)
class Line:
    """One run: its name, its place among the kept ones, and its points."""

    name: str
    place: int
    points: Sequence[tuple[float, float]]


def comparison(lines: Sequence[Line], across: str, up: str, *, log: bool, mode: str) -> "alt.LayerChart":
    """The lines over each other; with `log` the vertical axis is logarithmic and leaves out what is not above 0."""
    import altair as alt
    import pandas as pd

    rows = [{"run": line.name, "x": x, "y": y} for line in lines for x, y in line.points if not log or y > 0]
    names = [line.name for line in lines]
    colors = [RUNS[mode][line.place % len(RUNS[mode])] for line in lines]
    legend = alt.Legend(orient="top", columns=1, title=None, labelLimit=320, symbolType="stroke", symbolSize=400)
    switched = alt.selection_point(fields=["run"], bind="legend")
    near = alt.selection_point(
        fields=["run", "x"], nearest=True, on="pointerover", clear="pointerout", empty=False, name="near"
    )
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("x:Q", title=across, scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(grid=False, tickCount=8)),
        y=alt.Y("y:Q", title=up, scale=alt.Scale(type="log" if log else "linear", zero=False)),
        color=alt.Color(
            "run:N",
            sort=None,
            scale=alt.Scale(domain=names, range=colors),
            legend=legend,
        ),
        opacity=alt.condition(switched, alt.value(1.0), alt.value(0.08)),
    )
    dashes = [DASHES[line.place % len(DASHES)] for line in lines]
    curves = base.mark_line(strokeWidth=2, interpolate="linear").encode(
        strokeDash=alt.StrokeDash("run:N", scale=alt.Scale(domain=names, range=dashes), legend=legend, sort=None)
    )
    tooltip: list[Any] = [
        alt.Tooltip("run:N"),
        alt.Tooltip("x:Q", title=across, format=".4~g"),
        alt.Tooltip("y:Q", title=up, format=".5~g"),
    ]
    points = base.mark_point(filled=True, size=70).encode(
        opacity=alt.condition(near, alt.value(1.0), alt.value(0.0)), tooltip=tooltip
    )
    moved = alt.selection_interval(bind="scales", name="zoom")
    return alt.LayerChart(
        layer=[curves.add_params(switched, moved), points.add_params(near)], height=HEIGHT + LINE * len(lines)
    )
