"""Small pictures for the scenes."""

from PIL import Image

from core.stage.pictures import encoded

THUMB = 180  # pixels of a picture that is only looked at


def small(image: Image.Image) -> bytes:
    """The picture with its longer side at most THUMB pixels, encoded."""
    copy = image.copy()
    copy.thumbnail((THUMB, THUMB), Image.Resampling.BILINEAR)
    return encoded(copy)
