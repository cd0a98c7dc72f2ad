"""Nothing on a page is in anybody's way, as far as axe-core can tell: roles, names, contrast, in both themes."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.contents import CONTENTS
from core.palette import theme
from tests.browser.conftest import NewPage, press_pause, stage

PAGES = ("", "notes", *(entry.slug for entry in CONTENTS))
GRAVE = ("serious", "critical")
OURS = {"resultTypes": ["violations"]}


def settle(page: Page, mode: str) -> None:
    """Wait until the page, its theme and its picture have come to rest."""
    color = theme(mode)["backgroundColor"]
    expected = "rgb({}, {}, {})".format(*(int(color[i : i + 2], 16) for i in (1, 3, 5)))
    expect(page.locator("[data-testid=stApp]")).to_have_css("background-color", expected)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
    if stage(page).count():
        expect(stage(page)).to_have_attribute("data-painted", re.compile("."))
        press_pause(page)


def violations(page: Page) -> list[str]:
    """What axe-core found that is serious or worse: the rule, its sentence, and the element."""
    found: list[dict[str, Any]] = Axe().run(page, options=OURS).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_nothing_is_in_anybodys_way(path: str, new_page: NewPage) -> None:
    page = new_page(color_scheme="light", reduced_motion="reduce")
    page.goto(f"/{path}")
    expect(page.locator("h1, h2").first).to_be_visible()
    for mode in ("light", "dark"):
        page.emulate_media(color_scheme=mode, reduced_motion="reduce")
        settle(page, mode)
        assert violations(page) == [], f"in the {mode} theme"


def test_what_is_in_the_way_is_found(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    settle(page, "light")
    page.evaluate("document.body.append(document.createElement('button'))")
    assert [found.partition(":")[0] for found in violations(page)] == ["button-name"]
