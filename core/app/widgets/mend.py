"""Under the doctor's picture: one click that mends the block, and `summary()`'s own words."""

from typing import Any

import streamlit as st

from core.app.controls import assign
from core.data.pets import load
from core.exhibits.pets_data.data_block import NONE
from core.exhibits.pets_data.doctor import MEND, Doctor, summary_says
from core.exhibits.pets_data.experiment import Result, Settings


def mend_and_words(settings: Settings, result: Result) -> None:
    """The button where there is a fault; then all that `summary()` prints, once somebody asks for it."""
    if not isinstance(result.found, Doctor):
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


def _words(settings: Any) -> None:
    said, error = summary_says(load(settings.pets), settings.fault, settings.place)
    st.code(said.strip(), language=None, wrap_lines=True)
    if error:
        st.markdown("And then it raises:")
        st.code(error, language=None, wrap_lines=True)
