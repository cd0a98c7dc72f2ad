"""Small copies of the pictures that pass through a DataBlock, to be shown; the large ones are let go."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.arrays import Array
from core.data.pictures import PictureError, open_rgb

SHARE = 0.4  # of a picture's size, so that all of them keep their proportions
LONGEST = 200  # pixels of the longer side of the largest small copy


@dataclass(frozen=True)
class Shot:
    """A picture, reduced."""

    image: Array | None  # (height, width, 3) uint8; None where it cannot be read
    size: tuple[int, int] = (0, 0)  # width and height before it was reduced


def shot(image: Array, share: float) -> Shot:
    """A small copy of (height, width, 3) uint8."""
    height, width = image.shape[:2]
    small = Image.fromarray(image).resize(
        (max(1, round(width * share)), max(1, round(height * share))), Image.Resampling.BILINEAR
    )
    return Shot(np.asarray(small), (width, height))


def shots_of(value: Any, share: float) -> tuple[Shot, ...]:
    """Small copies of the pictures in what fastai gives: one, those of a list of items, or those of a batch."""
    return tuple(shot(image, share) for image in images_of(value))


def images_of(value: Any) -> tuple[Array, ...]:
    """The pictures themselves, each (height, width, 3) uint8."""
    if isinstance(value, list):
        return tuple(image for item in value for image in images_of(item))
    x = value[0] if isinstance(value, tuple) else value
    if isinstance(x, Image.Image):
        return (np.asarray(x.convert("RGB")),)
    if not hasattr(x, "shape") or x.ndim < 3:
        return ()
    if x.ndim == 4:
        return tuple(image for one in x for image in images_of(one))
    levels = (x.clamp(0, 1) * 255).round() if x.is_floating_point() else x
    return (levels.permute(1, 2, 0).byte().cpu().numpy(),)


def on_disk(files: tuple[Path, ...]) -> tuple[tuple[Shot, ...], float]:
    """The files as they are, before anything is done to them, and the share by which all later copies are reduced."""
    opened = [_open(path) for path in files]
    largest = max((max(image.shape[:2]) for image in opened if image is not None), default=LONGEST)
    share = min(SHARE, LONGEST / largest)
    return tuple(Shot(None) if image is None else shot(image, share) for image in opened), share


def _open(path: Path) -> Array | None:
    try:
        return np.asarray(open_rgb(path))
    except PictureError:
        return None
