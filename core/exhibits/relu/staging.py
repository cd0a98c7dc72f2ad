"""What the scenes of all views share."""

from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.stage.panels import Curve, Series
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text


def staged(result: Result, rows: tuple[Row, ...], labels: Sequence[str]) -> Scene:
    """The rows on a time with these labels, replayed at about two frames a second, in 3 to 8 seconds."""
    alt = plain_text("What a non-linearity does.", result.findings())
    return Scene(rows=rows, alt=alt, time=Time(labels=labels), seconds=float(np.clip(0.5 * len(labels), 3, 8)))


def steps_taken(kept: Array) -> list[str]:
    """A label for each kept step."""
    return [f"step {step:,} of {kept[-1]:,}" for step in kept.tolist()]


def dead_units(kept: Array, dead: Array, units: int) -> Curve:
    """How many of the units are dead, over the steps."""
    return Curve(
        title=f"Dead units, of {units}",
        x_label="steps taken",
        at=kept,
        y_domain=(0, units),
        weight=4,
        series=[Series(x=kept, y=dead, label="dead", color="data", step=True)],
    )
