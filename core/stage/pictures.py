"""Pictures on their way into a scene: encoded once, one behind the other."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from core.stage.panels.images import PictureFiles

Picture = Image.Image | np.ndarray  # an RGB picture, or (height, width, 3) uint8


def encoded(picture: Picture, *, exact: bool = False) -> bytes:
    """The bytes of one picture: WebP, small, or to the last bit where what matters are its `exact` pixels."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=exact, quality=82, method=0 if exact else 2)
    return buffer.getvalue()


def pictures_together(files: Sequence[bytes]) -> PictureFiles:
    """Encoded pictures as a panel holds them."""
    ends = np.cumsum([len(file) for file in files], dtype=np.int32)
    return PictureFiles(data=np.frombuffer(b"".join(files), np.uint8), ends=ends)
