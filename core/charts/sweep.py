"""A sweep in one chart: every run a point, each value's mean and its 95% interval; two controls as a heat map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.palette import colors, theme
from core.sweep.verdict import Group, share

if TYPE_CHECKING:
    import altair as alt

PICKED = "picked"  # the selection of a clicked run


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One run that has come: where it stands among the plan's, its values as words, its seed, and the number."""

    index: int
    words: str
    seed: str
    value: float


def sweep_chart(
    dots: Sequence[Dot], groups: Sequence[Group], order: Sequence[str], axis: str, number: str, mode: str
) -> "alt.LayerChart":
    """Runs and means over the values in `order`; `axis` is the control's label, "" where only the seed changes."""
    import altair as alt
    import pandas as pd

    color, text = _color(number, mode), colors(mode)["text"]
    place = alt.X("at:N", sort=list(order), title=axis or None, axis=alt.Axis(labelAngle=0, labelLimit=90))
    height = alt.Y("value:Q", title=number, scale=alt.Scale(zero=False, padding=12), axis=_axis(number))
    picked = alt.selection_point(fields=["index"], name=PICKED, on="click", empty=False)
    seeds = max((len(group.values) for group in groups), default=1)
    middle = (seeds + 1) / 2  # of the seeds 1 to n, which stand beside each other
    points = (
        alt.Chart(pd.DataFrame([_dot(dot) for dot in dots if math.isfinite(dot.value)]))
        .mark_circle(size=60, color=color, cursor="pointer")
        .encode(
            x=place,
            y=height,
            xOffset=alt.XOffset("spread:Q", scale=alt.Scale(domain=[middle - 1.5 * seeds, middle + 1.5 * seeds])),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.5)),
            tooltip=[
                alt.Tooltip("at:N", title=axis or "of"),
                alt.Tooltip("seed:N"),
                alt.Tooltip("value:Q", title=number, format=_format(number)),
            ],
        )
        .add_params(picked)
    )
    means = alt.Chart(pd.DataFrame([_mean(group) for group in groups if group.summary.n]))
    tooltip: list[Any] = [
        alt.Tooltip("at:N", title=axis or "of"),
        alt.Tooltip("mean:Q", title="mean", format=_format(number)),
        alt.Tooltip("interval:N", title="95% interval"),
        alt.Tooltip("runs:Q"),
    ]
    whiskers = means.mark_rule(color=text, strokeWidth=2).encode(
        x=place, y=alt.Y("low:Q", title=number), y2="high:Q", tooltip=tooltip
    )
    ticks = means.mark_tick(color=text, thickness=3, width=22, orient="horizontal").encode(
        x=place, y=alt.Y("mean:Q", title=number), tooltip=tooltip
    )
    return alt.LayerChart(layer=[whiskers, ticks, points], height=360)


def heat_map(
    groups: Sequence[Group], orders: Sequence[Sequence[str]], words: Sequence[tuple[str, str]], axes: Sequence[str],
    number: str, mode: str,
) -> "alt.LayerChart":  # fmt: skip
    """The mean at every pair of values; `words` are each group's two values, `orders` all values of each axis."""
    import altair as alt
    import pandas as pd

    rows = [_mean(group) | {"x": x, "y": y} for group, (x, y) in zip(groups, words, strict=True) if group.summary.n]
    scheme = theme(mode)["chartSequentialColors"]
    low = min((row["mean"] for row in rows), default=0.0)
    high = max((row["mean"] for row in rows), default=1.0)
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("x:N", sort=list(orders[0]), title=axes[0], axis=alt.Axis(labelAngle=0, labelLimit=90)),
        y=alt.Y("y:N", sort=list(orders[1]), title=axes[1]),
        tooltip=[
            alt.Tooltip("x:N", title=axes[0]),
            alt.Tooltip("y:N", title=axes[1]),
            alt.Tooltip("mean:Q", title=f"mean, {number}", format=_format(number)),
            alt.Tooltip("interval:N", title="95% interval"),
            alt.Tooltip("runs:Q"),
        ],
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "mean:Q",
            scale=alt.Scale(range=scheme, domain=[low, high]),
            legend=alt.Legend(orient="top", title=f"mean, {number}", format=_format(number, short=True)),
        )
    )
    dark, light = scheme[0], scheme[-1]
    texts = base.mark_text(fontSize=11).encode(
        text=alt.Text("mean:Q", format=_format(number, short=True)),
        color=alt.condition(f"datum.mean < {(low + high) / 2!r}", alt.value(light), alt.value(dark)),
    )
    return alt.LayerChart(layer=[cells, texts], height=360)


def _dot(dot: Dot) -> dict[str, Any]:
    return {
        "index": dot.index,
        "at": dot.words,
        "seed": dot.seed,
        "spread": int(dot.seed) if dot.seed.isdigit() else 0,
        "value": dot.value,
    }


def _mean(group: Group) -> dict[str, Any]:
    found = group.summary
    interval = math.isfinite(found.low)
    low, high = (found.low, found.high) if interval else (found.mean, found.mean)
    scale = 100 if share(group.number) else 1
    unit = "%" if share(group.number) else ""
    return {
        "at": group.words,
        "mean": found.mean,
        "low": low,
        "high": high,
        "interval": f"{low * scale:.4g}{unit} to {high * scale:.4g}{unit}" if interval else "one run has none",
        "runs": found.n,
    }


def _color(number: str, mode: str) -> str:
    """The lesson's colour of that number."""
    for words, quantity in (
        (("accuracy", "error rate"), "metric"),
        (("loss",), "loss"),
        (("gradient", "slope"), "gradient"),
    ):
        if any(word in number for word in words):
            return colors(mode)[quantity]
    return colors(mode)["data"]


def _format(number: str, *, short: bool = False) -> str:
    if share(number):
        return ".1%" if short else ".2%"
    return ".3~g" if short else ".5~g"


def _axis(number: str) -> "alt.Axis":
    import altair as alt

    return alt.Axis(format=".3~%") if share(number) else alt.Axis(format=".4~g")
