"""The drawing canvas in a real browser: mouse, finger and keys draw; it sends when a stroke ends, and not before."""

import io
import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, WebSocket, expect

from tests.browser.conftest import PHONE, NewPage, key, open_exhibit, quiet, stage

SLUG = "neural-net"
THREE = [
    (0.3, 0.2),
    (0.5, 0.13),
    (0.68, 0.22),
    (0.62, 0.4),
    (0.45, 0.47),
    (0.65, 0.56),
    (0.69, 0.74),
    (0.5, 0.86),
    (0.3, 0.8),
]
SEVEN = [(0.28, 0.18), (0.72, 0.18), (0.56, 0.5), (0.43, 0.85)]


def canvas(page: Page) -> Locator:
    return page.get_by_role("application", name="Draw a 3 or a 7")


def opened(page: Page, **params: str) -> Page:
    open_exhibit(page, SLUG, view="draw", **params)
    expect(canvas(page)).to_be_visible()
    expect(finding(page, "The canvas is empty")).to_be_visible()
    return page


def finding(page: Page, words: str) -> Locator:
    return page.locator("[data-testid=stMarkdown]").filter(has_text=words).first


def on(page: Page, point: tuple[float, float]) -> tuple[float, float]:
    box = canvas(page).bounding_box()
    assert box is not None
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def draw(page: Page, points: Sequence[tuple[float, float]]) -> None:
    page.mouse.move(*on(page, points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*on(page, point), steps=4)
    page.mouse.up()


def ink(page: Page) -> int:
    """How many white pixels the canvas shows."""
    return canvas(page).evaluate(
        """node => node.getContext("2d").getImageData(0, 0, node.width, node.height).data
                   .filter((value, i) => i % 4 === 3 && value > 128).length"""
    )


@pytest.mark.parametrize(("points", "digit"), [(THREE, "3"), (SEVEN, "7")], ids=["three", "seven"])
def test_a_drawn_digit_is_judged(points: list[tuple[float, float]], digit: str, page: Page) -> None:
    opened(page)
    before = key(page)
    assert ink(page) == 0
    draw(page, points)
    expect(finding(page, f"All three say {digit}")).to_be_visible()
    assert key(page) != before
    assert ink(page) > 1000
    expect(page.get_by_role("status").filter(has_text="1 stroke")).to_be_visible()


def test_undo_and_clear(page: Page) -> None:
    opened(page)
    undo, clear = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Clear"))
    expect(undo).to_be_disabled()
    expect(clear).to_be_disabled()
    draw(page, SEVEN)
    expect(finding(page, "All three say 7")).to_be_visible()
    seven, shown = ink(page), key(page)
    draw(page, [(0.1, 0.9), (0.9, 0.9)])
    expect(stage(page)).not_to_have_attribute("data-key", shown)
    undo.click()
    expect(stage(page)).to_have_attribute("data-key", shown)
    assert ink(page) == seven
    clear.click()
    expect(finding(page, "The canvas is empty")).to_be_visible()
    assert ink(page) == 0
    expect(clear).to_be_disabled()


def test_nothing_is_sent_before_a_stroke_ends(page: Page) -> None:
    sent: list[int] = []

    def heard(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: sent.append(len(data)))

    page.on("websocket", heard)
    opened(page)
    quiet(page)
    page.mouse.move(*on(page, SEVEN[0]))
    page.mouse.down()
    before = len(sent)
    for point in SEVEN[1:]:
        page.mouse.move(*on(page, point), steps=8)
    assert ink(page) > 1000  # it is painted
    assert len(sent) == before
    page.mouse.up()
    expect(finding(page, "All three say 7")).to_be_visible()
    assert len(sent) == before + 1
    assert sent[-1] < 5000


def test_keys_draw_without_a_mouse(page: Page) -> None:
    opened(page)
    canvas(page).focus()
    scrolled = page.locator("[data-testid=stMain]").evaluate("node => node.scrollTop")
    page.keyboard.press("ArrowLeft")
    press(page, "ArrowLeft", 4)
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Pen down")).to_be_visible()
    press(page, "ArrowRight", 10)
    for _ in range(7):
        press(page, "ArrowDown", 2)
        press(page, "ArrowLeft", 1)
    page.keyboard.press("Space")
    expect(finding(page, "All three say 7")).to_be_visible()
    assert page.locator("[data-testid=stMain]").evaluate("node => node.scrollTop") == scrolled
    page.keyboard.press("Backspace")
    expect(finding(page, "The canvas is empty")).to_be_visible()
    page.keyboard.press("Tab")
    expect(canvas(page)).not_to_be_focused()  # Tab is never caught


def press(page: Page, name: str, times: int) -> None:
    for _ in range(times):
        page.keyboard.press(name)


def test_a_finger_draws_and_does_not_scroll(new_page: NewPage) -> None:
    page = opened(new_page(viewport=PHONE, has_touch=True, is_mobile=True))
    canvas(page).scroll_into_view_if_needed()
    main = page.locator("[data-testid=stMain]")
    scrolled = main.evaluate("node => node.scrollTop")
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    send("touchStart", on(page, SEVEN[0]))
    for (x0, y0), (x1, y1) in pairwise(SEVEN):
        for part in range(1, 9):
            send("touchMove", on(page, (x0 + (x1 - x0) * part / 8, y0 + (y1 - y0) * part / 8)))
    send("touchEnd")
    expect(finding(page, "All three say 7")).to_be_visible()
    assert main.evaluate("node => node.scrollTop") == scrolled
    expect(page.get_by_role("status").filter(has_text="1 stroke")).to_be_visible()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_paper_is_black_and_ink_white_in_both_themes(mode: str, new_page: NewPage) -> None:
    page = opened(new_page(color_scheme=mode))
    assert canvas(page).evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(0, 0, 0)"
    draw(page, SEVEN)
    shown = page.screenshot(clip=clip(page, (0.49, 0.17), 4), type="png")
    assert Image.open(io.BytesIO(shown)).convert("RGB").getcolors() == [(16, (255, 255, 255))]


def clip(page: Page, point: tuple[float, float], side: int) -> FloatRect:
    x, y = on(page, point)
    return {"x": x, "y": y, "width": side, "height": side}


def test_the_drawing_is_there_again_after_another_view(page: Page) -> None:
    opened(page)
    draw(page, SEVEN)
    expect(finding(page, "All three say 7")).to_be_visible()
    drawn = ink(page)
    view = page.locator(".st-key-view")
    view.get_by_role("radio", name="units", exact=True).click()
    expect(canvas(page)).to_have_count(0)
    view.get_by_role("radio", name="draw", exact=True).click()
    expect(finding(page, "All three say 7")).to_be_visible()
    expect(canvas(page)).to_be_visible()
    assert ink(page) == drawn


def test_the_canvas_stands_on_the_first_screen(page: Page) -> None:
    opened(page)
    box = canvas(page).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    assert abs(box["width"] - box["height"]) < 1


def test_a_drawing_is_not_in_the_address(page: Page) -> None:
    opened(page)
    draw(page, SEVEN)
    expect(finding(page, "All three say 7")).to_be_visible()
    assert re.search(r"\?view=draw$", page.url)
