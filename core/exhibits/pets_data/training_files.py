"""The files that a DataBlock is given: those of all the pets, and on request one that is no image."""

from pathlib import Path

from core.data.cache import cache_folder
from core.data.labelled import Pets
from core.data.pets import split
from core.errors import UserError
from core.exhibits.pets_data.settings import FIRST, NONE, NOT_IMAGE, PLACES

BATCH = 4  # summary()'s default

HTML = b"<!doctype html><title>404 Not Found</title><p>The picture you asked for has moved.</p>\n"
"""What a download that failed often leaves behind under a picture's name."""


def no_image_folder() -> Path:
    """Where the files lie that have a picture's name and are none."""
    return cache_folder("no-image")


def pick_files(pets: Pets, fault: str = NONE, place: str = FIRST) -> list[Path]:
    """The files of all the pets; those of the first batch exist, and with the fault `NOT_IMAGE` one is no image.

    UserError where there are fewer training pictures than a batch takes.
    """
    train, _ = split(pets)
    if len(train) < BATCH:
        raise UserError(f"A batch takes {BATCH} training pictures, and here are {len(train)}: choose pets with more.")
    files = [pets.folder / name for name in pets.files or pets.names]
    for i in train[:BATCH]:
        files[i] = pets.path(int(i))
    if fault == NOT_IMAGE:
        at = int(train[PLACES[place]])
        files[at] = no_image_folder() / pets.names[at]
        files[at].write_bytes(HTML)
    return files
