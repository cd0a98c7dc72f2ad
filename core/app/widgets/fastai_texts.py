"""What fastai says of a model, word for word, under the picture."""

from typing import Any

import streamlit as st

from core.exhibits.neural_net.summary import Summary


def fastai_texts(_settings: Any, result: Any) -> None:
    """Each line of code, and its answer, once that has arrived."""
    if not isinstance(result, Summary):
        return
    for text in result.texts:
        st.markdown(f"`{text.code}`")
        st.code(text.answer, language=None)
