"""A picture of the visitor's own, from a file or the camera; it stays in the session."""

import logging

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.app.leaving import watch
from core.app.uploads import most_mb, refused
from core.data.pictures import MOST_BYTES, read_normal
from core.errors import UserError
from core.jobs.apart import DefectError, Limits, apart
from core.jobs.job import DEFECT
from core.jobs.turns import Turns

_log = logging.getLogger(__name__)

PICTURE = "own picture"
REFUSED = "own picture that was refused"
WAYS = ("A file", "The camera")

LIMITS = Limits(memory=400_000_000, seconds=10.0, computing=5.0)
"""Of reading a picture: bytes, seconds on the clock, and of computing."""

AT_ONCE = 1  # pictures that are read at the same time, of all sessions
PATIENCE = 5.0  # seconds until it is this one's turn
BUSY = "Many pictures are being read here just now: try again in a moment."

_turns = Turns(AT_ONCE)


def ask_picture() -> bytes | None:
    """Show the ways to bring a picture; the one that was brought last as a normal JPEG, or None."""
    with st.popover("Your picture", icon=":material/photo_camera:"):
        way = st.segmented_control("From", WAYS, default=WAYS[0], required=True, key="own picture from")
        if way == WAYS[1]:  # only now does the browser ask for the camera
            file = st.camera_input("Take a photograph", key="own photograph")
        else:
            kinds = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]
            most = min(MOST_BYTES // 10**6, most_mb())
            file = st.file_uploader("A picture", kinds, key="own picture file", max_upload_size=most)
        st.caption("It stays in this session: it is in no link and no cache, and goes when you leave.")
    if problem := refused():
        st.error(problem)
    kept: tuple[str, bytes] | None = st.session_state.get(PICTURE)
    if file and (kept is None or kept[0] != file.file_id):
        kept = _take(file) or kept
    return kept[1] if kept else None


def _take(file: UploadedFile) -> tuple[str, bytes] | None:
    """Read a picture once, or say why it cannot be; what was refused is not read again."""
    before: tuple[str, str] | None = st.session_state.get(REFUSED)
    if before and before[0] == file.file_id:
        st.error(before[1])
        return None
    try:
        with _turns.turn(PATIENCE, BUSY):
            (made,) = apart(read_normal, file.getvalue(), LIMITS)
    except UserError as problem:
        if str(problem) != BUSY:
            st.session_state[REFUSED] = (file.file_id, str(problem))
        st.error(str(problem))
        return None
    except DefectError:
        _log.exception("A picture could not be read")
        st.error(DEFECT)
        return None
    watch()
    st.session_state[PICTURE] = (file.file_id, made)
    return file.file_id, made
