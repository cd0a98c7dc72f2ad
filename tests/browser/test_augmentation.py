"""Augmentation in the browser: the outlined variant follows time, and a visitor's own picture takes its place."""

import io
import re

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import key, open_exhibit, quiet, stage


def ink(page: Page) -> str:
    """The pixels of the first panel."""
    return stage(page).locator("canvas").first.evaluate("canvas => canvas.toDataURL()")


def test_the_outlined_variant_follows_time(page: Page) -> None:
    open_exhibit(page, "augmentation")
    panel = stage(page).locator(".host").first
    expect(panel).to_contain_text("Variant 1:")
    stage(page).press("ArrowRight")
    expect(panel).to_contain_text("Variant 2:")
    second = ink(page)
    stage(page).press("Home")
    expect(panel).to_contain_text("Variant 1:")
    assert ink(page) != second
    stage(page).press("ArrowRight")
    expect(panel).to_contain_text("Variant 2:")
    assert ink(page) == second


def test_an_own_picture_is_varied_and_stays_out_of_the_link(page: Page) -> None:
    open_exhibit(page, "augmentation", picture="your own", knob="flip")
    before, address = key(page), page.url
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8)).save(file, "PNG")
    page.get_by_role("button", name="Your picture").click()
    upload = {"name": "noise.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.locator("input[type=file]").set_input_files(upload)
    expect(stage(page)).not_to_have_attribute("data-key", before)
    quiet(page)
    assert page.url == address
    expect(page.get_by_text(re.compile("2 different pictures"))).to_be_visible()
