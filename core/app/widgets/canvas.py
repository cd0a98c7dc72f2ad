"""A canvas to draw a digit on, as a Streamlit component: mouse, finger, pen or keys; it sends strokes, not pixels."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.app.scripts import joined
from core.errors import UserError
from core.exhibits.neural_net.strokes import MOST_POINTS, MOST_STROKES, PAPER, PEN, read_strokes

FOLDER = Path(__file__).parents[3] / "assets" / "canvas"
MOUNT = '<div class="mount"></div>\n'
KEY = "canvas"
KEPT = "drawing"
"""Where a session keeps its drawing while another view is open; nothing else keeps it."""


@cache
def assets() -> tuple[str, str]:
    """The component's JavaScript and CSS."""
    script = joined(FOLDER / "canvas.js") + "export default mountCanvas;\n"
    return script, (FOLDER / "canvas.css").read_text(encoding="utf-8")


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    script, style = assets()
    return st.components.v2.component("downhill_canvas", html=MOUNT, css=style, js=script)


def _drawable(sent: Any) -> bool:
    """Whether strokes that were sent can be used; others are not kept."""
    try:
        read_strokes(sent)
    except UserError:
        return False
    return True


def draw_digit() -> Any:
    """Show the canvas; the strokes as the browser sent them, unchecked, or None before the first."""
    sent = st.session_state.get(KEY, {}).get("strokes")  # known before the canvas is shown: it starts from these
    if sent is not None and _drawable(sent):
        st.session_state[KEPT] = sent
    strokes = st.session_state.get(KEPT)
    data = {"strokes": strokes or [], "paper": PAPER, "pen": PEN, "most": [MOST_STROKES, MOST_POINTS]}
    _component()(key=KEY, data=data, on_strokes_change=lambda: None)
    return strokes if sent is None or _drawable(sent) else sent
