"""The gallery in a real browser: keys and mouse mark, focus and place stay, marks outlive what fastai's do not."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser.conftest import PHONE, NewPage, open_exhibit, quiet

SLUG = "top-losses"


def cards(page: Page) -> Locator:
    return page.locator(".card")


def marked(page: Page, kind: str) -> Locator:
    return page.locator(f'.card[data-mark="{kind}"]')


def count(page: Page, number: int) -> None:
    """Wait until Python knows of so many marks."""
    words = f"{number} marked:" if number else "Nothing is marked yet."
    expect(page.locator("[data-testid=stCaptionContainer]").filter(has_text=words)).to_be_visible()


def opened(page: Page, **params: str) -> Page:
    open_exhibit(page, SLUG, wrong="20", **params)
    expect(cards(page)).to_have_count(24)
    return page


def go_to(page: Page, title: str) -> None:
    """Through the menu, in the same session."""
    page.get_by_text("Part 2").first.click()
    page.locator("[data-testid=stTopNavDropdownLink]").filter(has_text=title).click()


def top(page: Page) -> float:
    return page.locator("[data-testid=stMain]").evaluate("node => node.scrollTop")


def test_keys_mark_undo_and_turn_pages(page: Page) -> None:
    opened(page)
    cards(page).first.focus()
    before = top(page)
    for name in ("d", "ArrowRight", "k", "ArrowRight", "r"):
        page.keyboard.press(name)
    expect(page.get_by_role("dialog", name="New label")).to_be_visible()
    page.keyboard.press("Enter")
    count(page, 3)
    quiet(page)
    for kind in ("delete", "keep", "relabel"):
        expect(marked(page, kind)).to_have_count(1)
    expect(cards(page).nth(2)).to_be_focused()  # no rerun took the focus
    assert top(page) == before
    page.keyboard.press("u")
    count(page, 2)
    first = cards(page).first.get_attribute("aria-label")
    page.keyboard.press("PageDown")
    expect(page.locator(".place")).to_contain_text("25–48")
    expect(cards(page).first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".place")).to_contain_text("1–24")
    expect(cards(page).nth(23)).to_be_focused()
    assert cards(page).first.get_attribute("aria-label") == first
    page.keyboard.press("Tab")
    expect(cards(page).nth(23)).not_to_be_focused()  # Tab is never caught


def test_the_mouse_marks_and_marks_survive_filters_views_and_pages(page: Page) -> None:
    opened(page)
    for name, place in (("Delete (D)", 0), ("Keep (K)", 1)):
        cards(page).nth(place).get_by_role("button", name=name).click()
    cards(page).nth(2).get_by_role("button", name="Relabel (R)").click()
    page.get_by_role("dialog", name="New label").get_by_role("button", name="Relabel").click()
    count(page, 3)
    page.get_by_label("Confused", exact=True).select_option(index=1)
    expect(cards(page)).not_to_have_count(24)
    page.get_by_label("Show", exact=True).select_option("marked")
    page.get_by_label("Confused", exact=True).select_option(index=0)
    expect(cards(page)).to_have_count(3)
    page.locator(".st-key-view").get_by_text("retrain without them").click()
    quiet(page)
    count(page, 3)
    go_to(page, "Softmax")
    expect(page.get_by_role("heading", name="How do activations become probabilities?")).to_be_visible()
    go_to(page, "Top losses")
    count(page, 3)
    expect(marked(page, "delete")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    count(page, 2)


def test_a_picture_is_enlarged_with_its_words(page: Page) -> None:
    opened(page)
    cards(page).nth(4).locator("img").click()
    viewer = page.get_by_role("dialog", name="Picture, enlarged")
    expect(viewer.locator("img[data-large=yes]")).to_be_visible()
    assert viewer.locator("img").get_attribute("alt") == cards(page).nth(4).locator("img").get_attribute("alt")
    page.keyboard.press("d")
    expect(viewer.locator(".mark")).to_contain_text("delete")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(cards(page).nth(4)).to_be_focused()
    count(page, 1)


def test_a_mark_sends_no_pictures_again(page: Page) -> None:
    received: list[int] = []

    def heard(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: received.append(len(data)))

    page.on("websocket", heard)
    opened(page)
    quiet(page)
    before = len(received)
    cards(page).first.focus()
    page.keyboard.press("d")
    count(page, 1)
    quiet(page)
    assert len(received) > before
    assert sum(received[before:]) < 60_000


def test_marks_are_exported_and_imported(page: Page, tmp_path: Path) -> None:
    opened(page)
    cards(page).first.focus()
    page.keyboard.press("d")
    count(page, 1)
    page.get_by_text("All marks").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export (CSV)").click()
    file = tmp_path / "marks.csv"
    download.value.save_as(file)
    with file.open(newline="", encoding="utf-8") as text:
        (row,) = csv.DictReader(text)
    assert row["action"] == "delete"
    assert (cards(page).first.get_attribute("aria-label") or "").count(row["file"])
    page.get_by_role("button", name="Clear all marks").click()
    count(page, 0)
    expect(marked(page, "delete")).to_have_count(0)
    page.locator("input[type=file]").last.set_input_files(file)
    count(page, 1)
    expect(marked(page, "delete")).to_have_count(1)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_finger_marks_on_a_phone(mode: str, new_page: NewPage) -> None:
    page = opened(new_page(viewport=PHONE, has_touch=True, is_mobile=True, color_scheme=mode))
    cards(page).first.get_by_role("button", name="Delete (D)").tap()
    count(page, 1)
    expect(marked(page, "delete")).to_have_count(1)
    for box in (card.bounding_box() for card in cards(page).all()[:4]):
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
