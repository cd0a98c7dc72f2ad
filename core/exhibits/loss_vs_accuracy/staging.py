"""What the scenes of all views share."""

from collections.abc import Sequence

from core.arrays import Array
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text


def staged(result: Result, rows: Sequence[Row], labels: Sequence[str]) -> Scene:
    """The rows on a time with these labels."""
    alt = plain_text("Loss beside accuracy.", result.findings())
    return Scene(rows=rows, alt=alt, time=Time(labels=labels))


def positions(weight: float, share: Array) -> list[str]:
    """A label for each share by which the weight has moved."""
    return [f"×{1 + s:.6g}: w = {weight * (1 + s):.5g}".replace("-", "−") for s in share]
