"""What the scenes of all views share."""

from collections.abc import Sequence

from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text


def staged(result: Result, rows: tuple[Row, ...], labels: Sequence[str], seconds: float) -> Scene:
    """The rows on a time with these labels, replayed in so many seconds."""
    alt = plain_text("Mini-batches.", result.findings())
    return Scene(rows=rows, alt=alt, time=Time(labels=labels), seconds=seconds)
