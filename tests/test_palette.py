"""The colours: legible as text in both themes, and apart from each other for eyes of every common kind."""

from itertools import combinations

import numpy as np
import pytest

from core.palette import QUANTITIES, RUNS, colors, css_variables, theme

AA = 4.5  # contrast of text, WCAG 2.2, success criterion 1.4.3
APART = 8.0  # CIEDE2000; the eye's threshold is about 2
GRAPHICS = 3.0  # contrast of lines and marks, WCAG 2.2, success criterion 1.4.11
RUNS_APART = 15.0

# What a dichromat sees of linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "trichromat": np.eye(3),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])  # D65
MODES = ("light", "dark")


def linear(color: str) -> np.ndarray:
    """Linear RGB, each 0 to 1, of a hex colour."""
    srgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    low, high = sorted(XYZ[1] @ linear(color) for color in (one, other))
    return float((high + 0.05) / (low + 0.05))


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB."""
    ratio = XYZ @ rgb.clip(0, 1) / WHITE
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """The colour difference of CIE publication 142 (2001) between two L*a*b* colours."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25**7)))
    c1, c2 = np.hypot(a1 * (1 + g), b1), np.hypot(a2 * (1 + g), b2)
    h1, h2 = np.arctan2(b1, a1 * (1 + g)), np.arctan2(b2, a2 * (1 + g))
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi if c1 * c2 else 0.0
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)
    l, c, h = (l1 + l2) / 2, (c1 + c2) / 2, np.degrees(h1 + turn / 2)  # noqa: E741 - the standard's names
    waves = ((0.17, 1, -30), (-0.24, 2, 0), (-0.32, 3, 6), (0.20, 4, -63))
    t = 1 - sum(size * np.cos(np.radians(n * h + phase)) for size, n, phase in waves)
    sl, sc, sh = 1 + 0.015 * (l - 50) ** 2 / np.sqrt(20 + (l - 50) ** 2), 1 + 0.045 * c, 1 + 0.015 * c * t
    bend = np.radians(60 * np.exp(-(((h % 360 - 275) / 25) ** 2)))
    rotation = -2 * np.sqrt(c**7 / (c**7 + 25**7)) * np.sin(bend)
    dl, dc, dh = dl / sl, dc / sc, dh / sh
    return float(np.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh))


# From the test data of Sharma, Wu and Dalal (2005).
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ],
)
def test_the_difference_is_the_standard_one(one: tuple, other: tuple, expected: float) -> None:
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)
    assert ciede2000(np.array(other), np.array(one)) == pytest.approx(expected, abs=1e-4)


def test_the_contrast_is_the_standard_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["background", "panel"])
@pytest.mark.parametrize("quantity", [*QUANTITIES, "text"])
def test_colours_are_legible_as_text(quantity: str, ground: str, mode: str) -> None:
    named = colors(mode)
    assert contrast(named[quantity], named[ground]) >= AA


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("pair", list(combinations(QUANTITIES, 2)), ids="-".join)
def test_quantities_are_apart(pair: tuple[str, str], eye: str, mode: str) -> None:
    one, other = (lab(EYES[eye] @ linear(colors(mode)[quantity])) for quantity in pair)
    assert ciede2000(one, other) >= APART


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eye", EYES)
def test_runs_are_apart_and_seen_on_the_ground(eye: str, mode: str) -> None:
    seen = [lab(EYES[eye] @ linear(color)) for color in RUNS[mode]]
    assert min(ciede2000(one, other) for one, other in combinations(seen, 2)) >= RUNS_APART
    assert min(contrast(color, colors(mode)["background"]) for color in RUNS[mode]) >= GRAPHICS


@pytest.mark.parametrize("mode", MODES)
def test_links_and_code_are_legible(mode: str) -> None:
    values = theme(mode)
    assert contrast(values["linkColor"], values["backgroundColor"]) >= AA
    assert contrast(values["codeTextColor"], values["codeBackgroundColor"]) >= AA


@pytest.mark.parametrize("mode", MODES)
def test_charts_and_badges_use_the_colour_of_the_quantity(mode: str) -> None:
    values, named = theme(mode), colors(mode)
    assert set(values["chartCategoricalColors"]) == {named[quantity] for quantity in QUANTITIES}
    for quantity, name in QUANTITIES.items():
        assert values[f"{name}Color"] == values[f"{name}TextColor"] == named[quantity]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eye", EYES)
def test_the_sequential_map_rises_in_lightness(eye: str, mode: str) -> None:
    lightness = [lab(EYES[eye] @ linear(color))[0] for color in theme(mode)["chartSequentialColors"]]
    assert (np.diff(lightness) > 3).all()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eye", EYES)
def test_the_signs_of_the_diverging_map_are_apart(eye: str, mode: str) -> None:
    stops = [lab(EYES[eye] @ linear(color)) for color in theme(mode)["chartDivergingColors"]]
    middle = len(stops) // 2
    for below, above in zip(stops[: middle - 1], reversed(stops[middle + 1 :]), strict=True):
        assert ciede2000(below, above) >= APART


def test_css_variables_carry_both_themes() -> None:
    light, dark = css_variables().split("@media")
    assert f"--st-red-text-color: {theme('light')['redTextColor']};" in light
    assert f"--st-red-text-color: {theme('dark')['redTextColor']};" in dark
    assert "--st-chart-sequential-colors: #0a2342,#12395f" in light
