"""The four ways' code, side by side, with what each took away and how long it took."""

from typing import Any

import streamlit as st

from core import export
from core.lesson.four_ways import WAYS
from core.lesson.training_loop import Result, wants_ways


def code_columns(settings: Any, result: Result) -> None:
    """One column a way: its name, its seconds once they are measured, its source."""
    if not wants_ways(settings):
        return
    arrived = {way.name: way for way in result.ways}
    for way, column in zip(WAYS, st.columns(len(WAYS)), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{way.name}**")
            found = arrived.get(way.name)
            st.caption(f"{found.seconds:.3f} s · {way.took_away}" if found else way.took_away)
            st.code(export.shown(way.code), language="python", wrap_lines=True)
