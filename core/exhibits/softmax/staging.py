"""What the scenes of several views share."""

from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.stage.panels import Column, Domain, Lane, LivingNumber
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text

DIGITS = [str(k) for k in range(10)]


def staged(result: Result, rows: Sequence[Row], labels: Sequence[str], autoplay: bool = True) -> Scene:
    """The rows on a time with these labels."""
    alt = plain_text("From activations to probabilities.", result.findings())
    return Scene(rows=rows, alt=alt, time=Time(labels=labels), seconds=8.0, autoplay=autoplay)


def with_minus(text: str) -> str:
    """The text with true minus signs."""
    return text.replace("-", "−")


def column(
    title: str,
    values: Array,
    domain: Domain = (0, 1),
    digits: int = 4,
    total: Array | None = None,
    lane: Lane | None = None,
) -> Column:
    """A column of activations or of what is made from them, (frames, things) or (things,)."""
    return Column(title=title, values=values, color="activations", domain=domain, digits=digits, total=total, lane=lane)


def exponents_column(title: str, exponents: Array) -> Column:
    """Exponents (frames, things) with their sum, which fills a bar."""
    total = exponents.sum(1)
    return Column(title=title, values=exponents, color="activations", digits=4, most=total, total=total)


def living(value: Array, at: int = 0, digits: int = 4) -> LivingNumber:
    """A number in the colour of activations."""
    return LivingNumber(value=value, at=at, color="activations", digits=digits)


def finite_range(values: Array) -> Domain:
    """From the least to the largest finite value, and at least from 0 to 1."""
    finite = values[np.isfinite(values)]
    return (min(0.0, float(finite.min())), max(1.0, float(finite.max()))) if len(finite) else (0.0, 1.0)


def grey_pictures(images: Array) -> Array:
    """Pictures (n, 784) of numbers from 0 to 1 as a panel of pixels takes them, with 255 for white."""
    return (images * 255).round().astype(np.uint8).reshape(len(images), 1, 28, 28)
