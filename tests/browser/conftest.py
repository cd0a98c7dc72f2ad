"""Fixtures of the tests in a real browser: one server and one Chromium for all, a fresh context for each test.

A machine without Chromium skips these tests and says so once; with DOWNHILL_REQUIRE_BROWSER=1 it fails them.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from core.settings import Control
from tests.browser.serving import CHROMIUM, NO_CHROMIUM, Server, launch

REQUIRED = os.environ.get("DOWNHILL_REQUIRE_BROWSER") == "1"
PATIENCE = 60_000  # milliseconds that anything may take on a busy machine
SCREEN: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

expect.set_options(timeout=PATIENCE)

NewPage = Callable[..., Page]

# Streamlit looks for its own addresses below a deep link first; its fonts may be out of reach.
STREAMLITS_OWN = re.compile(r"/[a-z-]+/_stcore/(health|host-config)$")
PLOTLYS_OWN = "Canvas2D: Multiple readback operations"  # what the browser advises Plotly, when it draws in software
FONT_SERVERS = {"fonts.gstatic.com", "fonts.googleapis.com"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            if CHROMIUM is None and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None and not REQUIRED:
        terminalreporter.write_line(f"The tests in a browser were skipped: {NO_CHROMIUM}.")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail(f"DOWNHILL_REQUIRE_BROWSER is set, but {NO_CHROMIUM}.")
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[NewPage]:
    """Makes pages, each in a context of its own with these options; at the end none may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not is_streamlits_own(message):
            complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def make(**options: Any) -> Page:
        context = browser.new_context(**({"base_url": server.url, "viewport": SCREEN} | options))
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def is_streamlits_own(message: ConsoleMessage) -> bool:
    """Whether a console message is one of Streamlit's harmless ones, or of Plotly's."""
    address = urlsplit(message.location.get("url", ""))
    if PLOTLYS_OWN in message.text:
        return True
    if "404" in message.text:
        return bool(STREAMLITS_OWN.fullmatch(address.path))
    return "net::ERR_" in message.text and address.hostname in FONT_SERVERS


def stage(page: Page) -> Locator:
    """The first stage of the page; it lies in a shadow root, which Playwright looks into."""
    return page.locator(".stage").first


def key(page: Page) -> str:
    """Names the data that the stage shows now."""
    return stage(page).get_attribute("data-key") or ""


def frame(page: Page) -> int:
    """The frame that the stage shows now."""
    return int(stage(page).get_attribute("data-frame") or -1)


def quiet(page: Page) -> None:
    """Wait until the script rests, no job is running and the stage is painted."""
    expect(page.locator(".st-key-stop-job")).to_have_count(0)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(stage(page)).to_have_attribute("data-painted", re.compile("."))


def open_exhibit(page: Page, slug: str, **params: str) -> Page:
    """Follow the link to an exhibit with these settings, and wait for its picture."""
    page.goto(f"/{slug}?{urlencode(params)}" if params else f"/{slug}")
    expect(stage(page)).to_have_attribute("data-painted", re.compile("."))
    quiet(page)
    return page


def press_pause(page: Page) -> None:
    """Stop the replay that begins by itself, if there is one."""
    button = page.get_by_role("button", name="Pause (space)")
    if button.count():
        button.click()


def move(page: Page, name: str, control: Control) -> None:
    """Move a control by one step, as a person would."""
    widget = page.locator(f".st-key-{name}")
    if control.kind in ("slider", "integer"):
        slider = widget.locator("input[type=range]")
        slider.press("ArrowLeft" if slider.input_value() != slider.get_attribute("min") else "ArrowRight")
    elif control.kind == "toggle":
        widget.locator("label").first.click()
    else:
        widget.locator("[role=radio][aria-checked=false]").first.click()
