"""The stage: a recorded run replays, forward and back, at the pace and in the colours a person asks for."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from core.app.stage import standalone
from core.contents import CONTENTS, Exhibit
from core.palette import QUANTITIES, colors
from core.stage.panels import Surface
from core.stage.scene import Row, Scene, unpack
from tests.browser.conftest import NewPage, frame, key, open_exhibit, press_pause, quiet, stage
from tests.conftest import chosen, declaration, scene_of

SLUG = "seven-steps"


def has_surface(entry: Exhibit) -> bool:
    """Whether the exhibit's picture is drawn in three dimensions."""
    page = declaration(entry)
    rows = scene_of(page, chosen(page)).rows
    return any(isinstance(panel, Surface) for row in rows for panel in row.panels)


def last(page: Page) -> int:
    return int(page.get_by_role("slider", name="Time").get_attribute("max") or 0)


def at(page: Page, number: int) -> None:
    """The stage shows that frame, and so say its slider and its text."""
    expect(stage(page)).to_have_attribute("data-frame", str(number))
    expect(page.get_by_role("slider", name="Time")).to_have_value(str(number))
    expect(stage(page).locator("output.time")).not_to_be_empty()


@pytest.fixture
def still(page: Page) -> Page:
    """An exhibit that stands at its first frame."""
    open_exhibit(page, SLUG)
    press_pause(page)
    stage(page).press("Home")
    at(page, 0)
    return page


def test_it_plays_by_itself_and_pauses(page: Page) -> None:
    open_exhibit(page, SLUG)
    expect(stage(page)).to_have_attribute("data-frame", re.compile("[1-9]"))
    page.get_by_role("button", name="Pause (space)").click()
    stopped = frame(page)
    page.evaluate(
        "new Promise(done => { let n = 30; (function tick() { n-- ? requestAnimationFrame(tick) : done() })() })"
    )
    assert frame(page) == stopped
    page.get_by_role("button", name="Play (space)").click()
    expect(stage(page)).not_to_have_attribute("data-frame", str(stopped))


def test_buttons_step_forward_and_back_to_the_same_picture(still: Page) -> None:
    board = stage(still).locator(".board")
    forward, back = (still.get_by_role("button", name=re.compile(f"One step {way}")) for way in ("forward", "back"))
    forward.click()
    at(still, 1)
    picture = board.screenshot()
    forward.click()
    at(still, 2)
    assert board.screenshot() != picture
    back.click()
    at(still, 1)
    assert board.screenshot() == picture
    still.get_by_role("button", name="Back to the start (Home)").click()
    at(still, 0)
    back.click()
    at(still, 0)


def test_keys_step_jump_and_play(still: Page) -> None:
    for pressed, expected in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", last(still)),
        ("Home", 0),
    ):
        stage(still).press(pressed)
        at(still, expected)
    stage(still).press("End")
    stage(still).press("ArrowRight")
    at(still, last(still))
    stage(still).press("Space")  # from the end it plays from the start
    expect(still.get_by_role("button", name="Pause (space)")).to_be_visible()
    stage(still).press("Space")
    expect(still.get_by_role("button", name="Play (space)")).to_be_visible()
    assert frame(still) < last(still)


def test_the_slider_scrubs(still: Page) -> None:
    slider = still.get_by_role("slider", name="Time")
    for number in (7, 3, last(still)):
        slider.fill(str(number))
        at(still, number)
        label = stage(still).locator("output.time").inner_text()
        assert slider.get_attribute("aria-valuetext") == label


@pytest.mark.parametrize("speed", ["0.25", "1", "4"])
def test_speed_is_the_pace(speed: str, still: Page) -> None:
    page = declaration(CONTENTS[0])
    seconds = scene_of(page, chosen(page)).seconds
    still.clock.install(time=0)
    still.clock.pause_at(60)  # on a busy machine no second passes unseen
    still.get_by_role("combobox", name="Speed").select_option(speed)
    still.get_by_role("button", name="Play (space)").click()
    still.clock.run_for(1000)
    due = float(speed) * last(still) / seconds
    assert frame(still) == pytest.approx(
        due, abs=1.5 + 0.05 * due
    )  # frames are whole, and the first tick starts the clock


def test_who_asks_for_less_motion_sees_the_end_at_once(new_page: NewPage) -> None:
    page = open_exhibit(new_page(reduced_motion="reduce"), SLUG)
    at(page, last(page))
    expect(page.get_by_role("button", name="Play (space)")).to_be_visible()


def test_the_theme_recolours_and_keeps_the_place(still: Page) -> None:
    slider, board = still.get_by_role("slider", name="Time"), stage(still).locator(".board")
    slider.fill("5")
    light, dark = colors("light"), colors("dark")
    used = {q for q in QUANTITIES if light[q] in board.inner_html()}
    assert {"loss", "data", "activations"} <= used
    still.emulate_media(color_scheme="dark")
    expect(board.locator(f"[stroke='{dark['loss']}']").first).to_be_attached()
    after = board.inner_html()
    assert {q for q in QUANTITIES if dark[q] in after} == used
    assert {q for q in QUANTITIES if light[q] in after} == set()
    at(still, 5)


