"""The loupe: divider, blinking, difference, zoom to single pixels, all by keyboard too, and exact pixels read out."""

import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.contents import exhibit
from core.stage.panels import Loupe
from tests.browser.conftest import NewPage, open_exhibit, quiet
from tests.conftest import chosen, declaration, scene_of
from tests.stage.panels import panels
from tests.stage.pictures import opened

SLUG = "presizing"


@pytest.fixture
def loupe(page: Page) -> Locator:
    return shown(page)


def shown(page: Page) -> Locator:
    """The panel, once its pictures are there and every draw is measured."""
    open_exhibit(page, SLUG)
    quiet(page)
    host = page.locator(".host.loupe")
    expect(host).to_have_attribute("data-shown", re.compile(r"\d"))
    return host


def paint(loupe: Locator) -> bytes:
    return loupe.locator("canvas").first.screenshot()


def pictures() -> list[np.ndarray]:
    """Both pictures as the server sends them."""
    page = declaration(exhibit(SLUG))
    (loupe,) = panels(scene_of(page, chosen(page)), Loupe)
    return [np.array(picture.convert("RGB")) for picture in opened(loupe.files)]


def test_pixels_are_read_out_as_they_were_sent(loupe: Locator) -> None:
    canvas = loupe.locator("canvas")
    canvas.press("ArrowRight")
    for key in ("ArrowDown", "Shift+ArrowRight", "ArrowLeft", "Shift+ArrowUp"):
        canvas.press(key)
    x, y = 112 + 1 + 10 - 1, 112 + 1 - 10
    a, b = (picture[y, x].astype(int) for picture in pictures())
    said = loupe.locator(".note").inner_text()
    assert f"pixel {x}, {y} ·" in said
    assert [list(map(int, m.split())) for m in re.findall(r"\d+ \d+ \d+", said)] == [
        a.tolist(),
        b.tolist(),
        np.abs(a - b).tolist(),
    ]


def test_the_divider_is_dragged_and_moved_by_keys(loupe: Locator) -> None:
    divider = loupe.get_by_role("slider", name="Divider")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    before = paint(loupe)
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "52")
    divider.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "100")
    assert paint(loupe) != before
    box = divider.bounding_box()
    assert box is not None
    mouse = loupe.page.mouse
    mouse.move(box["x"] + 11, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] - 100, box["y"] + 40, steps=3)
    mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", re.compile(r"^[5-8]\d$"))


def test_modes_show_different_pictures(loupe: Locator) -> None:
    seen = []
    for name, mode in (("Divider", "slider"), ("Difference", "difference"), ("Both", "both")):
        loupe.get_by_role("button", name=name).click()
        expect(loupe).to_have_attribute("data-mode", mode)
        expect(loupe.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        seen.append(paint(loupe))
    assert len(set(seen)) == 3
    loupe.locator("canvas").press("3")
    before = paint(loupe)
    loupe.get_by_label("Gain of the difference").select_option("16")
    assert paint(loupe) != before


def test_it_blinks_by_itself_until_it_is_stopped(loupe: Locator) -> None:
    loupe.locator("canvas").press("2")
    side = loupe.get_attribute("data-side")
    expect(loupe).not_to_have_attribute("data-side", side or "")
    loupe.get_by_role("button", name="Stop blinking").click()
    side = loupe.get_attribute("data-side")
    loupe.locator("canvas").press("b")
    expect(loupe).not_to_have_attribute("data-side", side or "")


def test_where_less_motion_is_asked_for_it_blinks_only_on_request(new_page: NewPage) -> None:
    loupe = shown(new_page(reduced_motion="reduce"))
    loupe.locator("canvas").press("2")
    expect(loupe.get_by_role("button", name="Blink by itself")).to_be_visible()
    before = paint(loupe)
    loupe.get_by_role("button", name=re.compile("Swap")).click()
    assert paint(loupe) != before


def test_zoom_by_keys_buttons_and_wheel_keeps_hard_pixels(loupe: Locator) -> None:
    canvas = loupe.locator("canvas")
    all_of_it = zoom(loupe)
    canvas.press("+")
    assert zoom(loupe) == pytest.approx(1.5 * all_of_it, rel=0.01)
    loupe.get_by_role("button", name="Zoom in (+)").click()
    assert zoom(loupe) == pytest.approx(2.25 * all_of_it, rel=0.01)
    canvas.press("0")
    assert zoom(loupe) == pytest.approx(all_of_it)
    box = canvas.bounding_box()
    assert box is not None
    loupe.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(12):
        loupe.page.mouse.wheel(0, -200)
    expect(loupe).to_have_attribute("data-zoom", "40.000")
    canvas.press("4")
    colours = Image.open(io.BytesIO(paint(loupe))).convert("RGB").crop((20, 40, 180, 200)).getcolors(1 << 16)
    assert colours is not None
    assert len(colours) < 40  # a few large pixels, nothing in between


def zoom(loupe: Locator) -> float:
    return float(loupe.get_attribute("data-zoom") or 0)


def test_without_the_focus_a_wheel_scrolls_the_page(loupe: Locator) -> None:
    before: Any = zoom(loupe)
    box = loupe.locator("canvas").bounding_box()
    assert box is not None
    loupe.page.mouse.move(box["x"] + 50, box["y"] + 50)
    loupe.page.mouse.wheel(0, 300)
    loupe.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 0")
    assert zoom(loupe) == before
