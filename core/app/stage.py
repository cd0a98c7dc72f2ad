"""The stage as a Streamlit component, and as a page of its own that replays without a server."""

import base64
import html
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.app.scripts import joined
from core.palette import css_variables
from core.stage.scene import Scene

FOLDER = Path(__file__).parents[2] / "assets" / "stage"
MOUNT = '<div class="mount"></div>\n'


READY = """
function stageReady() {
  if (!globalThis.downhillStage) {
    let resolve;
    const mount = new Promise((done) => { resolve = done; });
    globalThis.downhillStage = { mount, resolve };
  }
  return globalThis.downhillStage;
}
"""


@cache
def script() -> str:
    """The stage's JavaScript in one piece; it defines `mountStage`."""
    return joined(FOLDER / "stage.js")


@cache
def style() -> str:
    return (FOLDER / "stage.css").read_text(encoding="utf-8")


@st.cache_resource(show_spinner=False)
def _components() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The code, which is sent once a page, and the stage itself, which waits for it and is sent with every change."""
    code = script() + READY + "export default function () { stageReady().resolve(mountStage); }\n"
    wait = READY + "export default (component) => stageReady().mount.then((mount) => mount(component));\n"
    component = st.components.v2.component
    return (
        component("downhill_stage_code", html="<span></span>\n", js=code),
        component("downhill_stage", html=MOUNT, css=style(), js=wait),
    )


def stage_code() -> None:
    """Bring the stage's code into the page; called once by the front door, outside every fragment."""
    _components()[0](key="stage-code")


def stage(scene: Scene | bytes, key: str) -> None:
    """Show `scene` (or one packed already); a later scene of the same key takes its place without a flash."""
    packed = scene if isinstance(scene, bytes) else scene.pack()
    _components()[1](key=key, data=packed)


def standalone(packed: bytes, title: str) -> str:
    """A self-contained HTML page that replays a packed scene anywhere, without a network."""
    data = base64.b64encode(packed).decode()
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{html.escape(title)}</title>
<style>{css_variables()}
body {{ margin: 24px; background: var(--st-background-color); color: var(--st-text-color); font-family: sans-serif; }}
{style()}</style></head>
<body><h1>{html.escape(title)}</h1><div id="stage">{MOUNT}</div>
<script type="module">{script()}
const bytes = Uint8Array.from(atob("{data}"), (c) => c.charCodeAt(0));
mountStage({{ data: bytes, parentElement: document.getElementById("stage") }});
</script></body></html>
"""
