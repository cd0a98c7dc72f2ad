"""The tab to read a picture in: charts of the result, and the table that they are drawn from.

Altair, Plotly and their code in the browser are loaded when the tab is opened.
"""

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.app.theme import mode
from core.arrays import Array
from core.charts.theme import Chart, dressed
from core.view import Result, View

if TYPE_CHECKING:
    import pandas as pd

MADE = "charts made"
PICTURES = 24  # of the rows chosen, at most
WIDTH = 96  # pixels of one
PLOTLY = {"displaylogo": False, "toImageButtonOptions": {"format": "png", "filename": "downhill", "scale": 2}}
HOW = (
    "Point at a mark to read it. **Drag** over points, or in the strip below lines, to choose rows: the table follows. "
    "The wheel zooms, a double click goes back; points move by a drag with Shift, lines by a drag. A click in the "
    "legend picks one out. The buttons above a chart save it, copy its source and fill the screen."
)

Selection = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]
"""As Vega gives it: limits or values by column; or a list of rows, each with its value by column."""


@st.fragment
def explore(view: View, result: Result) -> None:
    """The view's charts, and its table with the rows that are chosen in them."""
    import pandas as pd

    selections = [_show(dressed(spec, mode()), number) for number, spec in enumerate(_specs(view, result))]
    if view.charts and not selections:
        st.caption("There is nothing to draw yet. The charts come with the first numbers.")
    elif selections:
        st.caption(HOW)
    table = pd.DataFrame(result.table())
    chosen = np.ones(len(table), bool)
    for selection in selections:
        chosen &= within(table, selection)
    if not chosen.all():
        st.caption(f"{chosen.sum():,} of {len(table):,} rows are chosen.")
        if view.pictures and chosen.any():
            _pictures(view.pictures(result, np.flatnonzero(chosen)[:PICTURES].tolist()), int(chosen.sum()))
    st.dataframe(table[chosen], height=320)


def within(table: "pd.DataFrame", selection: Selection) -> Array:
    """Which rows (n,) of the table a selection in a chart means; all of them where it says nothing of its columns."""
    if isinstance(selection, Mapping):
        limits = {name: values for name, values in selection.items() if name in table and len(values)}
        inside = np.ones(len(table), bool)
        for name, values in limits.items():
            column = table[name]
            if column.dtype.kind in "fiu" and len(values) == 2:
                inside &= column.between(min(values), max(values)).to_numpy()
            else:
                inside &= column.astype(str).isin(list(map(str, values))).to_numpy()
        return inside
    wanted = [{name: str(value) for name, value in row.items() if name in table} for row in selection]
    wanted = [row for row in wanted if row]
    if not wanted:
        return np.ones(len(table), bool)
    names = list(wanted[0])
    rows = {tuple(row[name] for name in names) for row in wanted}
    return np.array([tuple(map(str, values)) in rows for values in table[names].itertuples(index=False)], bool)


def _specs(view: View, result: Result) -> list[dict[str, Any]]:
    """The specifications of the view's charts, made once for a result: a choice of rows makes none anew."""
    made: tuple[View, Result, list[dict[str, Any]]] | None = st.session_state.get(MADE)
    if made is None or made[0] is not view or made[1] is not result:
        made = st.session_state[MADE] = (view, result, specifications(view, result))
    return made[2]


def specifications(view: View, result: Result) -> list[dict[str, Any]]:
    """Of every chart that can be drawn already, what Vega-Lite or Plotly reads, in the light theme's colours.

    Altair does not check them against its schema here, which takes a third of the time; the tests do.
    """
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        charts = [chart for draw in view.charts if (chart := draw(result)) is not None]
        return [_plain(chart) for chart in charts]


def _show(spec: dict[str, Any], number: int) -> Selection:
    """Draw one chart below its title and description; gives what is chosen in it."""
    with st.container(key=f"chart-{number}"):
        return _plotly(spec) if "layout" in spec else _vega(spec)


def _plain(chart: Chart) -> dict[str, Any]:
    """A chart's specification; an Altair chart's data travel beside it, as columns."""
    import pandas as pd

    if hasattr(chart, "to_plotly_json"):
        return chart.to_plotly_json()
    spec = chart.to_dict(validate=False)
    return {**spec, "datasets": {name: pd.DataFrame(rows) for name, rows in spec.get("datasets", {}).items()}}


def _heading(title: str, words: str, notes: Sequence[str] = ()) -> None:
    st.markdown(f"**{title}**")
    st.caption(" ".join([words.removeprefix(f"{title}. "), *notes]))


def _vega(spec: dict[str, Any]) -> Selection:
    title = spec.pop("title")
    _heading(title["text"], spec["description"], title.get("subtitle", ()))
    params = [each["name"] for each in spec.get("params", ())]
    if "rows" not in params:
        st.vega_lite_chart(spec, width="stretch")
        return {}
    event = st.vega_lite_chart(spec, width="stretch", on_select="rerun", selection_mode=["rows"])
    return event["selection"].get("rows", {})


def _plotly(spec: dict[str, Any]) -> Selection:
    layout = spec["layout"]
    title, words = layout.pop("title")["text"], layout.pop("meta")["description"]
    layout["margin"] = {**layout["margin"], "t": 20}
    _heading(title, words)
    st.plotly_chart(spec, width="stretch", config=PLOTLY, alt=words)
    return {}


def _pictures(pictures: Sequence[tuple[bytes, str]], chosen: int) -> None:
    """Small pictures of the first rows chosen, with their captions."""
    if chosen > len(pictures):
        st.caption(f"The first {len(pictures)} of their pictures:")
    with st.container(horizontal=True, gap="small"):
        for picture, caption in pictures:
            st.image(picture, caption=caption, width=WIDTH)


def charts_page(view: View, result: Result, title: str) -> str:
    """A page with the view's charts, Vega's own menu (PNG, SVG, source) on each; it fetches Vega from the network."""
    charts = [chart for draw in view.charts if (chart := draw(result)) is not None]
    parts: list[str] = []
    for number, chart in enumerate(charts):
        if hasattr(chart, "to_plotly_json"):
            parts.append(chart.to_html(full_html=False, include_plotlyjs=not any("Plotly" in part for part in parts)))
        else:
            parts.append(chart.to_html(fullhtml=False, output_div=f"chart-{number}"))
    body = "\n".join(f"<div>{part}</div>" for part in parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>\n'
        f"<body><h1>{html.escape(title)}</h1>\n{body}</body></html>\n"
    )
