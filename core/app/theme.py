"""Which of the two themes a visitor sees."""

import streamlit as st


def mode() -> str:
    """`light` or `dark`."""
    return "dark" if st.context.theme.type == "dark" else "light"
