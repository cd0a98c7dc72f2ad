"""Small pictures of pets, encoded once and kept for a while, at most as long as the pictures."""

from PIL import Image

from core.data.labelled import Pets
from core.data.pictures import PictureError
from core.data.pictures import thumbnail as small
from core.data.shelf import Shelf
from core.stage.pictures import encoded

KEPT = 2000  # files of a set of pictures, about 4 kB each
GREY = (128, 128, 128)

_files = Shelf(KEPT)


def thumbnail(pets: Pets, index: int, size: int) -> bytes:
    """A picture as a WebP file, its longer side at most `size` pixels; a grey square where it cannot be read."""

    def make() -> bytes:
        try:
            return encoded(small(pets.path(index), size))
        except PictureError:
            return encoded(Image.new("RGB", (size, size), GREY))

    return _files.get(pets, (index, size), make)
