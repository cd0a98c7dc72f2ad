"""A bare Streamlit app: one slider, one Plotly surface of 51 × 51, one fragment.

With "fastai" it imports fastai first.
"""

import sys

if "fastai" in sys.argv:
    import fastai.vision.all  # noqa: F401

import numpy as np
import plotly.graph_objects as go
import streamlit as st


@st.fragment
def picture() -> None:
    frequency = st.slider("Frequency", 1, 200, 100)
    x = np.linspace(-3, 3, 51)
    st.plotly_chart(go.Figure(go.Surface(x=x, y=x, z=np.sin(frequency / 50 * np.hypot(x, x[:, None])))))


st.title("Bare")
picture()
