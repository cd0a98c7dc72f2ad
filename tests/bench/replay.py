"""How smoothly a recorded run replays: milliseconds from one painted frame to the next.

In the page, every animation frame notes its time and the frame that the stage shows. Counted are the intervals in
which the stage moved on: from the animation frame that drew to the one that follows, which waits for the painting.
The end of the run is played, where the curves are longest, at the pace a visitor sees, for a few seconds. At 60 frames
a second the least is 16.7. An exhibit that does not play to its end in time is named and has no figure.
"""

from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

from core.contents import CONTENTS, Exhibit
from core.stage.panels import Surface
from tests.bench.pages import FAILURES, UnmovedError, because, figure, new_page, opened, say
from tests.browser.conftest import stage
from tests.browser.serving import Server, launch
from tests.conftest import chosen, declaration, scene_of

NAMES = ("replay_frame_ms", "replay_frame_3d_ms")
GOAL = 33.0
SECONDS = 3.5
LIMIT = 30_000  # milliseconds that these seconds may take

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


def measure(entries: Sequence[Exhibit] = CONTENTS) -> dict[str, dict[str, Any]]:
    """`replay_frame_ms` and, with a surface on the stage, `replay_frame_3d_ms`: the exhibit of the slowest median."""
    worst: dict[bool, tuple[float, str]] = {}
    failed: list[str] = []
    with Server() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for entry in entries:
            page = new_page(browser, server)
            try:
                frames, seconds, solid = recorded(entry)
                took = replay(page, entry, frames, seconds) if frames > 1 else []
            except FAILURES as failure:
                failed.append(f"{entry.slug} {because(failure)}")
                say(failed[-1])
                continue
            finally:
                page.context.close()
            if took:
                said = f"{entry.slug}, {len(took)} frames, nineteen of twenty within {quantiles(took, n=20)[-1]:.0f} ms"
                say(f"{median(took):.0f} ms: {said}")
                worst[solid] = max(worst.get(solid, (0.0, "")), (median(took), said))
    without = "".join(f"; {each}" for each in failed)
    names = {False: ("replay_frame_ms", GOAL), True: ("replay_frame_3d_ms", None)}
    return {
        name: figure(worst[solid][0], "ms", goal, worst[solid][1] + without)
        if solid in worst
        else figure(None, "ms", goal, f"none was measured{without}")
        for solid, (name, goal) in names.items()
    }


def recorded(entry: Exhibit) -> tuple[int, float, bool]:
    """How many frames the exhibit's picture has, the seconds they take, and whether it is in three dimensions."""
    page = declaration(entry)
    scene = scene_of(page, chosen(page))
    solid = any(isinstance(panel, Surface) for row in scene.rows for panel in row.panels)
    return scene.frames, scene.seconds, solid


def replay(page: Page, entry: Exhibit, frames: int, seconds: float) -> list[float]:
    """The intervals, in milliseconds, in which the stage moved on while the end of the run was played."""
    opened(page, entry)
    start = max(0, round((frames - 1) * (1 - SECONDS / seconds)))
    stage(page).evaluate(PLAY, start)
    seen = page.wait_for_function("window.seen", polling=100, timeout=LIMIT).json_value()
    steps = list(zip(seen, seen[1:], seen[2:], strict=False))
    if not steps:
        raise UnmovedError("The stage did not play.")
    return [after - now for (_, shown), (now, frame), (after, _) in steps if frame != shown]
