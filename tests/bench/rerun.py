"""Control moved → picture painted: every exhibit against a bare Streamlit app, side by side in one browser.

The clock runs in the page: from the `keydown` on the slider to the second animation frame after the picture changed
(the first one paints it). An exhibit's picture has changed when its stage has drawn new data, a line chart when
Vega has redrawn a path, a Plotly figure when its new canvas stands in the page; what comes later in these two is not
counted against them. Each exhibit moves a slider of its own through values that nobody has asked for before, so
nothing comes from a cache; its three apps take turns, so that a busy moment of the machine meets all of them.
An exhibit with a surface is held against a bare `st.plotly_chart` of a surface of 51 × 51 points.

Every wait has an end: an exhibit whose picture does not move is named with the reason and without a figure.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import cycle
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeout

from core.contents import CONTENTS, Exhibit
from core.data.pets import drawn
from core.nn.features import features
from tests.bench.pages import DRAWN, FAILURES, PATIENCE, UnmovedError, because, figure, new_page, opened, rest, say
from tests.bench.sliders import MOVES, Slider, slider_of, walk
from tests.browser.serving import Server, launch

NAMES = ("rerun_vs_bare", "rerun_vs_default", "rerun_ms")
REPEATS = MOVES - 1  # the first move is not counted
UNMOVED = 2  # moves that may leave the picture as it is
LIMIT = 10.0  # seconds for one move
BUDGET = 25.0  # seconds of moves for one exhibit: after that, those that are there count
GOALS = {"bare": 1.5, "default": 0.8}

ARM = """
(root, what) => {
  const painted = { stage: ["data-painted"], line: ["d"], surface: undefined }[what];
  window.moved = undefined;
  let pressed;
  addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true, once: true });
  const watch = new MutationObserver((changes) => {
    const canvas = (node) => node.nodeName === "CANVAS" || node.querySelector?.("canvas");
    if (!painted && !changes.some((change) => [...change.addedNodes].some(canvas))) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.moved = performance.now() - pressed; }));
  });
  window.disarm = () => watch.disconnect();
  watch.observe(root, { subtree: true, attributes: !!painted, attributeFilter: painted, childList: !painted });
}
"""
ROOTS = {"stage": ".stage", "line": "[data-testid=stVegaLiteChart]", "surface": "[data-testid=stMain]"}


@dataclass
class Moving:
    """A page with the slider that is moved, the keys that move it to values not seen yet, and the times it took."""

    page: Page
    what: str  # "stage", "line" or "surface"
    name: str | None  # of the setting; None for a bare app's only slider
    keys: Iterator[str]
    times: list[float] = field(default_factory=list)

    def once(self) -> float | None:
        """Milliseconds from one key press to the picture; None if that stayed as it was."""
        self.page.locator(ROOTS[self.what]).first.evaluate(ARM, self.what)
        place = f".st-key-{self.name} " if self.name else ""
        self.page.locator(f"{place}input[type=range]").press(next(self.keys, "Tab"))
        try:
            took = self.page.wait_for_function("window.moved", polling=20, timeout=1000 * LIMIT).json_value()
        except BrowserTimeout:
            took = None
            self.page.evaluate("window.disarm()")
        rest(self.page)
        return took


def measure(entries: Sequence[Exhibit] = CONTENTS) -> dict[str, dict[str, Any]]:
    """`rerun_vs_bare` and `rerun_vs_default`, the worst exhibit each, and every exhibit's milliseconds."""
    found: dict[str, dict[str, Any]] = {}
    worst: dict[str, tuple[float, str]] = {}
    failed: list[str] = []
    features(drawn())  # as on a server that has been visited: nothing is drawn or seen while a control moves
    with ExitStack() as stack:
        peers = Peers(stack)
        for entry in entries:
            name = f"rerun_ms[{entry.slug}]"
            try:
                found[name] = one(peers, entry, worst)
            except FAILURES as failure:
                failed.append(entry.slug)
                found[name] = figure(None, "ms", None, because(failure)) | {"failed": True}
            say(f"{name}: {found[name]['peer']}")
    said = {
        "bare": "bare app, same settings, same run; the worst exhibit: ",
        "default": "bare app under Streamlit's defaults with fastai imported, same run; the worst exhibit: ",
    }
    without = f"; without {', '.join(failed)}" if failed else ""
    none = (None, "none was measured")
    head = {f"rerun_vs_{p}": (worst.get(p, none), GOALS[p], said[p]) for p in GOALS}
    return {n: figure(w[0], "ratio", goal, text + w[1] + without) for n, (w, goal, text) in head.items()} | found


