"""The front door: page set-up and navigation, made from the table of contents."""

import streamlit as st

from core.app.start import navigation

st.set_page_config(page_title="Downhill", page_icon=":material/downhill_skiing:", layout="wide")
navigation().run()
