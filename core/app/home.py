"""The home page: one real loss surface with a real path running down it, and the lesson as a map."""

import streamlit as st

from core.app.stage import stage
from core.app.start import through_the_front_door
from core.app.warm import warm_up
from core.contents import CONTENTS, PARTS, number
from core.prose import sections


def show() -> None:
    """Draw the page; the picture is made once for all, and the page does not wait for it."""
    through_the_front_door()
    text = sections("home.md")
    words, picture = st.columns([2, 3], gap="large", vertical_alignment="center")
    with words:
        st.title("Downhill", anchor=False)
        st.markdown(text["lead"])
        st.page_link(CONTENTS[0].page, label="Start with the seven steps", icon=":material/arrow_forward:")
    with picture:
        _picture()
        st.caption(text["picture"])
    _map()


def _picture() -> None:
    drawn = warm_up()
    if drawn.done():
        stage(drawn.result(), "home-stage")
    else:
        st.skeleton(height=400)
        _wait()


@st.fragment(run_every=0.25)
def _wait() -> None:
    """Ask whether the picture has been made, and draw the page again when it has."""
    if warm_up().done():
        st.rerun()


def _map() -> None:
    """Both parts of the lesson, each exhibit with its question."""
    for part, title in PARTS.items():
        entries = [entry for entry in CONTENTS if entry.part == part]
        if entries:
            st.subheader(title, anchor=False)
        half = -(-len(entries) // 2)
        for column, some in zip(st.columns(2, gap="large"), (entries[:half], entries[half:]), strict=True):
            for entry in some:
                with column.container(gap=None):
                    st.page_link(entry.page, label=f"**{number(entry)} · {entry.title}**")
                    st.caption(entry.question)
