"""How long a visitor waits: a new browser context on a running server, until the home page is painted.

The clock runs in the page, from its navigation to the second animation frame after the heading stands there and the
picture is drawn. A bare app with one slider and one chart, under the same settings, takes turns with it.
"""

from contextlib import ExitStack
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.pages import figure, new_page
from tests.browser.serving import Server, launch

NAMES = ("first_paint_vs_bare",)
REPEATS = 9
GOAL = 1.5

WATCH = """
(() => {
  const find = (root, selector) => root.querySelector(selector)
    ?? [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot, selector)).find(Boolean);
  const look = () => {
    if (document.querySelector("h1") && find(document, %r))
      requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
PICTURES = {"home": ".stage[data-painted]", "bare": "[data-testid=stVegaLiteChart] path"}


def measure() -> dict[str, dict[str, Any]]:
    """`first_paint_vs_bare`: the median of the home page over the median of the bare app."""
    with ExitStack() as stack:
        servers = {
            "home": stack.enter_context(Server()),
            "bare": stack.enter_context(Server("tests/bench/apps/line.py")),
        }
        browser = launch(stack.enter_context(sync_playwright()))
        rounds = [{name: first_paint(browser, servers[name], name) for name in servers} for _ in range(REPEATS + 1)]
    home, bare = (median(each[name] for each in rounds[1:]) for name in ("home", "bare"))
    said = (
        f"home page {home:.0f} ms, bare app {bare:.0f}; the very first visitor of a server waits "
        f"{rounds[0]['home']:.0f}"
    )
    return {"first_paint_vs_bare": figure(home / bare, "ratio", GOAL, said)}


def first_paint(browser: Browser, server: Server, name: str) -> float:
    """Milliseconds until the page is painted, in a context that has cached nothing."""
    page = new_page(browser, server)
    page.add_init_script(WATCH % PICTURES[name])
    page.goto("/", wait_until="commit")
    painted = page.wait_for_function("window.painted").json_value()
    page.context.close()
    return painted
