"""The lesson as a map."""

import streamlit as st

from core.contents import CONTENTS, PARTS

st.title("Downhill", anchor=False)
for part, title in PARTS.items():
    for entry in CONTENTS:
        if entry.part == part:
            st.page_link(entry.page, label=entry.question)
