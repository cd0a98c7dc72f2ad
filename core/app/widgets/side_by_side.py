"""The four ways' code, side by side, with what each took away and how long it took."""

from typing import Any

import streamlit as st

from core import export
from core.exhibits.training_loop.experiment import Result, wants_ways
from core.exhibits.training_loop.four_ways import WAYS


def code_columns(settings: Any, result: Result) -> None:
    """Two columns of two ways: name, seconds once they are measured, what it took away, source."""
    if not wants_ways(settings):
        return
    arrived = {way.name: way for way in result.ways}
    columns = st.columns(2) + st.columns(2)
    for way, column in zip(WAYS, columns, strict=True):
        with column.container(border=True, height="stretch"):
            found = arrived.get(way.name)
            times = (
                f" · {found.seconds:.3f} s, {found.seconds / result.ways[0].seconds:.1f} times the first"
                if found
                else ""
            )
            st.markdown(f"**{way.name}**{times}")
            st.caption(way.took_away)
            st.code(export.shown(way.code), language="python", wrap_lines=True)
