"""The cloud's front door, for the very first visitor of a server, who comes by a link to an exhibit."""

from playwright.sync_api import Browser, expect

from core.contents import exhibit
from tests.browser.conftest import PATIENCE, SCREEN
from tests.browser.serving import Server


def test_the_first_visitor_of_the_cloud_gets_the_exhibit(browser: Browser) -> None:
    entry = exhibit("sigmoid")
    with Server("cloud/app.py") as server:
        context = browser.new_context(base_url=server.url, viewport=SCREEN)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"/{entry.slug}")
        expect(page.get_by_role("heading", name=entry.question)).to_be_visible()
        expect(page.locator(".stage")).to_be_visible()
        expect(page.get_by_role("link", name="Downhill")).to_be_visible()
        context.close()
    assert not [line for line in server.log if "Error" in line]
