"""The server's memory, with all processes that it has started: at rest, after part 1, after every exhibit, and for each
further session. Pages of memory that processes share count once.

Sessions are real ones without a browser: a websocket that speaks Streamlit's own messages. At rest means that one
visitor has seen the home page, so that torch is imported and the home page's picture made. A further session's memory
is the growth over 20 of them that stay open on one exhibit at its defaults, after a few others have been there; the
exhibit with the largest growth counts.
"""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any

import psutil
from playwright.sync_api import sync_playwright

from core.contents import CONTENTS, Exhibit
from tests.bench.pages import DRAWN, FAILURES, because, figure, new_page, opened, rest, say
from tests.bench.sessions import Session
from tests.browser.serving import Server, launch

NAMES = ("rss_idle_mb", "rss_part_1_mb", "rss_all_exhibits_mb", "rss_per_session_mb")
SESSIONS = 20
FIRST = 5  # sessions that are not counted: what they bring is shared
GOAL = 5.0
PART_1, ALL = 450.0, 850.0  # goals, in millions of bytes


def measure(entries: Sequence[Exhibit] = CONTENTS) -> dict[str, dict[str, Any]]:
    """Every figure of this file, in millions of bytes."""
    growth: dict[str, float] = {}
    first_part = [0.0]
    failed: list[str] = []
    with Server() as server, sync_playwright() as playwright:
        page = new_page(launch(playwright), server)
        page.goto("/")
        page.locator(DRAWN["stage"]).first.wait_for(state="attached")
        rest(page)
        idle = resident(server)
        for entry in entries:
            try:
                opened(page, entry)
                if entry.part == 1:
                    first_part.append(resident(server))
            except FAILURES as failure:
                failed.append(f"{entry.slug} {because(failure)}")
                say(failed[-1])
        every = resident(server)
        page.context.close()
        for entry in entries:
            growth[entry.slug] = per_session(server, entry.slug)
            say(f"{entry.slug}: {growth[entry.slug]:.2f} MB a session")
    worst = max(growth, key=lambda slug: growth[slug])
    said = (
        f"{SESSIONS} more sessions on {worst}, the exhibit with the largest growth; the smallest is "
        f"{min(growth.values()):.1f}"
    )
    seen = f"after one visitor has seen all {len(entries)} exhibits" + "".join(f"; {each}" for each in failed)
    return {
        "rss_idle_mb": figure(idle, "MB", None, "after one visitor's home page: torch is imported, its picture made"),
        "rss_part_1_mb": figure(first_part[-1], "MB", PART_1, "after one visitor has seen the exhibits of part 1"),
        "rss_all_exhibits_mb": figure(every, "MB", ALL, seen),
        "rss_per_session_mb": figure(growth[worst], "MB", GOAL, said),
    }


def resident(server: Server) -> float:
    """Memory of the server and of all processes that it has started, in millions of bytes; shared pages count once."""
    total = 0.0
    process = psutil.Process(server.process.pid)
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += each.memory_full_info().pss / 1e6
    return total


def per_session(server: Server, slug: str) -> float:
    """By how much the server grows for each of the sessions on one exhibit while they are open."""
    with ExitStack() as stack:
        for _ in range(FIRST):
            stack.enter_context(Session(server.url)).visit(slug)
        before = resident(server)
        for _ in range(SESSIONS):
            stack.enter_context(Session(server.url)).visit(slug)
        return (resident(server) - before) / SESSIONS
