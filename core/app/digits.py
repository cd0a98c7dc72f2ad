"""Which digits a page uses, and the way to the full sample."""

import streamlit as st

from core.app.downloads import offer_download
from core.data.digits import DigitsName, describe, download_full, full_available, load


def digits_line(name: DigitsName) -> None:
    """One line that says which digits these are; with the full sample's download where it is not there yet."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(describe(load(name)), width="stretch")
        if not full_available():
            with st.popover("More digits", icon=":material/download:"):
                _offer()


def _offer() -> None:
    st.markdown(
        "fastai's MNIST sample has all 14,434 threes and sevens (3 MB). They are kept in fastai's own data folder."
    )
    offer_download("download digits", "Download them", download_full)
