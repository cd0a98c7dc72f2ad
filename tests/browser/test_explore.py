"""The tab "Explore" in a real browser: every exhibit's charts in all its views are read with the pointer, and nothing
that draws them is fetched before."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.contents import Exhibit, exhibit
from core.settings import controls, to_params
from tests.browser.conftest import PHONE, NewPage, open_exhibit, quiet
from tests.conftest import chosen, declaration, every_exhibit

DRAWING = re.compile(r"(?i)vega|plotly")


def open_tab(page: Page, name: str) -> Locator:
    """The tab's contents, once they are drawn."""
    page.get_by_role("tab", name=name, exact=True).click()
    panel = page.get_by_role("tabpanel").filter(visible=True)
    expect(panel.locator("[data-testid=stDataFrame]")).to_be_visible()
    quiet(page)
    return panel


def views_with_charts(entry: Exhibit) -> list[dict[str, str]]:
    """The link's parameters of every view that draws something from the start."""
    page = declaration(entry)
    declared = controls(page.settings)
    options = declared["view"].options if "view" in declared else (None,)
    states = [chosen(page) if option is None else chosen(page, view=option) for option in options]
    return [to_params(settings) for settings in states if page.view(settings).charts]


def read_a_mark(page: Page, chart: Locator) -> str:
    """What the pointer reads in a chart: at a mark of Altair's, or in the middle of a Plotly grid or section."""
    chart.scroll_into_view_if_needed()
    if chart.locator("[data-testid=stPlotlyChart]").count():
        chart.locator(".nsewdrag").last.hover(force=True)
        hovered = chart.locator(".hoverlayer .hovertext")
        expect(hovered.first).to_be_visible()
        return " ".join(hovered.all_text_contents())
    embed = chart.locator(".vega-embed")
    expect(embed.locator("svg.marks, canvas").first).to_be_visible()
    tip = page.locator("#vg-tooltip-element.visible")
    places = embed.locator("svg.marks .role-mark path").all()[:40] or [embed]
    for place in places:
        box = place.bounding_box()
        if not box or not box["width"] + box["height"]:
            continue
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=2)
        if tip.count():
            break
    expect(tip).to_be_visible()
    return tip.inner_text()


@every_exhibit
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_can_be_read(entry: Exhibit, scheme: str, new_page: NewPage) -> None:
    page = new_page(color_scheme=scheme)
    views = views_with_charts(entry)
    for params in views[scheme == "dark" :: 2] or views:  # every other view in each theme
        open_exhibit(page, entry.slug, **params)
        charts = open_tab(page, "Explore").locator("[class*=st-key-chart-]")
        for number in range(charts.count()):
            assert re.search(r"\d", read_a_mark(page, charts.nth(number))), (params, number)


def test_nothing_that_draws_charts_is_fetched_before_the_tab_is_opened(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_exhibit(page, "loss-surface")
    assert [url for url in asked if DRAWING.search(url)] == []
    open_tab(page, "Explore")
    expect(page.locator(".vega-embed svg.marks").first).to_be_visible()
    assert {"vega", "plotly"} <= {word.lower() for url in asked for word in DRAWING.findall(url)}


def test_a_drag_chooses_rows_and_lists_their_pictures(page: Page) -> None:
    open_exhibit(page, "top-losses")
    panel = open_tab(page, "Explore")
    chart = panel.locator(".vega-embed").first
    expect(chart.locator("svg.marks")).to_be_visible()
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 70)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=6)
    page.mouse.up()
    expect(panel.get_by_text(re.compile(r"^\d+ of 600 rows are chosen\.$"))).to_be_visible()
    expect(panel.locator("[data-testid=stImage] img").first).to_be_visible()


@pytest.mark.parametrize("slug", ["loss-surface", "training-loop", "top-losses"])
def test_charts_fit_a_phone(slug: str, new_page: NewPage) -> None:
    page = new_page(viewport=PHONE)
    open_exhibit(page, exhibit(slug).slug)
    panel = open_tab(page, "Explore")
    for chart in panel.locator(".vega-embed svg.marks, .js-plotly-plot").all():
        box = chart.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
