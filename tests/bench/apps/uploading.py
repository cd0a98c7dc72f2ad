"""A bare Streamlit app: an uploader within the program's bounds; it says what has become of the upload."""

import streamlit as st

from core.app.messages import bound_messages
from core.app.uploads import bound_uploads, refused

bound_messages()
bound_uploads()
file = st.file_uploader("A file", key="file")
st.markdown(refused() or (f"{file.size} bytes" if file else "nothing"))
