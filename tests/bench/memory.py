"""The server's resident memory: at rest, after every exhibit, and for each further session.

Sessions are real ones without a browser: a websocket that speaks Streamlit's own messages. At rest means that one
visitor has seen the home page, so that torch is imported and the home page's picture made. A further session's memory
is the growth over 20 of them that stay open on one exhibit at its defaults, after a few others have been there; the
exhibit with the largest growth counts.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psutil
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from core.contents import CONTENTS
from tests.bench.rerun import figure, new_page
from tests.browser.conftest import open_exhibit, quiet
from tests.browser.serving import Server, launch

NAMES = ("rss_idle_mb", "rss_all_exhibits_mb", "rss_per_session_mb")
SESSIONS = 20
FIRST = 5  # sessions that are not counted: what they bring is shared
GOAL = 5.0
PATIENCE = 60


def measure() -> dict[str, dict[str, Any]]:
    """`rss_idle_mb`, `rss_all_exhibits_mb` and `rss_per_session_mb`, in millions of bytes."""
    with Server() as server, sync_playwright() as playwright:
        page = new_page(launch(playwright), server)
        page.goto("/")
        quiet(page)
        idle = resident(server)
        for entry in CONTENTS:
            open_exhibit(page, entry.slug)
        every = resident(server)
        page.context.close()
        growth = {entry.slug: per_session(server, entry.slug) for entry in CONTENTS}
    worst = max(growth, key=lambda slug: growth[slug])
    said = f"{SESSIONS} more sessions on {worst}, the exhibit with the largest growth; the smallest is {min(growth.values()):.1f}"
    return {
        "rss_idle_mb": figure(idle, "MB", None, "after one visitor's home page: torch is imported, its picture made"),
        "rss_all_exhibits_mb": figure(every, "MB", None, f"after one visitor has seen all {len(CONTENTS)} exhibits"),
        "rss_per_session_mb": figure(growth[worst], "MB", GOAL, said),
    }


def resident(server: Server) -> float:
    """The resident memory of the server and of the processes it has started, in millions of bytes."""
    process = psutil.Process(server.process.pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / 1e6


def per_session(server: Server, slug: str) -> float:
    """By how much the server grows for each of the sessions on one exhibit while they are open."""
    with ExitStack() as stack:
        for _ in range(FIRST):
            stack.enter_context(session(server, slug))
        before = resident(server)
        for _ in range(SESSIONS):
            stack.enter_context(session(server, slug))
        return (resident(server) - before) / SESSIONS


@contextmanager
def session(server: Server, slug: str) -> Iterator[None]:
    """A session without a browser that has run the exhibit once."""
    address = f"ws{server.url.removeprefix('http')}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        visit = BackMsg()
        visit.rerun_script.page_name = slug
        socket.send(visit.SerializeToString())
        while ForwardMsg.FromString(socket.recv(timeout=PATIENCE)).WhichOneof("type") != "script_finished":
            pass
        yield
