"""The home page and the ways between pages."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from core.contents import CONTENTS, PARTS, Exhibit, number
from tests.browser.conftest import PATIENCE, PHONE, NewPage, open_exhibit, quiet, stage
from tests.browser.serving import Server

WATCH = """
window.flashed = [];
const alarming = "[data-testid=stSidebarNav], [data-testid=stDialog], [data-testid=stException]";
const look = () => {
  for (const node of document.querySelectorAll(alarming))
    window.flashed.push(node.textContent);
};
new MutationObserver(look).observe(document, { childList: true, subtree: true });
"""
"""Notes what no visitor should see, however short: raw file names in a side bar, dialogs, errors."""


def named(entry: Exhibit) -> str:
    """What the home page's link to the exhibit says."""
    return f"{number(entry)} · {entry.title}"


def home(page: Page) -> Page:
    page.goto("/")
    expect(page.get_by_role("heading", name="Downhill")).to_be_visible()
    quiet(page)
    return page


def test_home_shows_its_picture_and_every_question(page: Page) -> None:
    home(page)
    main = page.locator("[data-testid=stMain]")
    for entry in CONTENTS:
        expect(main.get_by_role("link").filter(has_text=named(entry)).first).to_be_visible()
        expect(main.get_by_text(entry.question)).to_be_visible()


def follow(page: Page, entry: Exhibit) -> None:
    """Click on the exhibit's link of the home page, and wait until it is there."""
    page.locator("[data-testid=stMain]").get_by_role("link").filter(has_text=named(entry)).first.click()
    expect(page.get_by_role("heading", name=entry.question)).to_be_visible()
    quiet(page)
    assert urlsplit(page.url).path == f"/{entry.slug}"


def test_every_question_leads_to_its_exhibit(page: Page) -> None:
    """A browser keeps at most 16 WebGL contexts;
    a page that leaves one behind ends in a warning, which fails a test.
    """
    home(page)
    for entry in (CONTENTS * 2)[: max(17, len(CONTENTS))]:
        follow(page, entry)
        page.locator("[data-testid=stHeader]").get_by_text("Downhill", exact=True).click()
        expect(page.get_by_role("heading", name="Downhill")).to_be_visible()
        quiet(page)


def test_the_browsers_way_back_leads_home(page: Page) -> None:
    home(page)
    follow(page, CONTENTS[0])
    page.go_back()
    expect(page.get_by_role("heading", name="Downhill")).to_be_visible()


def test_the_bar_leads_to_every_part(page: Page) -> None:
    open_exhibit(page, CONTENTS[0].slug)
    bar = page.locator("[data-testid=stHeader]")
    for part in sorted({entry.part for entry in CONTENTS}):
        expect(bar.get_by_text(PARTS[part])).to_be_visible()
    bar.get_by_text("Downhill", exact=True).click()
    expect(page.get_by_role("heading", name="Downhill")).to_be_visible()


def test_settings_stay_on_their_page(page: Page) -> None:
    open_exhibit(page, CONTENTS[0].slug, steps="20")
    bar = page.locator("[data-testid=stHeader]")
    bar.get_by_text("Downhill", exact=True).click()
    expect(page.get_by_role("heading", name="Downhill")).to_be_visible()
    assert urlsplit(page.url).query == ""


def test_the_title_names_the_page(page: Page) -> None:
    home(page)
    expect(page).to_have_title("Downhill")
    open_exhibit(page, CONTENTS[0].slug)
    expect(page).to_have_title(re.compile(CONTENTS[0].title), timeout=5000)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_home_fits_a_phone(mode: str, new_page: NewPage) -> None:
    page = home(new_page(viewport=PHONE, is_mobile=True, has_touch=True, color_scheme=mode))
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= PHONE["width"]
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def test_nothing_is_asked_of_any_other_machine(page: Page, server: Server) -> None:
    asked: set[str | None] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
    home(page)
    open_exhibit(page, CONTENTS[0].slug)
    assert asked - {None} == {urlsplit(server.url).hostname}


@pytest.mark.parametrize("slug", ["", CONTENTS[0].slug], ids=["home", "a deep link"])
def test_the_first_visitor_of_a_server_sees_no_more_than_the_second(slug: str, browser: Browser) -> None:
    with Server() as fresh:
        for _ in range(2):
            context = browser.new_context(base_url=fresh.url)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.add_init_script(WATCH)
            page.goto(f"/{slug}")
            expect(stage(page)).to_be_visible()
            quiet(page)
            expect(page.locator("[data-testid=stHeader]").get_by_text(PARTS[1])).to_be_visible()
            assert page.evaluate("window.flashed") == []
            context.close()
