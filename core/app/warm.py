"""Torch is imported once, in the background, while the first visitor reads the home page."""

import gc
import threading

import streamlit as st


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread:
    """Start the import of torch, and of what the first exhibit needs, in a thread of its own; once a server."""
    thread = threading.Thread(target=_import_and_freeze, name="warm-up", daemon=True)
    thread.start()
    return thread


def _import_and_freeze() -> None:
    """Import, take one real training step so that torch has set itself up, and put it all out of the collector's way."""
    from core.data.digits import load
    from core.lesson.training import Recipe, train

    train(Recipe(epochs=1), load("built-in"))
    gc.collect()
    gc.freeze()
