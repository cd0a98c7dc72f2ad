"""Small pictures of pets, encoded once and kept for a while; they go when the pictures do."""

from collections import OrderedDict
from weakref import WeakKeyDictionary

from PIL import Image

from core.charts.pictures import encoded
from core.data.labelled import Pets
from core.data.pictures import PictureError
from core.data.pictures import thumbnail as small

KEPT = 2000  # small files of a set of pictures, about 4 kB each
GREY = (128, 128, 128)

_files: WeakKeyDictionary[Pets, OrderedDict[tuple[int, int], bytes]] = WeakKeyDictionary()


def thumbnail(pets: Pets, index: int, size: int) -> bytes:
    """One picture as a WebP file with its longer side at most `size` pixels; a grey square where it cannot be read."""
    files = _files.setdefault(pets, OrderedDict())
    file = files.pop((index, size), None)
    if file is None:
        try:
            file = encoded(small(pets.path(index), size))
        except PictureError:
            file = encoded(Image.new("RGB", (size, size), GREY))
    files[index, size] = file
    while len(files) > KEPT:
        files.popitem(last=False)
    return file
