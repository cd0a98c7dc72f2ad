"""A picture of the visitor's own, from a file or the camera; it stays in the session."""

import streamlit as st

from core.data.pictures import MOST_BYTES, PictureError, normal, read_upload

PICTURE = "own picture"
WAYS = ("A file", "The camera")


def ask_picture() -> bytes | None:
    """Show the ways to bring a picture; the one that was brought last, as `read_upload` reads it, or None."""
    with st.popover("Your picture", icon=":material/photo_camera:"):
        way = st.segmented_control("From", WAYS, default=WAYS[0], required=True, key="own picture from")
        if way == WAYS[1]:  # only now does the browser ask for the camera
            file = st.camera_input("Take a photograph", key="own photograph")
        else:
            kinds = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]
            most = MOST_BYTES // 10**6
            file = st.file_uploader("A picture", kinds, key="own picture file", max_upload_size=most)
        st.caption("It stays in this session: it is in no link and no cache, and goes when you leave.")
    kept: tuple[str, bytes] | None = st.session_state.get(PICTURE)
    if file and (kept is None or kept[0] != file.file_id):
        data = file.getvalue()
        try:
            read_upload(data)
            kept = st.session_state[PICTURE] = (file.file_id, normal(data) or data)
        except PictureError as problem:
            st.error(str(problem))
    return kept[1] if kept else None
