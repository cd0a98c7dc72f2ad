"""How smoothly a recorded run replays: milliseconds from one painted frame to the next.

In the page, every animation frame notes its time and the frame that the stage shows. Counted are the intervals in
which the stage moved on: from the animation frame that drew to the one that follows, which waits for the painting.
The run is played from its start to its end at the pace a visitor sees. At 60 frames a second the least is 16.7.
"""

from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

from core.contents import CONTENTS, Exhibit
from tests.bench.rerun import figure, has_surface, new_page
from tests.browser.conftest import open_exhibit, press_pause, stage
from tests.browser.serving import Server, launch
from tests.conftest import chosen, declaration

NAMES = ("replay_frame_ms", "replay_frame_3d_ms")
GOAL = 33.0

PLAY = """
(stage) => new Promise((done) => {
  const last = Number(stage.querySelector("input[type=range]").max);
  const seen = [];
  const note = (now) => {
    seen.push([now, Number(stage.dataset.frame)]);
    if (Number(stage.dataset.frame) < last) requestAnimationFrame(note);
    else requestAnimationFrame((end) => { seen.push([end, last]); done(seen); });
  };
  stage.querySelector("button[aria-label^='Play']").click();
  requestAnimationFrame(note);
})
"""


def measure() -> dict[str, dict[str, Any]]:
    """`replay_frame_ms` and, with a surface on the stage, `replay_frame_3d_ms`: the exhibit of the slowest median."""
    worst: dict[bool, tuple[float, str]] = {}
    with Server() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for entry in CONTENTS:
            if frames(entry) < 2:
                continue
            page = new_page(browser, server)
            took = replay(page, entry)
            page.context.close()
            if took:
                said = f"{entry.slug}, {len(took)} frames, nineteen of twenty within {quantiles(took, n=20)[-1]:.0f} ms"
                solid = has_surface(entry)
                worst[solid] = max(worst.get(solid, (0.0, "")), (median(took), said))
    names = {False: ("replay_frame_ms", GOAL), True: ("replay_frame_3d_ms", None)}
    return {
        name: figure(worst[solid][0], "ms", goal, worst[solid][1])
        for solid, (name, goal) in names.items()
        if solid in worst
    }


def frames(entry: Exhibit) -> int:
    page = declaration(entry)
    return page.scene(page.experiment(chosen(page))).frames


def replay(page: Page, entry: Exhibit) -> list[float]:
    """The intervals, in milliseconds, in which the stage moved on while the exhibit was played once."""
    open_exhibit(page, entry.slug)
    press_pause(page)
    stage(page).press("Home")
    seen = stage(page).evaluate(PLAY)
    steps = zip(seen, seen[1:], seen[2:], strict=False)
    return [after - now for (_, shown), (now, frame), (after, _) in steps if frame != shown]
