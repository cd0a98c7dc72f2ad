"""What the scenes of all views share."""

from collections.abc import Sequence

from core.exhibits.augmentation.draws import Draws
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text


def staged(
    result: Result, rows: Sequence[Row], labels: Sequence[str], seconds_a_frame: float, *, autoplay: bool = True
) -> Scene:
    """The rows on a time with these labels."""
    return Scene(
        rows=rows,
        alt=plain_text("Pictures under aug_transforms.", result.findings()),
        time=Time(labels=labels),
        seconds=seconds_a_frame * len(labels),
        autoplay=autoplay,
    )


def degrees(draws: Draws, i: int) -> str:
    """By how much a picture is turned."""
    return f"{round(float(draws.angle[i])):d}°".replace("-", "−")
