"""Presizing on the stage: two pictures under the loupe, the detail that is left, and what all draws showed."""

from collections.abc import Callable, Sequence

import numpy as np

from core.exhibits.presizing.loupe import Comparison, Measured
from core.exhibits.presizing.sharpness import frequencies
from core.stage.panels import AxisName, Curve, Lane, Loupe, Mark, Moving, Plot, PlotCurve, Series
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene
from core.words import plain_text

SIDES: tuple[tuple[str, Lane], ...] = (("presized", "A"), ("standard", "B"))
LEAST = 1e-9  # power that a logarithmic axis can show


def scene(result: Comparison) -> Scene:
    """Nothing in it moves."""
    strips = [
        _strip(result, "Sharpness", lambda draw: draw.sharpness, "{:.2g}"),
        _strip(result, "Fine detail lost, %", lambda draw: (100 * draw.lost,), "{:.0f}%", least=100),
        _strip(
            result,
            "Invented border, %",
            lambda draw: (100 * draw.invented[0], 100 * draw.invented[1]),
            "{:.1f}%",
        ),
    ]
    return Scene(
        rows=[Row(392, [_loupe(result), _power(result)]), Row(124, strips)],
        alt=plain_text("One picture on two ways to 224 pixels.", result.findings()),
    )


def _loupe(result: Comparison) -> Loupe:
    sides = (result.pair.presized, result.pair.standard)
    first, second = (
        f"{name}: {side.interpolations} interpolation{'s' * (side.interpolations != 1)}"
        for (name, _), side in zip(SIDES, sides, strict=True)
    )
    return Loupe(
        title="The same picture and the same draw, interpolated once and several times",
        files=pictures_together([encoded(side.picture, exact=True) for side in sides]),
        names=(first, second),
        weight=3,
        narrow_height=430,
    )


def _power(result: Comparison) -> Curve:
    """The power at each spatial frequency, of both pictures."""
    series = [
        Series(x=frequencies().numpy(), y=side.power.clamp(min=LEAST).numpy(), label=name, color="data", lane=lane)
        for (name, lane), side in zip(SIDES, (result.pair.presized, result.pair.standard), strict=True)
    ]
    return Curve(
        title="Detail that is left",
        x_label="fineness, cycles a pixel",
        y_label="power",
        y_scale="log",
        series=series,
        weight=2,
        narrow_height=220,
    )


def _strip(
    result: Comparison, title: str, values: Callable[[Measured], Sequence[float]], form: str, least: float = 0
) -> Plot:
    """One mark a draw, in a line for each side; the draw in the picture is the large one. The axis starts at 0."""
    this = values(result.shown())
    spread = [values(draw) for draw in result.spread]
    lines = list(range(len(this)))[::-1]  # the first on top
    names = [name for name, _ in SIDES] if len(lines) == 2 else ["standard"]
    apart = 0.24 * np.sin(2.4 * np.arange(len(spread)))  # so that all can be seen
    every = np.array([*spread, this])
    low, high = float(min(every.min(), 0)), float(max(every.max(), least, 1e-6))
    return Plot(
        title=f"{title}, {len(spread)} draws" if spread else title,
        x_domain=(low - 0.04 * (high - low), high + 0.06 * (high - low)),
        y_domain=(-0.5, len(lines) + 0.1 + 0.45 * len(lines)),
        names=[AxisName(y=line, label=name) for line, name in zip(lines, names, strict=True)],
        curves=[
            PlotCurve(
                x=np.array([draw[i] for draw in spread], np.float32),
                y=line + apart,
                color="data",
                symbol=0,
                faint=True,
            )
            for i, line in enumerate(lines)
        ],
        moving=[Moving(x=np.array(this, np.float32), y=np.array(lines, np.float32), color="activations", dots=True)],
        marks=[Mark(x=value, label=form.format(value)) for value in this],
        narrow_height=124,
    )