def test_new_data_keep_the_place_in_time(still: Page) -> None:
    middle = last(still) // 2
    still.get_by_role("slider", name="Time").fill(str(middle))
    before, frames = key(still), last(still)
    still.locator(".st-key-learning_rate input[type=range]").press("ArrowLeft")
    expect(stage(still)).not_to_have_attribute("data-key", before)
    at(still, middle)
    assert last(still) == frames
    before = key(still)
    still.locator(".st-key-steps input[type=range]").press("ArrowRight")  # another length: the same share of it
    expect(stage(still)).not_to_have_attribute("data-key", before)
    at(still, round(middle / frames * last(still)))
    expect(still.get_by_role("button", name="Play (space)")).to_be_visible()


def test_the_last_of_many_moves_wins(still: Page, new_page: NewPage) -> None:
    before = key(still)
    slider = still.locator(".st-key-steps input[type=range]")
    for _ in range(8):
        slider.press("ArrowRight")
    wanted = slider.input_value()
    expect(stage(still)).not_to_have_attribute("data-key", before)
    still.wait_for_url(re.compile(f"steps={wanted}"))
    quiet(still)
    other = open_exhibit(new_page(), SLUG, steps=wanted)
    expect(stage(still)).to_have_attribute("data-key", key(other))


def test_it_follows_the_width_of_the_window(still: Page) -> None:
    stage(still).press("End")
    still.set_viewport_size({"width": 390, "height": 844})
    expect(stage(still)).to_have_class(re.compile("narrow"))
    still.set_viewport_size({"width": 1280, "height": 800})
    expect(stage(still)).not_to_have_class(re.compile("narrow"))
    at(still, last(still))


def test_its_picture_is_described(still: Page) -> None:
    page = declaration(CONTENTS[0])
    header, _ = unpack(scene_of(page, chosen(page)).pack())
    assert header["key"] == key(still)
    expect(stage(still)).to_have_attribute("aria-label", header["alt"])
    expect(stage(still)).to_have_attribute("role", "group")


@pytest.mark.parametrize("entry", list(filter(has_surface, CONTENTS)), ids=lambda entry: entry.slug)
def test_a_dragged_surface_turns_and_stays_turned(entry: Exhibit, page: Page) -> None:
    open_exhibit(page, entry.slug)
    press_pause(page)
    stage(page).press("End")
    surface = stage(page).locator(".host.surface").first
    page.clock.install()

    def picture() -> bytes:
        page.clock.run_for(1000)  # a surface at rest is drawn once more, finer
        return surface.screenshot()

    straight = picture()
    box = surface.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 10, steps=4)
    page.mouse.up()
    page.mouse.move(1, 1)
    turned = picture()
    assert differing(turned, straight) > 1e-2
    stage(page).press("Home")
    assert differing(picture(), turned) > 1e-3
    stage(page).press("End")
    assert differing(picture(), turned) < 1e-3  # edges may be smoothed otherwise where a path was painted in pieces


def differing(one: bytes, other: bytes) -> float:
    """The share of pixels that two screenshots show differently."""
    a, b = (Image.open(io.BytesIO(png)).convert("L") for png in (one, other))
    return sum(ImageChops.difference(a, b).histogram()[17:]) / (a.width * a.height)


def test_an_exported_picture_replays_alone(new_page: NewPage, tmp_path: Path) -> None:
    page = declaration(CONTENTS[0])
    packed = scene_of(page, chosen(page)).pack()
    file = tmp_path / "picture.html"
    file.write_text(standalone(packed, "A </title><script>throw 1</script> & more"), encoding="utf-8")
    alone = new_page(offline=True)
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(file.as_uri())
    expect(alone).to_have_title("A </title><script>throw 1</script> & more")
    expect(stage(alone)).to_have_attribute("data-key", unpack(packed)[0]["key"])
    expect(stage(alone)).not_to_have_attribute("data-frame", "0")  # it plays
    stage(alone).press("End")
    at(alone, last(alone))
    stage(alone).press("Home")
    at(alone, 0)
    assert asked == [file.as_uri()]


def test_a_single_frame_needs_no_controls(new_page: NewPage, tmp_path: Path) -> None:
    page = declaration(CONTENTS[0])
    one = Scene(rows=[Row(200, scene_of(page, chosen(page)).rows[0].panels[:1])], alt="One frame.")
    file = tmp_path / "one.html"
    file.write_text(standalone(one.pack(), "One frame"), encoding="utf-8")
    alone = new_page()
    alone.goto(file.as_uri())
    expect(stage(alone)).to_have_attribute("data-frame", "0")
    expect(alone.get_by_role("slider", name="Time", include_hidden=True)).to_be_hidden()
    stage(alone).press("ArrowRight")
    expect(stage(alone)).to_have_attribute("data-frame", "0")
