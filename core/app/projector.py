"""Larger type for a room: `projector=true` in a link, which stays so for the whole session."""

import streamlit as st

PARAMETER = "projector"
LARGE = """<style>
:root { font-size: 20px !important; --downhill-zoom: 1.25; }
[data-testid="stMainBlockContainer"] { padding-left: 2rem; padding-right: 2rem; }
</style>"""
"""A quarter more than Streamlit's 16 pixels: its own sizes follow from the root's, the stage's from the variable."""


def projector() -> None:
    """Enlarge the page where its link, or an earlier one of this session, asked for that."""
    given = st.query_params.get_all(PARAMETER)
    if given in (["true"], ["false"]):
        st.session_state[PARAMETER] = given == ["true"]
    elif given:
        st.warning(
            "The link's projector is not valid, so it is ignored: it takes true or false.", icon=":material/link_off:"
        )
    if st.session_state.get(PARAMETER):
        st.html(LARGE)
