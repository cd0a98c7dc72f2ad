"""The files that a DataBlock is given: those of all the pets, and on request one that is no image."""

import atexit
import shutil
from functools import lru_cache
from pathlib import Path

from core.data.labelled import Pets
from core.data.pets import split
from core.data.room import new_folder
from core.errors import UserError
from core.exhibits.pets_data.settings import FIRST, NONE, NOT_IMAGE, PLACES

BATCH = 4  # summary()'s default

HTML = b"<!doctype html><title>404 Not Found</title><p>The picture you asked for has moved.</p>\n"
"""What a download that failed often leaves behind under a picture's name."""


NO_IMAGE = "image_1.jpg"  # no picture's own name: a visitor's stays with the visitor


@lru_cache(maxsize=1)
def no_image_folder() -> Path:
    """Where the file lies that has a picture's name and is none; it goes with the program."""
    folder = new_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def no_image() -> Path:
    """A file with a picture's name that is none."""
    file = no_image_folder() / NO_IMAGE
    if not file.exists():  # also where somebody has tidied up
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(HTML)
    return file


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
        files[at] = no_image()
    return files