class Peers:
    """The servers, the browser, and the bare apps' pages, which stay open for all exhibits."""

    def __init__(self, stack: ExitStack) -> None:
        self.server = stack.enter_context(Server())
        self.browser = launch(stack.enter_context(sync_playwright()))
        self.stack = stack
        self.pages: dict[tuple[str, str], Moving] = {}

    def bare(self, peer: str, what: str) -> Moving:
        """The bare app that draws a line or a surface, under the program's settings or ("default") Streamlit's."""
        if (peer, what) not in self.pages:
            script, defaults = f"tests/bench/apps/{what}.py", peer == "default"
            arguments = ("fastai",) if defaults else ()
            server = self.stack.enter_context(Server(script, defaults=defaults, arguments=arguments))
            page = new_page(self.browser, server)
            page.goto("/")
            page.locator(DRAWN[what]).first.wait_for(state="attached", timeout=2 * PATIENCE)
            rest(page)
            keys = cycle(["ArrowRight"] * 90 + ["ArrowLeft"] * 90)
            self.pages[peer, what] = Moving(page, what, None, keys)
        return self.pages[peer, what]


def one(peers: Peers, entry: Exhibit, worst: dict[str, tuple[float, str]]) -> dict[str, Any]:
    """The exhibit's figure; `worst` keeps the largest ratio to each peer, and whose it is."""
    slider = slider_of(entry)
    what = "surface" if slider.surface else "line"
    took = side_by_side(peers, entry, slider, what)
    ratios = {peer: took["exhibit"] / took[peer] for peer in GOALS}
    for peer, ratio in ratios.items():
        worst[peer] = max(worst.get(peer, (0.0, "")), (ratio, entry.slug))
    said = ", ".join(f"{ratios[p]:.2f} of the {p} {what} app's {took[p]:.0f} ms" for p in GOALS)
    return figure(took["exhibit"], "ms", None, f"{slider.name}: {said}")


def side_by_side(peers: Peers, entry: Exhibit, slider: Slider, what: str) -> dict[str, float]:
    """Median milliseconds of an exhibit and of the bare apps beside it; the first move of each is not counted."""
    page = new_page(peers.browser, peers.server)
    try:
        opened(page, entry, slider.settings)
        if slider.control.more:
            page.get_by_role("button", name="More settings").click()
        keys = walk(slider.control, getattr(slider.settings, slider.name))
        turns = {"exhibit": Moving(page, "stage", slider.name, keys)}
        turns |= {peer: replace(peers.bare(peer, what), times=[]) for peer in GOALS}
        take_turns(turns)
    finally:
        page.context.close()
    return {peer: median(each.times[1:]) for peer, each in turns.items()}


def take_turns(turns: dict[str, Moving]) -> None:
    """Move each in turn, so often that REPEATS moves count, or as often as fits in the time."""
    unmoved, until = 0, time.monotonic() + BUDGET
    while len(turns["exhibit"].times) <= REPEATS:
        if time.monotonic() > until and min(len(each.times) for each in turns.values()) > 2:
            return
        for peer, each in turns.items():
            took = each.once()
            unmoved += took is None
            each.times += [] if took is None else [took]
            if unmoved > UNMOVED:
                raise UnmovedError(f"{unmoved} moves of {each.name or peer} left the picture as it was.")
