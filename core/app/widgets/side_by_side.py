"""The four ways' code, side by side, with what each took away and how long it took."""

from typing import Any

import streamlit as st

from core import export
from core.exhibits.training_loop.settings import FOUR, Settings
from core.exhibits.training_loop.versions import WAYS, Version


def code_columns(settings: Settings, result: Any) -> None:
    """Two columns of two ways, where they are shown: name, seconds once measured, what it took away, source."""
    if settings.view != FOUR:
        return
    seconds = {way.name: way.seconds for way in result.ways}
    columns = st.columns(2) + st.columns(2)
    for version, column in zip(WAYS, columns, strict=True):
        with column.container(border=True, height="stretch"):
            _version(version, seconds)


def _version(version: Version, seconds: dict[str, float]) -> None:
    """One way, and its seconds beside the first one's, if it is among those measured."""
    measured = ""
    if version.name in seconds:
        took, first = seconds[version.name], seconds[WAYS[0].name]
        measured = f" · {took:.3f} s, {took / first:.1f} times the first"
    st.markdown(f"**{version.name}**{measured}")
    st.caption(version.took_away)
    st.code(export.shown(version.code), language="python", wrap_lines=True)
