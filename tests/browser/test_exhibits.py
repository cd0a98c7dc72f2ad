"""Every exhibit in a real browser: it opens, moves, can be shared, reads well in both themes and on a phone."""

import ast
import csv
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.app.tabs import TABS
from core.contents import CONTENTS, Exhibit
from core.palette import theme
from core.settings import controls
from tests.browser.conftest import PHONE, SCREEN, NewPage, frame, key, move, open_exhibit, press_pause, quiet, stage
from tests.conftest import chosen, declaration, every_exhibit, scene_of


def painted(hex_color: str) -> str:
    return "rgb({}, {}, {})".format(*(int(hex_color[i : i + 2], 16) for i in (1, 3, 5)))


def query(page: Page) -> dict[str, str]:
    return page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")


@every_exhibit
def test_first_screen_has_question_control_and_a_picture_in_every_panel(entry: Exhibit, page: Page) -> None:
    open_exhibit(page, entry.slug)
    name = next(iter(controls(declaration(entry).settings)))
    places = [
        page.get_by_role("heading", name=entry.question),
        page.locator(f".st-key-{name}"),
        stage(page).locator(".board"),
    ]
    for place in places:
        box = place.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= SCREEN["height"]
        assert box["x"] + box["width"] <= SCREEN["width"]
    press_pause(page)
    hosts = stage(page).locator(".host")
    assert hosts.count() == panels(entry)
    for host in hosts.all():
        box = host.bounding_box()
        assert box is not None
        assert box["width"] > 40
        assert box["height"] > 30
        assert host.locator("svg, canvas, li, td").count()


def panels(entry: Exhibit) -> int:
    page = declaration(entry)
    return sum(len(row.panels) for row in scene_of(page, chosen(page)).rows)


@every_exhibit
def test_first_control_moves_the_picture_and_the_address(entry: Exhibit, page: Page, new_page: NewPage) -> None:
    open_exhibit(page, entry.slug)
    before = key(page)
    name, control = next(iter(controls(declaration(entry).settings).items()))
    move(page, name, control)
    expect(stage(page)).not_to_have_attribute("data-key", before)
    page.wait_for_url(re.compile(rf"[?&]{name}="))
    quiet(page)
    after, link = key(page), page.url
    assert set(query(page)) == {name}

    other = new_page()
    other.goto(link)
    expect(stage(other)).to_have_attribute("data-key", after)
    quiet(other)
    assert query(other) == query(page)

    page.get_by_role("button", name="Reset").click()
    expect(stage(page)).to_have_attribute("data-key", before)
    page.wait_for_url(re.compile(rf"/{entry.slug}$"))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_of_the_system_is_used(mode: str, new_page: NewPage) -> None:
    page = open_exhibit(new_page(color_scheme=mode), CONTENTS[0].slug)
    app = page.locator("[data-testid=stApp]")
    assert app.evaluate("node => getComputedStyle(node).backgroundColor") == painted(theme(mode)["backgroundColor"])
    assert stage(page).evaluate("node => getComputedStyle(node).color") == painted(theme(mode)["textColor"])


@every_exhibit
def test_a_phone_scrolls_only_down(entry: Exhibit, new_page: NewPage) -> None:
    page = open_exhibit(new_page(viewport=PHONE, has_touch=True, is_mobile=True), entry.slug)
    wide = page.evaluate(
        "[document.scrollingElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
    )
    assert max(wide) <= PHONE["width"]
    box = stage(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert stage(page).evaluate("node => node.scrollWidth <= node.clientWidth")
    assert stage(page).evaluate("node => node.classList.contains('narrow')")


@every_exhibit
def test_every_tab_opens_and_downloads_are_what_they_say(
    entry: Exhibit, page: Page, new_page: NewPage, tmp_path: Path
) -> None:
    open_exhibit(page, entry.slug)
    for name in TABS:
        tab = page.get_by_role("tab", name=name)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(
            page.get_by_role("tabpanel", name=name).locator("[data-testid=stMarkdown], canvas").first
        ).to_be_visible()
        quiet(page)
        assert page.locator("[data-testid=stException]").count() == 0

    page.get_by_role("tab", name="Export").click()
    files = {}
    for kind in ("html", "csv", "py", "ipynb"):
        with page.expect_download() as download:
            page.locator(f"[class*='st-key-{entry.slug}-{kind}'] button").click()
        assert download.value.suggested_filename == f"{entry.slug}.{kind}"
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    ast.parse(files["py"].read_text(encoding="utf-8"))
    assert json.loads(files["ipynb"].read_text(encoding="utf-8"))["cells"]
    with files["csv"].open(newline="", encoding="utf-8") as file:
        assert len(list(csv.reader(file))) > 1

    alone = new_page(offline=True)
    alone.goto(files["html"].as_uri())
    expect(stage(alone)).to_have_attribute("data-key", key(page))
    if alone.get_by_role("slider", name="Time").is_visible():
        stage(alone).press("End")
        assert str(frame(alone)) == alone.get_by_role("slider", name="Time").get_attribute("max")
