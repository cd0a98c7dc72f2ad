"""The pictures to look at: a cat, a pet of the chosen set, a visitor's own, and cards whose finest detail is known."""

from functools import lru_cache
from typing import Protocol, TypeVar

import numpy as np
from PIL import Image

from core.data.pets import load
from core.data.pictures import chelsea, open_rgb, read_upload
from core.exhibits.presizing.settings import CAT, OWN, PET, SUBJECTS, Settings

CARD = 460  # pixels a side: the lesson's Resize leaves a card as it is
MOST_OF_PET = 1200  # pixels of a pet's longer side
SMALL = (150, 100)
WAITING = "This is the cat: bring a picture of your own with the button beside the settings."


def chosen_picture(settings: Settings) -> Image.Image:
    """The picture of these settings; the cat until there is one of the visitor's own."""
    name = CAT if settings.picture == OWN else settings.picture
    return subject(name, settings.pets if name == PET else "", settings.which, settings.seed)


def description(settings: Settings, waiting: bool) -> str:
    """The picture in words; `waiting` says that the cat stands for a visitor's own."""
    if settings.picture == OWN and not waiting:
        return "This picture"
    return f"This picture ({SUBJECTS.get(settings.picture, SUBJECTS[CAT])})"


def subject(name: str, pets: str, index: int, seed: int) -> Image.Image:
    """The RGB picture of that name; nobody changes it, since all but pets are shared."""
    if name == PET:  # which may be somebody's own: these are not kept
        chosen = load(pets)
        return open_rgb(chosen.path(index % len(chosen)), MOST_OF_PET)
    return _shared(name, seed if name == "noise" else 0)


@lru_cache(maxsize=8)
def _shared(name: str, seed: int) -> Image.Image:
    if name in (CAT, "small cat"):
        cat = open_rgb(chelsea())
        return cat if name == CAT else cat.resize(SMALL, Image.Resampling.LANCZOS)
    grey = {"noise": lambda: white_noise(seed), "zone plate": zone_plate, "checker": checker}[name]()
    return Image.fromarray(grey).convert("RGB")


def white_noise(seed: int) -> np.ndarray:
    """Every pixel drawn for itself, uniform from 0 to 255, (460, 460): equal power at every frequency."""
    return np.random.default_rng(seed).integers(0, 256, (CARD, CARD), dtype=np.uint8)


def zone_plate() -> np.ndarray:
    """Rings that grow finer outwards, to two pixels a ring at the middle of each edge, (460, 460)."""
    y, x = np.mgrid[:CARD, :CARD] - (CARD - 1) / 2
    return np.round(127.5 + 127.5 * np.cos(np.pi * (x**2 + y**2) / CARD)).astype(np.uint8)


def checker() -> np.ndarray:
    """Squares of two pixels, black and white by turns, (460, 460)."""
    y, x = np.mgrid[:CARD, :CARD] // 2
    return (((x + y) % 2) * 255).astype(np.uint8)


R = TypeVar("R", bound="WithPicture")


class WithPicture(Protocol):
    """A result that can be computed again for another picture."""

    def with_picture(self: R, image: Image.Image) -> R:
        """The same settings, with this RGB picture."""


def with_upload(result: R, data: bytes | None) -> R:
    """The result for a visitor's own picture, once there is one; PictureError where it cannot be read."""
    return result if data is None else result.with_picture(read_upload(data, MOST_OF_PET))
