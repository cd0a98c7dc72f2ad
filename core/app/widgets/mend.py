"""Under the doctor's picture: one click that mends the block, and `summary()`'s own words."""

from typing import Any

import streamlit as st

from core.app.controls import assign
from core.exhibits.pets_data.datablock_doctor import MEND, summary_of
from core.exhibits.pets_data.settings import DOCTOR, NONE, Settings


def mend_and_words(settings: Settings, _result: Any) -> None:
    """The button where there is a fault; then all that `summary()` prints, once somebody asks for it."""
    if settings.view != DOCTOR:
        return
    if settings.fault != NONE:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Mend it", icon=":material/build:", on_click=assign, args=(Settings, {"fault": NONE}), key="mend-it"
            )
            st.markdown(f"It takes one change: {MEND[settings.fault]}.", width="stretch")
    words = st.expander("All that summary() prints, word for word", key="summary", on_change="rerun")
    if words.open:
        with words:
            _words(settings)


def _words(settings: Settings) -> None:
    text, error = summary_of(settings)
    st.code(text.strip(), language=None, wrap_lines=True)
    if error:
        st.markdown("And then it raises:")
        st.code(error, language=None, wrap_lines=True)
