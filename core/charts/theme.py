"""The lesson's colours in charts, which a notebook shows too: light here, and exchanged for dark ones by the page."""

from typing import Any

from core.palette import colors, theme

Chart = Any
"""An Altair chart or a Plotly figure. Both packages are imported where they draw, and not before."""

CHART_ROWS = 5000
"""Marks of a chart; of more rows every second, third, … is drawn, and the chart says so."""

INK = {
    "loss": "#a11212",
    "metric": "#1a67ab",
    "parameters": "#167159",
    "gradient": "#9e3f7c",
    "activations": "#9a5b00",
    "data": "#46515d",
    "text": "#12161d",
    "panel": "#f3f5f8",
    "border": "#d5dae2",
}
"""The light theme's colours, written out so that an exported notebook has them. A test holds them to the theme."""

LOW_TO_HIGH = (
    "#0a2342", "#12395f", "#1b527b", "#2a6d8f", "#46899a", "#6ea49f", "#9bbda3", "#c6d3ac", "#e8e4c2", "#fbf3e0",
)  # fmt: skip
"""Stops of the map for what is never negative, from low to high; the same in both themes."""

SIGNED = (
    "#053061", "#2166ac", "#4393c3", "#92c5de", "#e4eff6", "#faeae1", "#f4a582", "#d6604d", "#b2182b", "#67001f",
)  # fmt: skip
"""Stops of the map for signed numbers, zero in the middle."""

CLASS_INKS = ("metric", "loss", "parameters", "gradient", "activations", "data")
"""Inks for what is told apart by nothing but its name, such as classes and seeds, in this order and then again."""


def dashes(inks: list[str]) -> list[list[int]]:
    """A pattern for each line: solid, and other ones where an ink comes again."""
    patterns = [[1, 0], [6, 4], [2, 2], [8, 3, 2, 3], [12, 5]]
    return [patterns[inks[:i].count(ink) % len(patterns)] for i, ink in enumerate(inks)]


def exchange(mode: str) -> dict[str, str]:
    """For every colour that charts use, the one of this theme, `light` or `dark`."""
    inks = {light: colors(mode)[name] for name, light in INK.items()}
    return inks | dict(zip(SIGNED, theme(mode)["chartDivergingColors"], strict=True))


def dressed(part: Any, mode: str) -> Any:
    """A chart's specification with the colours of this theme."""
    swap = exchange(mode)

    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: walk(value) for name, value in part.items()}
        if isinstance(part, list | tuple):
            return [walk(value) for value in part]
        return swap.get(part, part) if isinstance(part, str) else part

    return walk(part)


def class_inks(names: list[str]) -> dict[str, str]:
    """An ink for each name, where names are all that tells things apart: classes, seeds, draws."""
    return {name: CLASS_INKS[i % len(CLASS_INKS)] for i, name in enumerate(names)}
