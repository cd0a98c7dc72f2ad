"""Keep, Compare and What if in a real browser: carried by a link into a fresh one, stopped, clicked, on a phone."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from core.exhibits.training_loop.settings import Settings
from core.sweep.link import pack_setup
from core.sweep.plan import SetUp
from tests.browser.conftest import PHONE, NewPage, open_exhibit, quiet

SLUG, RACE = "training-loop", "race A against B"
RATES = (0.001, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0)
ACCURACY = "recorded run A: last accuracy"


def chart(page: Page) -> Locator:
    return page.locator("[data-testid=stVegaLiteChart]").first


def tip(page: Page) -> Locator:
    return page.locator("#vg-tooltip-element")


def followed(page: Page, new_page: NewPage, **options: object) -> Page:
    """The address of this page, opened in a fresh browser context."""
    address = urlsplit(page.url)
    fresh = new_page(**options)
    fresh.goto(f"{address.path}?{address.query}")
    quiet(fresh)
    return fresh


def keep(page: Page) -> None:
    page.locator(".st-key-keep").get_by_role("button").first.click()
    expect(page.locator(".st-key-keep")).to_contain_text("Kept")
    quiet(page)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_three_runs_are_kept_and_seen_in_a_fresh_browser(mode: str, new_page: NewPage) -> None:
    page = open_exhibit(new_page(), SLUG, view=RACE, epochs="2")
    keep(page)
    for _ in range(2):
        page.locator(".st-key-learning_rate input[type=range]").press("ArrowRight")
        expect(page.locator(".st-key-keep")).not_to_contain_text("Kept")
        quiet(page)
        keep(page)
    expect(page).to_have_url(re.compile("kept=.*~~.*~~"))
    fresh = followed(page, new_page, color_scheme=mode)
    for place in range(3):
        expect(fresh.locator(f".st-key-open-kept-{place}")).to_be_visible()
    expect(chart(fresh).locator(".mark-line path")).to_have_count(3)
    box = chart(fresh).bounding_box()
    assert box
    chart(fresh).hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(tip(fresh)).to_contain_text("epoch")
    expect(tip(fresh)).to_contain_text("Learning rate")
    fresh.locator(".st-key-open-kept-2 button").click()
    expect(fresh).to_have_url(re.compile("[?&]learning_rate=10(&|$)"))


def test_a_sweep_is_stopped_carried_by_its_link_and_its_runs_are_opened(new_page: NewPage) -> None:
    setup = SetUp(number=ACCURACY, seeds=5, axes=(("learning_rate", RATES),))
    page = open_exhibit(new_page(), SLUG, view=RACE, epochs="3", sweep=pack_setup(setup, Settings))
    expect(page.locator(".st-key-stop-sweep")).to_have_count(0)  # a link starts nothing
    expect(chart(page)).to_have_count(0)
    page.locator(".st-key-start-sweep button").click()
    page.locator(".st-key-stop-sweep button").click()
    expect(page.locator(".st-key-start-sweep")).to_be_visible()
    quiet(page)
    fresh = followed(page, new_page)
    fresh.locator(".st-key-start-sweep button").click()
    expect(fresh.get_by_text("All of them are here")).to_be_visible()
    points = chart(fresh).locator("path[aria-roledescription=circle]")
    expect(points).to_have_count(45)
    points.nth(44).hover()
    expect(tip(fresh)).to_contain_text("1000")
    points.nth(44).click()
    expect(fresh).to_have_url(re.compile(r"[?&]learning_rate=1000(&|$)"))
    expect(fresh).to_have_url(re.compile(r"[?&]seed=5(&|$)"))
    expect(fresh).to_have_url(re.compile("sweep="))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_charts_fit_a_phone(mode: str, new_page: NewPage) -> None:
    seeds = {"light": 2, "dark": 3}[mode]  # what the first has computed is there for the second
    setup = SetUp(number=ACCURACY, seeds=seeds, axes=(("learning_rate", (0.1, 1.0)), ("epochs", (1, 2))))
    address = {"view": RACE, "epochs": "1", "kept": f"view~{RACE}~epochs~1~~view~{RACE}~epochs~1~seed~3"}
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True, color_scheme=mode)
    open_exhibit(page, SLUG, sweep=pack_setup(setup, Settings), **address)
    page.locator(".st-key-start-sweep button").click()
    expect(page.get_by_text("All of them are here")).to_be_visible()
    for label in ("What if", "Compare"):
        page.get_by_role("tab", name=label).click()
        expect(chart(page).locator("svg")).to_be_visible()
        quiet(page)
        box = chart(page).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
