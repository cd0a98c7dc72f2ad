"""Which digits a page uses, and the way to the full sample."""

import streamlit as st

from core.data.digits import DigitsName, describe, download_full, full_available, load
from core.data.download import DownloadError


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
    if not st.button("Download them", key="download digits"):
        return
    bar = st.progress(0.0, "Connecting…")

    def progress(done: int, total: int | None) -> None:
        share = done / total if total else 0.0
        bar.progress(min(share, 1.0), f"{done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f} MB" if total else ""))

    try:
        download_full(progress, lambda: False)
    except DownloadError as problem:
        bar.empty()
        st.error(str(problem))
        return
    st.rerun()
