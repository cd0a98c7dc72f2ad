"""Which slider of an exhibit a benchmark moves, and through which values."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.contents import Exhibit
from core.settings import Control, controls
from core.stage.panels import Surface
from core.stage.scene import unpack
from tests.bench.pages import UnmovedError
from tests.conftest import chosen, declaration, scene_of

MOVES = 8  # values that a slider must have besides the one it starts from


@dataclass(frozen=True)
class Slider:
    """A setting to move, the page's settings it starts from, and whether the picture is drawn in three dimensions."""

    name: str
    control: Control
    settings: Any
    surface: bool


def slider_of(entry: Exhibit) -> Slider:
    """The exhibit's first slider that moves the picture and has a new value for every repetition.

    The page's defaults come first, and there the main settings; then its other choices, as another view.
    """
    page = declaration(entry)
    default = page.settings()
    others = [
        replace(default, **{name: option})
        for name, control in controls(default).items()
        if control.kind == "choice" and control.shown(default, vars(default))
        for option in control.options
        if option != getattr(default, name)
    ]
    for settings in [default, *others]:
        for name, control in long_sliders(settings):
            before, after = (picture(entry, each) for each in (settings, stepped(settings, name, control)))
            if before[0] != after[0]:
                return Slider(name, control, settings, before[1])
    raise UnmovedError(f"There is no slider of {MOVES + 1} values that moves the picture.")


def long_sliders(settings: Any) -> list[tuple[str, Control]]:
    """Those shown beside these settings that have values enough; main ones first."""
    sliders = [
        (name, control)
        for name, control in controls(settings).items()
        if control.kind in ("integer", "slider")
        and control.shown(settings, vars(settings))
        and len(positions(control)) >= MOVES + 1
    ]
    return sorted(sliders, key=lambda slider: slider[1].more)


def stepped(settings: Any, name: str, control: Control) -> Any:
    """The settings after the first key of `walk`."""
    at = positions(control).index(getattr(settings, name))
    return replace(settings, **{name: positions(control)[at - 1]})


def picture(entry: Exhibit, settings: Any) -> tuple[str, bool]:
    """What names the data of the exhibit's picture, and whether it is drawn in three dimensions."""
    page = declaration(entry)
    scene = scene_of(page, chosen(page, **vars(settings)))
    surface = any(isinstance(panel, Surface) for row in scene.rows for panel in row.panels)
    return unpack(scene.pack())[0]["key"], surface


def positions(control: Control) -> range | tuple[Any, ...]:
    return range(control.low, control.high + 1) if control.kind == "integer" else control.options


def walk(control: Control, value: Any) -> Iterator[str]:
    """Keys that lead a slider once through all its other values: down to the first, to the last, down to the start."""
    below = positions(control).index(value)
    above = len(positions(control)) - 1 - below
    yield from ["ArrowLeft"] * below
    yield from ["End", *["ArrowLeft"] * (above - 1)]
