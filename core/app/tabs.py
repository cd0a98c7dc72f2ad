"""What is secondary on an exhibit's page waits in tabs: its claims, what to break, code, charts, exports, methods."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core import export
from core.app.compare import compare_tab
from core.app.controls import assign
from core.app.explore import charts_page, explore
from core.app.private import public
from core.app.saving import download
from core.app.stage import standalone
from core.app.sweep import sweep_tab
from core.app.sweep_setup import TAB as SWEEP_TAB
from core.app.sweep_setup import out_of_address
from core.claims import Claim, claims_of
from core.contents import Exhibit
from core.view import Code, Result, Twin, View, functions_of

if TYPE_CHECKING:
    from core.app.frame import ExhibitPage

TABS = ("Notes and truth", "Break it", "Code", "Explore", "Compare", "What if", "Export", "How it is measured")


def show_tabs(
    page: "ExhibitPage",
    entry: Exhibit,
    text: dict[str, str],
    settings: Any,
    view: View,
    result: Result,
    packed: bytes,
) -> None:
    """What is secondary; only the open tab is computed."""
    tabs = dict(zip(TABS, st.tabs(TABS, key="tab", on_change="rerun"), strict=True))
    drawn: dict[str, Callable[[], None]] = {
        "Notes and truth": lambda: _claims(text, claims_of(page.slug)),
        "Break it": lambda: _breaks(page),
        "Code": lambda: _code(view.code_of(settings)),
        "Explore": lambda: explore(view, result),
        "Compare": lambda: compare_tab(page),
        "What if": lambda: sweep_tab(page, settings, result),
        "Export": lambda: _export(entry, settings, view, result, packed),
        "How it is measured": lambda: _measured(text),
    }
    if not tabs[SWEEP_TAB].open:
        out_of_address()
    for name, tab in tabs.items():
        if tab.open:
            with tab:
                drawn[name]()


def _claims(text: dict[str, str], claims: Sequence[Claim]) -> None:
    if "why" in text:
        st.markdown(text["why"])
    for claim in claims:
        with st.container(border=True):
            st.markdown(claim.markdown())


def _breaks(page: "ExhibitPage") -> None:
    st.markdown(
        "Each of these breaks something on purpose. What went wrong is said under the picture, from the result."
    )
    for i, item in enumerate(page.breaks):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(item.label, on_click=assign, args=(page.settings, item.change), key=f"break-{i}")
            st.markdown(item.look, width="stretch")


def _code(code: Code) -> None:
    """What ran, in the order of the table; a twin first as the lesson writes it, then as it was computed here."""
    twins = [part for part in code if isinstance(part, Twin)]
    for twin in twins:
        st.markdown(
            "The lesson's own loop. What made this picture does the same, step by step, only faster; see below."
        )
        st.code(export.shown([twin.plain]), language="python")
    st.markdown("The very functions that made this picture:")
    st.code(export.shown(functions_of(code, plain=False)), language="python")


def _export(entry: Exhibit, settings: Any, view: View, result: Result, packed: bytes) -> None:
    """Downloads, each made when it is asked for."""
    import pandas as pd

    name = entry.slug
    parts = (entry.title, entry.question, view.experiment, public(settings))
    finding = "\n\n".join(result.findings())
    st.markdown("Take it with you. The script and the notebook reproduce the numbers on this page.")
    with st.container(horizontal=True):
        download("Picture, replayable (HTML)", lambda: standalone(packed, entry.question), f"{name}.html", "text/html")
        if view.charts:
            download(
                "Charts (HTML)", lambda: charts_page(view, result, entry.question), f"{name}-charts.html", "text/html"
            )
        download("Data (CSV)", lambda: pd.DataFrame(result.table()).to_csv(index=False), f"{name}.csv", "text/csv")
        download("Script (Python)", lambda: export.script(*parts), f"{name}.py", "text/x-python")
        download(
            "Notebook (Jupyter)",
            lambda: export.notebook(*parts, finding, view.charts),
            f"{name}.ipynb",
            "application/json",
        )


def _measured(text: dict[str, str]) -> None:
    st.markdown(text["measured"])
