"""How smoothly a recorded run replays: milliseconds from one painted frame to the next.

In the page, every animation frame notes its time and the frame that the stage shows. Counted are the intervals in
which the stage moved on: from the animation frame that drew to the one that follows, which waits for the painting.
The end of the run is played, where the curves are longest, at the pace a visitor sees, for a few seconds; then once
more with Chromium's processor slowed down four times. At 60 frames a second the least is 16.7. An exhibit that does
not play to its end in time is named and has no figure. Whatever else the machine does goes into these figures: where
it was not idle before they were taken, they say so.
"""

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from core.contents import CONTENTS, Exhibit
from core.stage.panels import Surface
from tests.bench.pages import FAILURES, UnmovedError, because, figure, new_page, opened, say
from tests.browser.conftest import stage
from tests.browser.serving import Server, launch
from tests.conftest import chosen, declaration, scene_of

SLOWED = 4
RATES = (1, SLOWED)
FIGURES = {
    (False, 1): ("replay_frame_ms", 17.0),
    (True, 1): ("replay_frame_3d_ms", 33.0),
    (False, SLOWED): ("replay_frame_slowed_ms", 33.0),
    (True, SLOWED): ("replay_frame_3d_slowed_ms", 33.0),
}
"""Name and goal, by whether there is a surface on the stage, and how many times slower the processor is."""
NAMES = tuple(name for name, _ in FIGURES.values())
SECONDS = 3.5
LIMIT = 30_000  # milliseconds that these seconds may take
LOOK = 3.0  # seconds that the machine is looked at before
IDLE = 0.1  # of its processors, busy at most
REST = 15  # seconds at most that a page which has just been opened is given to come to rest

PLAY = """
(stage, from) => {
  const last = Number(stage.querySelector("input[type=range]").max);
  const scrub = stage.querySelector("input[type=range]");
  const seen = [];
  window.seen = undefined;
  scrub.value = String(from);
  scrub.dispatchEvent(new Event("input"));
  const note = (now) => {
    seen.push([now, Number(stage.dataset.frame)]);
    if (Number(stage.dataset.frame) < last) requestAnimationFrame(note);
    else requestAnimationFrame((end) => { seen.push([end, last]); window.seen = seen; });
  };
  stage.querySelector("button[aria-label^='Play']").click();
  requestAnimationFrame(note);
}
"""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The intervals of one exhibit's replay, milliseconds."""

    slug: str
    solid: bool
    rate: int
    took: list[float]

    @property
    def typical(self) -> float:
        return median(self.took)

    def words(self) -> str:
        late = quantiles(self.took, n=20)[-1] if len(self.took) > 1 else self.took[0]
        return f"{self.slug}, {len(self.took)} frames, nineteen of twenty within {late:.0f} ms"


def measure(entries: Sequence[Exhibit] = CONTENTS) -> dict[str, dict[str, Any]]:
    """The exhibit of the slowest median: in two dimensions, with a surface on the stage, and both slowed down."""
    notes = not_idle()
    replays: list[Replay] = []
    with Server() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for entry in entries:
            page = new_page(browser, server)
            try:
                for one in replays_of(page, entry):
                    say(f"{one.typical:.0f} ms{'' if one.rate == 1 else f' slowed {one.rate} times'}: {one.words()}")
                    replays.append(one)
            except FAILURES as failure:
                notes.append(f"{entry.slug} {because(failure)}")
                say(notes[-1])
            finally:
                page.context.close()
    return {
        name: worst([one for one in replays if (one.solid, one.rate) == kind], goal, notes)
        for kind, (name, goal) in FIGURES.items()
    }


def not_idle() -> list[str]:
    """What to say of these figures where the machine is busy with other things."""
    busy = psutil.cpu_percent(LOOK) / 100
    say(f"the machine is {busy:.0%} busy before, load average {os.getloadavg()[0]:.1f}")
    if busy <= IDLE:
        return []
    return [f"not to be quoted: the machine was {busy:.0%} busy with other things before it began"]


def come_to_rest() -> None:
    """Wait until the server and the browser have done what follows the opening of a page."""
    until = time.monotonic() + REST
    while psutil.cpu_percent(0.5) / 100 > IDLE and time.monotonic() < until:
        pass


def worst(replays: Sequence[Replay], goal: float, notes: Sequence[str]) -> dict[str, Any]:
    """The slowest of these as a result, with what is to be said of it."""
    if not replays:
        return figure(None, "ms", goal, "; ".join(["none was measured", *notes]))
    slowest = max(replays, key=lambda one: one.typical)
    return figure(slowest.typical, "ms", goal, "; ".join([slowest.words(), *notes]))


def replays_of(page: Page, entry: Exhibit) -> Iterable[Replay]:
    """The exhibit's replay at each rate; none where there is nothing to play."""
    frames, seconds, solid = recorded(entry)
    if frames < 2:
        return
    opened(page, entry)
    come_to_rest()
    start = max(0, round((frames - 1) * (1 - SECONDS / seconds)))
    tools = page.context.new_cdp_session(page)
    for rate in RATES:
        tools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        yield Replay(slug=entry.slug, solid=solid, rate=rate, took=replay(page, start))


def recorded(entry: Exhibit) -> tuple[int, float, bool]:
    """How many frames the exhibit's picture has, the seconds they take, and whether it is in three dimensions."""
    page = declaration(entry)
    scene = scene_of(page, chosen(page))
    solid = any(isinstance(panel, Surface) for row in scene.rows for panel in row.panels)
    return scene.frames, scene.seconds, solid


def replay(page: Page, start: int) -> list[float]:
    """The intervals, in milliseconds, in which the stage moved on while the run was played from `start` to its end."""
    stage(page).evaluate(PLAY, start)
    seen = page.wait_for_function("window.seen", polling=100, timeout=LIMIT).json_value()
    steps = list(zip(seen, seen[1:], seen[2:], strict=False))
    took = [after - now for (_, shown), (now, frame), (after, _) in steps if frame != shown]
    if not took:
        raise UnmovedError("The stage did not play.")
    return took
