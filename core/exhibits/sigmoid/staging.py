"""What the scenes of all views share: in most of them time is a place x, so that dragging a curve moves its point."""

from collections.abc import Sequence

from core.arrays import Array
from core.stage.panels import Moving, Quantity
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text


def staged(result: Result, rows: Sequence[Row], labels: Sequence[str]) -> Scene:
    """The rows on a time with these labels."""
    return Scene(rows=rows, alt=plain_text("The sigmoid.", result.findings()), time=Time(labels=labels))


def values_of(name: str, values: Array, digits: int = 2) -> list[str]:
    """A label for each of the values, with so many decimals."""
    return [f"{name} = {v:.{digits}f}".replace("-", "−") for v in values]


def point(x: Array, y: Array, color: Quantity, label: str = "", value: Array | None = None) -> Moving:
    """One dot a frame, on a curve through all of them."""
    return Moving(x=x[:, None], y=y[:, None], color=color, dots=True, label=label, value=value)
