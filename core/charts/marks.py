"""Altair charts that several exhibits share: lines, points, bars and histograms, each read, zoomed and brushed.

A drag chooses rows (`rows`, which the page's table follows); the wheel zooms, a drag with Shift moves, a double click
goes back. A click in the legend switches a line on or off.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.charts.tables import countable, field_of, folded, thinned
from core.charts.theme import INK, Chart, dashes
from core.words import format_any_large

CHART_HEIGHT, STRIP_HEIGHT = 250, 56  # pixels of a chart, and of the strip below it
DRAG = "[pointerdown[!event.shiftKey], window:pointerup] > window:pointermove!"
MOST_NAMED = 16  # in a legend
LINE = {"symbolType": "stroke", "symbolStrokeWidth": 2, "symbolSize": 300}
SHIFT_DRAG = "[pointerdown[event.shiftKey], window:pointerup] > window:pointermove!"


def line_chart(
    columns: Mapping[str, Any],
    x: str,
    inks: Mapping[str, str],
    *,
    title: str,
    y: str,
    log_x: bool = False,
    log_y: bool = False,
    marked: Mapping[str, float] | None = None,
) -> Chart:
    """Columns against the column `x`, each line in the ink of its quantity; below, a strip to choose a range in.

    The chosen range's means are drawn as dashed rules. `marked` places on x get a rule and their name.
    """
    import altair as alt

    table, notes = thinned({name: columns[name] for name in (x, *inks)}, len(inks))
    table, left_out = countable(folded(table, x, list(inks)), [x, "value"], [x] * log_x + ["value"] * log_y)
    rows = alt.selection_interval(name="rows", encodings=["x"])
    zoom = alt.selection_interval(name="zoom", bind="scales")
    near = alt.selection_point(name="near", nearest=True, on="pointerover", clear="pointerout", empty=False)
    shown = alt.selection_point(name="shown", fields=["line"], bind="legend")
    at = _position("x", x, log_x, table[x])
    height = alt.Y(field="value", type="quantitative", title=y, scale=_scale(log_y))
    line = alt.Tooltip(field="line", type="nominal")
    visible = alt.condition(shown, alt.value(1.0), alt.value(0.08))
    points = (
        alt.Chart()
        .mark_circle(size=70)
        .encode(opacity=alt.condition(near, alt.value(1.0), alt.value(0.0)), tooltip=[_tip(x), line, _tip("value", y)])
        .add_params(zoom, near, shown)
    )
    lines = alt.Chart().mark_line(size=2).encode(opacity=visible, strokeDash=_dash(inks))
    means = (
        alt.Chart()
        .mark_rule(size=1.5, strokeDash=[3, 3], strokeOpacity=alt.ExprRef(f"rows[{x!r}] ? 1 : 0"))
        .encode(
            x=alt.value(0),
            x2=alt.value("width"),
            y=alt.Y(field="value", type="quantitative", aggregate="mean"),
            opacity=visible,
            tooltip=[line, _tip("value", "mean of the range", aggregate="mean")],
        )
        .transform_filter(rows)
    )
    shared = alt.layer(points, lines, means).encode(x=at, y=height, color=_legend(inks))
    read = alt.layer(shared, *_marks(marked or {}, log_x))
    strip = (
        alt.Chart()
        .mark_line(size=1)
        .encode(
            x=at.copy().axis(None),
            y=height.copy().axis(None),
            color=_legend(inks),
            strokeDash=_dash(inks),
            opacity=visible,
        )
        .add_params(rows)
    )
    chart = alt.vconcat(
        read.properties(height=CHART_HEIGHT), strip.properties(height=STRIP_HEIGHT), data=table, spacing=8
    )
    return _finished(chart, title, _in_words(title, table, x, list(inks)), notes + left_out)


def point_chart(
    columns: Mapping[str, Any],
    x: str,
    y: str,
    *,
    title: str,
    ink: str = "data",
    kinds: tuple[str, Mapping[str, str]] | None = None,
    tips: Sequence[str] = (),
    log_x: bool = False,
    log_y: bool = False,
    diagonal: bool = False,
    size: int = 50,
    line: Mapping[str, Any] | None = None,
) -> Chart:
    """A point for each row, with `tips` under the pointer; `kinds` is a column of few words, and their inks.

    `diagonal` draws where both are equal; `line` (columns x, y) draws a line through, such as a law or a fit.
    """
    import altair as alt

    names = list(dict.fromkeys([x, y, *tips, *([kinds[0]] if kinds else [])]))
    table, notes = thinned({name: columns[name] for name in names})
    table, left_out = countable(table, [x, y], [x] * log_x + [y] * log_y)
    rows = alt.selection_interval(name="rows", encodings=["x", "y"], on=DRAG, translate=False, zoom=False)
    zoom = alt.selection_interval(name="zoom", bind="scales", on=SHIFT_DRAG, translate=SHIFT_DRAG)
    shown = alt.selection_point(name="shown", fields=[kinds[0]], bind="legend") if kinds else None
    at = {"x": _position("x", x, log_x, table[x], 8), "y": _position("y", y, log_y, table[y], 8)}
    points = (
        alt.Chart(table)
        .mark_circle(size=size)
        .encode(
            **at,
            color=_kinds(*kinds) if kinds else alt.value(INK[ink]),
            opacity=alt.condition(rows & shown if shown else rows, alt.value(0.75), alt.value(0.12)),
            tooltip=[_tip(name, numeric=table[name].dtype.kind in "fiu") for name in names],
        )
        .add_params(rows, zoom, *([shown] if shown else []))
    )
    layers = [points]
    if diagonal and len(table):
        ends = [table[[x, y]].to_numpy(float).min(), table[[x, y]].to_numpy(float).max()]
        line = {x: ends, y: ends}
    if line:
        drawn, _ = countable(thinned(line)[0], [x, y], [x] * log_x + [y] * log_y)
        layers.append(alt.Chart(drawn).mark_line(size=1.5, color=INK["text"], strokeDash=[5, 4]).encode(**at))
    chart = alt.layer(*layers).properties(height=CHART_HEIGHT + STRIP_HEIGHT)
    return _finished(chart, title, _of_points(title, table, x, y), notes + left_out)


def bar_chart(
    columns: Mapping[str, Any],
    x: str,
    inks: Mapping[str, str],
    *,
    title: str,
    y: str,
    log_y: bool = False,
    lying: bool = False,
    sort: Sequence[str] | None = None,
) -> Chart:
    """A bar for each row and column of `inks`, side by side, or a point where `log_y`; a click on one chooses its row.
    `lying`: with room for long names."""
    import altair as alt

    table, notes = thinned({name: columns[name] for name in (x, *inks)}, len(inks))
    table[x] = table[x].astype(str)
    names = list(dict.fromkeys(sort or table[x]))
    table, left_out = countable(folded(table, x, list(inks)), ["value"], ["value"] * log_y)
    rows = alt.selection_point(name="rows", fields=[field_of(x)], toggle=True)
    shown = alt.selection_point(name="shown", fields=["line"], bind="legend")
    label = alt.Axis(labelLimit=130, labelAngle=0) if lying or max(map(len, names), default=0) < 4 else alt.Axis()
    place, length = ("y", "x") if lying else ("x", "y")
    channels: dict[str, Any] = {
        place: _channel(place, field=field_of(x), type="nominal", title=x, sort=names, axis=label),
        length: _channel(length, field="value", type="quantitative", title=y, scale=_scale(log_y, zero=not log_y)),
    }
    if len(inks) > 1:
        channels[f"{place}Offset"] = _channel(f"{place}Offset", field="line", type="nominal", sort=list(inks))
    drawn = alt.Chart(table)  # a bar begins at 0, which has no place on a logarithmic scale
    chart = (
        (drawn.mark_circle(size=130) if log_y else drawn.mark_bar())
        .encode(
            **channels,
            color=_legend(inks),
            opacity=alt.condition(rows & shown, alt.value(1.0), alt.value(0.15)),
            tooltip=[_tip(x, numeric=False), alt.Tooltip("line:N", title="bar"), _tip("value", y)],
        )
        .add_params(rows, shown)
    )
    chart = chart.properties(
        height=max(120, len(names) * (14 * len(inks) + 8)) if lying else CHART_HEIGHT + STRIP_HEIGHT
    )
    return _finished(chart, title, _of_bars(title, table, x), notes + left_out)


def histogram_chart(
    columns: Mapping[str, Any],
    x: str,
    *,
    title: str,
    counted: str,
    ink: str = "data",
    kinds: tuple[str, Mapping[str, str]] | None = None,
    bins: int = 40,
    marked: Mapping[str, float] | None = None,
) -> Chart:
    """How many rows there are of each size of `x`; `kinds` as in `point_chart`, stacked. `counted` names the rows."""
    import altair as alt

    table, notes = thinned({name: columns[name] for name in (x, *([kinds[0]] if kinds else []))})
    table, left_out = countable(table, [x])
    rows = alt.selection_interval(name="rows", encodings=["x"])
    shown = alt.selection_point(name="shown", fields=[kinds[0]], bind="legend") if kinds else None
    tips = [
        alt.Tooltip(field=field_of(x), type="quantitative", bin=alt.Bin(maxbins=bins), title=x),
        alt.Tooltip("count():Q", title=counted),
    ]
    bars = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X(field=field_of(x), type="quantitative", bin=alt.Bin(maxbins=bins), title=x),
            y=alt.Y("count():Q", title=counted),
            color=_kinds(*kinds) if kinds else alt.value(INK[ink]),
            opacity=alt.condition(rows & shown if shown else rows, alt.value(1.0), alt.value(0.25)),
            tooltip=[*([alt.Tooltip(field=field_of(kinds[0]), type="nominal")] if kinds else []), *tips],
        )
        .add_params(rows, *([shown] if shown else []))
    )
    chart = alt.layer(bars, *_marks(marked or {}, log=False)).properties(height=CHART_HEIGHT + STRIP_HEIGHT)
    values = table[x].to_numpy(float)
    words = f"{title}. {len(values):,} {counted}"
    if len(values):
        words += f" from {format_any_large(values.min())} to {format_any_large(values.max())}"
        words += f", half of them below {format_any_large(float(np.median(values)))}"
    return _finished(chart, title, f"{words}.", notes + left_out)


def _channel(name: str, **kwargs: Any) -> Any:
    import altair as alt

    return {"x": alt.X, "y": alt.Y, "xOffset": alt.XOffset, "yOffset": alt.YOffset}[name](**kwargs)


def _scale(log: bool, zero: bool = False, padding: int = 0) -> Any:
    """`padding` pixels keep points off the edges."""
    import altair as alt

    more: dict[str, Any] = {"padding": padding} if padding else {}
    return alt.Scale(type="log", nice=False, **more) if log else alt.Scale(zero=zero, **more)


def _position(channel: str, column: str, log: bool, values: Any, padding: int = 0) -> Any:
    """A quantitative axis; without ticks between whole numbers where all are whole and few."""
    import altair as alt

    few = len(values) and values.dtype.kind in "iu" and np.ptp(values) <= 12
    axis = alt.Axis(tickMinStep=1, format="d") if few and not log else alt.Axis()
    return _channel(
        channel,
        field=field_of(column),
        type="quantitative",
        title=column,
        scale=_scale(log, padding=padding),
        axis=axis,
    )


def _tip(column: str, title: str = "", numeric: bool = True, **kwargs: Any) -> Any:
    import altair as alt

    kind: dict[str, Any] = {"type": "quantitative", "format": ",.6~g"} if numeric else {"type": "nominal"}
    return alt.Tooltip(field=field_of(column), title=title or column, **kind, **kwargs)


def _legend(inks: Mapping[str, str]) -> Any:
    """Colours by line, named above the chart where there are several."""
    import altair as alt

    scale = alt.Scale(domain=list(inks), range=[INK[ink] for ink in inks.values()])
    legend = _top_legend(list(inks), **LINE) if len(inks) > 1 else None
    return alt.Color("line:N", scale=scale, legend=legend)


def _dash(inks: Mapping[str, str]) -> Any:
    import altair as alt

    legend = _top_legend(list(inks), **LINE) if len(inks) > 1 else None
    return alt.StrokeDash(
        "line:N", scale=alt.Scale(domain=list(inks), range=dashes(list(inks.values()))), legend=legend
    )


def _top_legend(names: Sequence[str], **kwargs: Any) -> Any:
    """A legend above the chart, which fits a phone: long names below each other, many side by side and cut; none where
    they would fill the screen, since the pointer tells them too."""
    import altair as alt

    if len(names) > MOST_NAMED:
        return None
    columns = 1 if len(names) <= 4 and max(map(len, names)) > 15 else 2
    return alt.Legend(orient="top", title=None, columns=columns, labelLimit=300 // columns, **kwargs)


def _kinds(column: str, inks: Mapping[str, str]) -> Any:
    """Colours by a column of few words, named above the chart."""
    import altair as alt

    scale = alt.Scale(domain=list(inks), range=[INK[ink] for ink in inks.values()])
    legend = _top_legend(list(inks))
    return alt.Color(field=field_of(column), type="nominal", scale=scale, legend=legend)


def _marks(marked: Mapping[str, float], log: bool) -> list[Any]:
    """Rules at places on x, with their names."""
    import altair as alt

    places, _ = countable(thinned({"at": list(marked.values()), "mark": list(marked)})[0], ["at"], ["at"] * log)
    if not len(places):
        return []
    base = alt.Chart(places).encode(x=alt.X("at:Q"))
    rule = base.mark_rule(color=INK["text"], strokeDash=[2, 3]).encode(
        tooltip=[alt.Tooltip("mark:N"), _tip("at", "at")]
    )
    return [rule, base.mark_text(color=INK["text"], align="left", dx=4, dy=8).encode(y=alt.value(0), text="mark:N")]


def _in_words(title: str, table: Any, x: str, lines: Sequence[str]) -> str:
    """What a line chart shows, in a sentence: where each of at most three lines begins and ends."""
    parts = []
    for line in lines[:3]:
        values = table.loc[table["line"] == line].sort_values(x, kind="stable")["value"].to_numpy(float)
        if len(values):
            parts.append(f"{line} from {format_any_large(values[0])} to {format_any_large(values[-1])}")
    more = f"; and {len(lines) - 3} more {'line' if len(lines) == 4 else 'lines'}" if len(lines) > 3 else ""
    return f"{title}. By {x}: {'; '.join(parts) or 'no finite numbers'}{more}."


def _of_points(title: str, table: Any, x: str, y: str) -> str:
    if not len(table):
        return f"{title}. No points."
    spans = [
        f"{name} from {format_any_large(table[name].min())} to {format_any_large(table[name].max())}" for name in (x, y)
    ]
    return f"{title}. {len(table):,} points, {spans[0]}, {spans[1]}."


def _of_bars(title: str, table: Any, x: str) -> str:
    if not len(table):
        return f"{title}. No bars."
    high, low = table.loc[table["value"].idxmax()], table.loc[table["value"].idxmin()]
    return (
        f"{title}. {len(table):,} bars, from {format_any_large(low['value'])} ({low[x]}) "
        f"to {format_any_large(high['value'])} ({high[x]})."
    )


def _finished(chart: Any, title: str, words: str, notes: Sequence[str]) -> Chart:
    """The chart with its title, what is to be known of its rows below that, and a description for who cannot see it."""
    import altair as alt

    heading = alt.Title(title, subtitle=list(notes)) if notes else alt.Title(title)
    return chart.properties(
        title=heading, description=words, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
