"""The front door: what every run of every session passes through before its page."""

import logging
import sys
from typing import TYPE_CHECKING

import streamlit as st

from core import environment
from core.app.messages import bound_messages
from core.app.once import once
from core.app.projector import projector
from core.app.stage import stage_code
from core.app.turns import turn
from core.app.uploads import bound_uploads
from core.app.warm import import_torch, warm_up
from core.contents import CONTENTS, PARTS
from core.data.room import sweep

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_log = logging.getLogger(__name__)

NAME = "Downhill"
SWITCH = 0.001  # seconds that a thread may go on while another waits; by Python's default 5 of a thousand
PASSED = "came through the front door"


def front_door() -> None:
    """Set the page up, start the background warm-up (once a server), and run the page that the address names."""
    _once()
    warm_up()
    st.session_state[PASSED] = True
    page = _navigation()
    title = page.title if page.title == NAME else f"{page.title} · {NAME}"
    st.set_page_config(page_title=title, page_icon="assets/icon.png", layout="wide")
    projector()
    if page.url_path in {entry.slug for entry in CONTENTS}:
        _wait_for_torch()
    with turn():
        page.run()
    stage_code()


@once
def _once() -> None:
    """Once a server: bound what it takes, sweep up after a killed one, say what is wrong with the environment."""
    sys.setswitchinterval(SWITCH)
    bound_messages()
    bound_uploads()
    sweep()
    for problem in environment.problems():
        _log.warning(problem)


def _wait_for_torch() -> None:
    """The first visitor of a server may come before torch is there: a skeleton until it is."""
    if "torch" not in sys.modules:
        waiting = st.empty()
        waiting.skeleton(height=520)
        import_torch()
        waiting.empty()


def through_the_front_door() -> None:
    """Called first by every page. Streamlit runs the first page ever opened on a server by itself, without the entry
    script, when a deep link names it: then the front door is opened from here and runs the page again, framed."""
    if PASSED not in st.session_state:
        front_door()
        st.stop()


def _navigation() -> "StreamlitPage":
    """The pages of the table of contents by part, in the top bar; an embedded page stands alone."""
    sections = {"": [st.Page("pages/home.py", title=NAME, default=True)]}
    for part, title in PARTS.items():
        pages = [st.Page(e.page, title=e.title, url_path=e.slug) for e in CONTENTS if e.part == part]
        if pages:
            sections[title] = pages
    sections["Notes"] = [st.Page("pages/notes.py", title="The notes, line by line")]
    return st.navigation(sections, position="hidden" if st.context.is_embedded else "top")
