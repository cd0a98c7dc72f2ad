"""Control moved → picture painted: every exhibit against a bare Streamlit app, side by side in one browser.

The clock runs in the page: from the `keydown` on the slider to the second animation frame after the picture changed
(the first one paints it). An exhibit's picture has changed when its stage has drawn new data, a line chart when
Vega has redrawn a path, a Plotly figure when its new canvas stands in the page; what comes later in these two is not
counted against them. Each exhibit moves a slider of its own through values that nobody has asked for before, so
nothing comes from a cache; its three apps take turns, so that a busy moment of the machine meets all of them.
An exhibit with a surface is held against a bare `st.plotly_chart` of a surface of 51 × 51 points.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from core.contents import CONTENTS, Exhibit
from core.settings import Control, controls
from tests.browser.conftest import PATIENCE, SCREEN, open_exhibit, press_pause, quiet, stage
from tests.browser.serving import Server, launch
from tests.conftest import chosen, declaration

NAMES = ("rerun_vs_bare", "rerun_vs_default", "rerun_ms")
REPEATS = 9
GOALS = {"bare": 1.5, "default": 0.8}

ARM = """
([what, root]) => {
  const painted = { stage: ["data-painted"], line: ["d"], surface: undefined }[what];
  window.moved = new Promise((done) => {
    let pressed;
    addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true, once: true });
    const watch = new MutationObserver((changes) => {
      const canvas = (node) => node.nodeName === "CANVAS" || node.querySelector?.("canvas");
      if (!painted && !changes.some((change) => [...change.addedNodes].some(canvas))) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - pressed)));
    });
    watch.observe(root, { subtree: true, attributes: !!painted, attributeFilter: painted, childList: !painted });
  });
}
"""
ROOTS = {"stage": ".stage", "line": "[data-testid=stVegaLiteChart]", "surface": "[data-testid=stMain]"}
DRAWN = {
    "stage": ".stage[data-painted]",
    "line": "[data-testid=stVegaLiteChart] path",
    "surface": ".js-plotly-plot canvas",
}


@dataclass
class Moving:
    """A page with the slider that is moved, the keys that move it to values not seen yet, and the times it took."""

    page: Page
    what: str  # "stage", "line" or "surface"
    name: str | None  # of the setting; None for a bare app's only slider
    keys: Iterator[str]
    times: list[float]

    def once(self) -> float:
        """Milliseconds from one key press to the picture."""
        self.page.locator(ROOTS[self.what]).first.evaluate("(root, what) => (" + ARM + ")([what, root])", self.what)
        place = f".st-key-{self.name} " if self.name else ""
        self.page.locator(f"{place}input[type=range]").press(next(self.keys))
        took = self.page.evaluate("window.moved")
        rest(self.page)
        return took


def measure() -> dict[str, dict[str, Any]]:
    """`rerun_vs_bare` and `rerun_vs_default`, the worst exhibit each, and every exhibit's milliseconds."""
    found: dict[str, dict[str, Any]] = {}
    worst: dict[str, tuple[float, str]] = {}
    with ExitStack() as stack:
        servers = {"exhibit": stack.enter_context(Server())}
        for what in ("line", "surface"):
            script = f"tests/bench/apps/{what}.py"
            servers[f"bare {what}"] = stack.enter_context(Server(script))
            servers[f"default {what}"] = stack.enter_context(Server(script, defaults=True, arguments=("fastai",)))
        browser = launch(stack.enter_context(sync_playwright()))
        for entry in CONTENTS:
            what = "surface" if has_surface(entry) else "line"
            took = side_by_side(browser, servers, entry, what)
            ratios = {peer: took["exhibit"] / took[peer] for peer in GOALS}
            for peer, ratio in ratios.items():
                worst[peer] = max(worst.get(peer, (0.0, "")), (ratio, entry.slug))
            said = ", ".join(f"{ratios[p]:.2f} of the {p} {what} app's {took[p]:.0f} ms" for p in GOALS)
            found[f"rerun_ms[{entry.slug}]"] = figure(took["exhibit"], "ms", None, said)
    said = {
        "bare": "bare app, same settings, same run; the worst exhibit: ",
        "default": "bare app under Streamlit's defaults with fastai imported, same run; the worst exhibit: ",
    }
    head = {f"rerun_vs_{p}": figure(worst[p][0], "ratio", GOALS[p], said[p] + worst[p][1]) for p in GOALS}
    return head | found


def side_by_side(browser: Browser, servers: dict[str, Server], entry: Exhibit, what: str) -> dict[str, float]:
    """Median milliseconds of an exhibit and of the bare apps beside it; the first move of each is not counted."""
    name, control = most_values(entry)
    at = getattr(chosen(declaration(entry)), name)
    pages = {"exhibit": Moving(new_page(browser, servers["exhibit"]), "stage", name, walk(control, at), [])}
    open_exhibit(pages["exhibit"].page, entry.slug)
    press_pause(pages["exhibit"].page)
    if control.more:
        pages["exhibit"].page.get_by_role("button", name="More settings").click()
    for peer in GOALS:
        page = new_page(browser, servers[f"{peer} {what}"])
        page.goto("/")
        page.locator(DRAWN[what]).first.wait_for(state="attached")
        rest(page)
        pages[peer] = Moving(page, what, None, iter(["ArrowRight"] * (REPEATS + 1)), [])
    for _ in range(REPEATS + 1):
        for each in pages.values():
            each.times.append(each.once())
    for each in pages.values():
        each.page.context.close()
    return {peer: median(each.times[1:]) for peer, each in pages.items()}


def new_page(browser: Browser, server: Server) -> Page:
    context = browser.new_context(base_url=server.url, viewport=SCREEN)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def rest(page: Page) -> None:
    """Wait until nothing runs any more."""
    if stage(page).count():
        quiet(page)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(state="attached")


def most_values(entry: Exhibit) -> tuple[str, Control]:
    """The exhibit's first slider that is shown and has a new value for every repetition; main ones come first."""
    settings = declaration(entry).settings()
    sliders = [
        (name, control)
        for name, control in controls(settings).items()
        if control.kind in ("integer", "slider") and control.shown(settings, vars(settings))
    ]
    long = [slider for slider in sliders if len(positions(slider[1])) >= REPEATS + 2]
    if not long:
        raise LookupError(f"{entry.slug} has no slider of {REPEATS + 2} values to move.")
    return min(long, key=lambda slider: slider[1].more)


def positions(control: Control) -> range | tuple[Any, ...]:
    return range(control.low, control.high + 1) if control.kind == "integer" else control.options


def walk(control: Control, value: Any) -> Iterator[str]:
    """Keys that lead a slider once through all its other values: down to the first, to the last, down to the start."""
    below = positions(control).index(value)
    above = len(positions(control)) - 1 - below
    yield from ["ArrowLeft"] * below
    yield from ["End", *["ArrowLeft"] * (above - 1)]


def has_surface(entry: Exhibit) -> bool:
    """Whether the exhibit's picture is drawn in three dimensions."""
    page = declaration(entry)
    rows = page.scene(page.experiment(chosen(page))).rows
    return any(panel["kind"] == "surface" for row in rows for panel in row.panels)


def figure(value: float, unit: str, goal: float | None, peer: str) -> dict[str, Any]:
    """One result; all of this folder's times and sizes are better when they are lower."""
    return {"value": value, "unit": unit, "goal": goal, "peer": peer, "better": "lower"}
