"""For a room: larger type with everything still under the pointer, and a page to be embedded in another."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import frame, open_exhibit, press_pause, quiet, stage


@pytest.mark.parametrize(("projector", "size"), [("false", 16), ("true", 20)])
def test_type_is_larger_on_page_and_stage(projector: str, size: int, page: Page) -> None:
    open_exhibit(page, "seven-steps", projector=projector)
    expect(page.locator("html")).to_have_css("font-size", f"{size}px")
    assert stage(page).evaluate("node => node.currentCSSZoom") == size / 16
    box = stage(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize("projector", ["false", "true"])
def test_a_curve_is_dragged_where_it_is_pressed(projector: str, page: Page) -> None:
    open_exhibit(page, "seven-steps", projector=projector)
    press_pause(page)
    area = stage(page).locator(".area").last
    dot = area.locator("circle").first
    box = area.bounding_box()
    assert box is not None
    for share in (0.4, 0.7):
        before = frame(page)
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        expect(stage(page)).not_to_have_attribute("data-frame", str(before))
        place = dot.bounding_box()
        assert place is not None
        step = 0.1 * box["width"]  # ten steps lie on the axis
        assert abs(place["x"] + place["width"] / 2 - box["x"] - share * box["width"]) < step


def test_an_embedded_page_is_the_exhibit_alone(page: Page) -> None:
    open_exhibit(page, "seven-steps", embed="true")
    expect(page.get_by_role("link", name="Downhill")).to_have_count(0)
    expect(page.get_by_role("banner")).to_be_empty()
    top = stage(page).bounding_box()
    assert top is not None
    assert top["y"] < 60


def test_a_page_that_is_not_embedded_has_its_navigation(page: Page) -> None:
    open_exhibit(page, "seven-steps")
    expect(page.get_by_role("link", name="Downhill")).to_be_visible()


def test_type_stays_large_on_the_next_page(page: Page) -> None:
    open_exhibit(page, "seven-steps", projector="true")
    page.get_by_role("link", name="Downhill").click()
    page.wait_for_url(re.compile("/$"))
    expect(page.get_by_role("heading", name="Downhill")).to_be_visible()
    quiet(page)
    expect(page.locator("html")).to_have_css("font-size", "20px")
    page.get_by_role("link", name="Start with the seven steps").click()
    expect(page.get_by_role("heading", name="seven steps")).to_be_visible()
    expect(page.locator("html")).to_have_css("font-size", "20px")
