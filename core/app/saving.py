"""Downloads, each made when it is asked for."""

from collections.abc import Callable

import streamlit as st


def download(label: str, data: Callable[[], str], file_name: str, mime: str) -> None:
    """A button that makes `data` and saves it under that name."""
    st.download_button(label, data, file_name, mime, on_click="ignore", icon=":material/download:", key=file_name)
