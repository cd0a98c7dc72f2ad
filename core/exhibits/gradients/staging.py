"""What the scenes of all views share: gradients as pictures, and single points on curves."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays import Array
from core.nn.models import PIXELS
from core.stage.panels import LivingNumber, Moving, Pixels, Quantity
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text


def staged(result: Result, rows: Sequence[Row], labels: Sequence[str]) -> Scene:
    """The rows on a time with these labels."""
    return Scene(rows=rows, alt=plain_text("What backward() computes.", result.findings()), time=Time(labels=labels))


def signed(title: str, slopes: Array, vmax: float = 1, **options: Any) -> Pixels:
    """The weights' slopes of every frame, (frames, 785), as pictures; the bias has no place in them."""
    pictures = slopes[:, :PIXELS].reshape(-1, 1, 28, 28)
    return Pixels(title=title, array=pictures, signed=True, vmax=vmax, **options)


def point(x: Array, y: Array, color: Quantity, label: str = "", value: Array | None = None) -> Moving:
    """One dot a frame, on a curve through all of them."""
    return Moving(x=x[:, None], y=y[:, None], color=color, dots=True, label=label, value=value)


def number(value: Array, color: Quantity | None = None) -> LivingNumber:
    """A number of five digits, one for each frame."""
    return LivingNumber(value=value[:, None], color=color, digits=5)


def largest(slopes: Array) -> float:
    """The largest slope of a weight, in size, of (785,)."""
    return float(np.abs(slopes[:PIXELS]).max()) or 1.0
