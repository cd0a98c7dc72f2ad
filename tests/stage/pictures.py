"""The pictures that a panel holds, decoded."""

import io
from itertools import pairwise

from PIL import Image

from core.stage.panels import PictureFiles


def parts(files: PictureFiles) -> list[bytes]:
    """Each file's bytes."""
    return [files.data[start:end].tobytes() for start, end in pairwise([0, *files.ends.tolist()])]


def opened(files: PictureFiles) -> list[Image.Image]:
    """Each file's picture."""
    return [Image.open(io.BytesIO(part)) for part in parts(files)]
