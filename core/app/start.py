"""What happens once for the server, and the navigation for every session."""

import streamlit as st

from core.app.warm import warm_up
from core.contents import CONTENTS, PARTS


def navigation() -> "st.Page":
    """The pages of the table of contents by part, in the top bar; also starts the background warm-up once."""
    warm_up()
    sections: dict[str, list[st.Page]] = {"": [st.Page("pages/home.py", title="Downhill", default=True)]}
    for part, title in PARTS.items():
        pages = [st.Page(e.page, title=e.title, url_path=e.slug) for e in CONTENTS if e.part == part]
        if pages:
            sections[title] = pages
    return st.navigation(sections, position="top")
