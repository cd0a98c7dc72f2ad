"""The pictures that are augmented, as squares: Chelsea, pets, or a visitor's own.

The squares are smaller than the lesson's 460 and 224 pixels, so that a control's move is answered at once.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

import numpy as np
from PIL import Image

from core.arrays import Array
from core.data.pets import UPLOADED, load, split
from core.data.pictures import chelsea, open_rgb, read_upload
from core.exhibits.augmentation.draws import VALID
from core.exhibits.augmentation.settings import PET, Settings
from core.words import format_breed

ITEM_SIDE, BATCH_SIDE = 192, 144  # pixels of an item's square, and behind the transforms


@dataclass(frozen=True)
class LabelledSquare:
    """A picture's centre square, and what it shows."""

    pixels: Array  # (ITEM_SIDE, ITEM_SIDE, 3) uint8
    label: str


def square(picture: Image.Image) -> Array:
    """The centre square (ITEM_SIDE, ITEM_SIDE, 3) uint8, as fastai's `Resize` takes it for validation."""
    from fastai.vision.augment import Resize
    from fastai.vision.core import PILImage

    return np.array(Resize(ITEM_SIDE)(PILImage.create(np.asarray(picture)), split_idx=VALID))


def first_square(settings: Settings) -> LabelledSquare:
    """The chosen picture; Chelsea stands for a visitor's own until `with_picture` puts that in."""
    return pet_square(settings.pets, settings.pet) if settings.picture == PET else _chelsea_square()


def training_squares(pets: str, count: int) -> list[LabelledSquare]:
    """The first pictures of the pets' training set."""
    return [pet_square(pets, int(i)) for i in split(load(pets))[0][:count]]


def validation_square(pets: str) -> LabelledSquare:
    """The first picture of the pets' validation set."""
    return pet_square(pets, int(split(load(pets))[1][0]))


def pet_square(pets: str, index: int) -> LabelledSquare:
    """A pet; the numbers go round where there are fewer. An uploaded picture is not kept."""
    return _read_pet(pets, index) if pets.startswith(UPLOADED) else _kept_pet(pets, index)


def _read_pet(name: str, index: int) -> LabelledSquare:
    pets = load(name)
    index %= len(pets)
    return LabelledSquare(square(open_rgb(pets.path(index))), format_breed(pets.labels[index]))


@lru_cache(maxsize=32)
def _kept_pet(name: str, index: int) -> LabelledSquare:
    return _read_pet(name, index)


@lru_cache(maxsize=1)
def _chelsea_square() -> LabelledSquare:
    return LabelledSquare(square(open_rgb(chelsea())), "Chelsea")


R = TypeVar("R", bound="WithFirst")


class WithFirst(Protocol):
    """A result that can be computed again with another picture in the first place."""

    def with_first(self: R, first: LabelledSquare) -> R:
        """The same settings, with this picture first."""


def with_picture(result: R, data: bytes | None) -> R:
    """The result with a visitor's own picture in the first place, once there is one; PictureError where it is none."""
    if data is None:
        return result
    return result.with_first(LabelledSquare(square(read_upload(data, 4 * ITEM_SIDE)), "yours"))
