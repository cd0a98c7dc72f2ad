"""fastai is imported in the background once somebody opens a page that will need it; its import takes seconds."""

from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st


@st.cache_resource(show_spinner=False)
def bring_fastai() -> Future[None]:
    """Begin the import, once a server, in a thread of its own."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="fastai")
    future = pool.submit(_import)
    pool.shutdown(wait=False)
    return future


def _import() -> None:
    import fastai.data.block
    import fastai.vision.augment
    import fastai.vision.data  # noqa: F401
