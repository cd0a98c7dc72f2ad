"""What the measurements in a browser share: pages, waits that end, and the form of a result."""

import sys
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from core.contents import Exhibit
from core.errors import UserError
from core.settings import to_params
from tests.browser.conftest import SCREEN, press_pause
from tests.browser.serving import Server

PATIENCE = 30_000  # milliseconds for anything that a page does

REST = """
() => {
  const app = document.querySelector("[data-testid=stApp]");
  const job = document.querySelector(".st-key-stop-job");
  const stop = job?.querySelector("button");
  if (stop && !stop.dataset.pressed) { stop.dataset.pressed = "yes"; stop.click(); }
  return app?.dataset.testScriptState === "notRunning" && !job;
}
"""
DRAWN = {
    "stage": ".stage[data-painted]",
    "line": "[data-testid=stVegaLiteChart] path",
    "surface": ".js-plotly-plot canvas",
}


class UnmovedError(Exception):
    """The picture did not change, or there is nothing to move it by."""


FAILURES = (BrowserError, UnmovedError, UserError)


def opened(page: Page, entry: Exhibit, settings: Any = None) -> None:
    """Show the exhibit with these settings, or at its defaults; paused, its job stopped if it has one."""
    query = f"?{urlencode(to_params(settings))}" if settings else ""
    page.goto(f"/{entry.slug}{query}")
    page.locator(DRAWN["stage"]).first.wait_for(state="attached")
    rest(page)
    press_pause(page)


def new_page(browser: Browser, server: Server) -> Page:
    context = browser.new_context(base_url=server.url, viewport=SCREEN)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def rest(page: Page) -> None:
    """Wait until nothing runs any more; a job is stopped, as a visitor who moves on would."""
    page.wait_for_function(REST, polling=50)


def because(failure: Exception) -> str:
    """Why an exhibit has no figure, in one line."""
    return f"failed: {str(failure).splitlines()[0]}"


def say(line: str) -> None:
    """How far the measurement is, on the error stream."""
    print(line, file=sys.stderr, flush=True)


def figure(value: float | None, unit: str, goal: float | None, peer: str) -> dict[str, Any]:
    """One result; all of this folder's times and sizes are better when they are lower."""
    return {"value": value, "unit": unit, "goal": goal, "peer": peer, "better": "lower"}
