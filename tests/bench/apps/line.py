"""A bare Streamlit app: one slider, one chart of 200 points, one fragment. With "fastai" it imports fastai first."""

import sys

if "fastai" in sys.argv:
    import fastai.vision.all  # noqa: F401

import numpy as np
import streamlit as st


@st.fragment
def picture() -> None:
    frequency = st.slider("Frequency", 1, 200, 100)
    st.line_chart(np.sin(np.linspace(0, frequency / 10, 200)))


st.title("Bare")
picture()
