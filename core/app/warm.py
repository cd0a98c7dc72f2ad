"""Torch is imported once, in the background, while the first visitor reads the home page; so is its picture made."""

import gc
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st


@st.cache_resource(show_spinner=False)
def warm_up() -> Future[bytes]:
    """Start the import of torch in a thread of its own, once a server; its result is the home page's packed scene."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="warm-up")
    future = pool.submit(_import_and_draw)
    pool.shutdown(wait=False)
    return future


def import_torch() -> None:
    """Import torch and keep it to one thread: its pool and NumPy's would wait for each other on every small step."""
    import torch

    torch.set_num_threads(1)


def _import_and_draw() -> bytes:
    """Train and draw one real surface, which sets torch up as well; then put all that out of the collector's way."""
    import_torch()
    from core.exhibits.loss_surface.experiment import Settings, experiment
    from core.exhibits.loss_surface.scene import hero

    packed = hero(experiment(Settings(digits="built-in"))).pack()
    gc.collect()
    gc.freeze()
    return packed
