"""What fastai says of a model, word for word, under the picture."""

from typing import Any

import streamlit as st

from core.exhibits.neural_net.layers import Summary


def fastai_texts(_settings: Any, result: Any) -> None:
    """Each line of code, and what it really answered, once that has arrived."""
    if not isinstance(result.found, Summary) or not result.found.texts:
        return
    for text in result.found.texts:
        st.markdown(f"`{text.code}`")
        st.code(text.answer, language=None)
