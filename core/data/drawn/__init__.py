"""Drawn pets: pictures of cats and dogs made by this program, so that there are pets at once and without a network.

A picture is a pure function of its index: the same bytes on every run of the same machine, in any thread.

    names()[0]     'Bengal_1.jpg', by the lesson's rule: breed, number, and a capital for cats
    draw(0)        its pixels (h, w, 3) uint8
    write(0, path) its file
    PLANTED        the file names that say a wrong breed, on purpose, with the breed that is shown
"""

import os
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from core.data.download import DiskError
from core.data.drawn.breeds import BREEDS, Breed

VERSION = "3"
"""Changes when the pictures do: part of the name of the folder that keeps them."""

SEED = 4
NOT_KEPT = "The drawn pets cannot be kept in the cache folder ({}): make room on its disk, then try again."
JPEG_QUALITY = 90  # of the JPEG files


@dataclass(frozen=True, kw_only=True)
class PetSet:
    """How many pictures there are, their file names by index, and the breeds, sorted."""

    size: int
    names: tuple[str, ...]
    breeds: tuple[str, ...]
    planted: Mapping[str, str]  # file name → the breed that is really shown


def breed_of(index: int) -> Breed:
    """The breed that picture `index` shows."""
    return BREEDS[index % len(BREEDS)]


def _named(size: int = 600, wrong: int = 12) -> PetSet:
    """Names with a few wrong ones: of each breed one picture, at a random place, is taken for one that is alike."""
    rng = np.random.default_rng(SEED)
    rows = rng.permutation(size // len(BREEDS))[:wrong] * len(BREEDS) + rng.permutation(len(BREEDS))[:wrong]
    count: Counter[str] = Counter()
    names, planted = [], {}
    for index in range(size):
        true = breed_of(index)
        label = str(rng.choice(true.alike)) if index in rows else true.name
        count[label] += 1
        names.append(f"{label}_{count[label]}.jpg")
        if label != true.name:
            planted[names[-1]] = true.name
    return PetSet(
        size=size,
        names=tuple(names),
        breeds=tuple(sorted(breed.name for breed in BREEDS)),
        planted=MappingProxyType(planted),
    )


SET = _named()
PLANTED = SET.planted


def names() -> tuple[str, ...]:
    """The 600 file names, by index."""
    return SET.names


def draw(index: int) -> np.ndarray:
    """Picture `index` as (h, w, 3) uint8; IndexError outside 0 … 599."""
    if not 0 <= index < SET.size:
        raise IndexError(f"There are {SET.size} drawn pets, numbered from 0: there is no number {index}.")
    from core.data.drawn.picture import picture
    from core.data.drawn.portrait import portrait

    rng = np.random.default_rng([SEED, index])
    return picture(portrait(breed_of(index), rng), rng)


def write(index: int, path: Path) -> None:
    """Picture `index` as a JPEG file, which appears whole or not at all; DiskError where it cannot be kept."""
    from PIL import Image

    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    picture = Image.fromarray(draw(index))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(partial, "JPEG", quality=JPEG_QUALITY)
        partial.replace(path)
    except OSError as error:
        raise DiskError(NOT_KEPT.format(error.strerror)) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
