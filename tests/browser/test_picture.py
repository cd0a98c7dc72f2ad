"""The picture as a whole: its values under the pointer, on the full screen, and saved as PNG and SVG."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from core.app.stage import standalone
from core.contents import exhibit
from core.palette import colors
from tests.browser.conftest import NewPage, open_exhibit, press_pause, stage
from tests.conftest import chosen, declaration, scene_of

SCALE, PADDING = 2, 16  # of assets/shared/snapshot.js


def saved(page: Page, kind: str, folder: Path) -> Path:
    """The file that the button of that kind saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save this picture as {kind}").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_value_under_the_pointer_is_that_of_the_curve(page: Page) -> None:
    open_exhibit(page, "sigmoid")
    press_pause(page)
    box = page.locator(".host.plot .area, .host.curve .area").first.bounding_box()
    assert box is not None
    tip = page.locator(".tip:visible")
    for share in (0.5, 0.45, 0.55, 0.4, 0.6):  # down the middle, until the curve is met
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + share * box["height"])
        if tip.count():
            break
    found = re.fullmatch(r"sigmoid\(x\) (.+) · activation x (.+)", tip.inner_text())
    assert found is not None
    y, x = (float(each.replace("−", "-")) for each in found.groups())
    assert y == pytest.approx(1 / (1 + 2.718281828459045**-x), abs=2e-4)
    page.mouse.move(0, 0)
    expect(tip).to_have_count(0)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_picture_is_saved_as_it_is_seen(mode: str, new_page: NewPage, tmp_path: Path) -> None:
    page = new_page(color_scheme=mode)
    open_exhibit(page, "loss-surface", steps=300)
    press_pause(page)
    width = stage(page).evaluate("(node) => node.offsetWidth")
    png, svg = (saved(page, kind, tmp_path) for kind in ("PNG", "SVG"))
    assert (png.suffix, svg.suffix) == (".png", ".svg")
    with Image.open(png) as image:
        assert image.width == SCALE * (width + 2 * PADDING)
        assert image.convert("RGB").getpixel((2, 2)) == background(mode)
        shades = image.convert("L").getextrema()
        assert shades[1] - shades[0] > 150
        surface = image.convert("RGB").crop((0, image.height // 6, image.width // 2, image.height // 2))
        assert len(surface.getcolors(2**24) or ()) > 500  # WebGL's own picture is in it
    root = ElementTree.parse(svg).getroot()
    text = " ".join(root.itertext())
    assert root.tag.endswith("svg")
    assert "Loss surface" in text
    assert "steps 300" in text
    assert f"{page.url.split('?')[0]}" in text


def background(mode: str) -> tuple[int, int, int]:
    hexadecimal = colors(mode)["background"].removeprefix("#")
    red, green, blue = (int(hexadecimal[i : i + 2], 16) for i in (0, 2, 4))
    return red, green, blue


def test_the_picture_fills_the_screen_and_comes_back(page: Page) -> None:
    open_exhibit(page, "training-loop")
    panel = stage(page).locator(".host").first
    before = panel.bounding_box()
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("(height) => document.fullscreenElement !== null", arg=None)
    assert before is not None
    expect(panel).not_to_have_css("height", f"{before['height']:g}px")
    page.evaluate("document.exitFullscreen()")
    expect(panel).to_have_css("height", f"{before['height']:g}px")


def test_an_exported_page_saves_its_picture_too(new_page: NewPage, tmp_path: Path) -> None:
    entry = declaration(exhibit("sigmoid"))
    page = new_page()
    path = tmp_path / "page.html"
    path.write_text(standalone(scene_of(entry, chosen(entry)).pack(), "What does it squash?"), encoding="utf-8")
    page.goto(path.as_uri())
    svg = saved(page, "SVG", tmp_path)
    assert svg.name == "what-does-it-squash.svg"
    assert "What does it squash?" in " ".join(ElementTree.parse(svg).getroot().itertext())
