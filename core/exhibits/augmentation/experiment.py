"""One picture, or a few, under `aug_transforms`: every knob on its own, over epochs, and in one batch (fastai 2.8).

The squares are smaller than the lesson's 460 and 224 pixels, so that a control's move is answered at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from core.arrays import Array
from core.data.pets import UPLOADED, choice_of_pets, load, split
from core.data.pictures import chelsea, open_rgb, read_upload
from core.exhibits.augmentation.augmented_epochs import Epochs, over_epochs
from core.exhibits.augmentation.crop_box import Batches, batches
from core.exhibits.augmentation.draws import VALID
from core.exhibits.augmentation.variants import COUNT, Variants, vary
from core.settings import choice, integer, ladder, toggle

VARIANTS, EPOCHS, BATCH = VIEWS = ("twelve variants", "epochs", "one batch")
ALL, FLIP, ROTATE, ZOOM, WARP, LIGHTING, CROP = KNOBS = ("all", "flip", "rotate", "zoom", "warp", "lighting", "crop")
CHELSEA, PET, OWN = "chelsea", "pet", "own"
ITEM_SIDE, BATCH_SIDE = 192, 144  # pixels of an item's square, and behind the transforms
ITEMS = {EPOCHS: 4, BATCH: 5}


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; a knob's name is `aug_transforms`' own."""

    view: str = choice(VARIANTS, VIEWS, "What to look at")
    knob: str = choice(ALL, KNOBS, "Knob", "One on its own, or all together.", when=("view", (VARIANTS, EPOCHS)))
    apart: bool = toggle(
        False,
        f"As {COUNT} batches",
        "Each variant in a batch of its own, as in one epoch after another.",
        more=True,
        when=("view", VARIANTS),
    )
    max_rotate: float = ladder(
        10.0, (0.0, 5.0, 10.0, 20.0, 45.0, 90.0, 180.0), "max_rotate (degrees)", when=("knob", (ALL, ROTATE))
    )
    max_zoom: float = ladder(1.1, (1.0, 1.1, 1.3, 1.5, 2.0, 3.0), "max_zoom", when=("knob", (ALL, ZOOM)))
    max_warp: float = ladder(0.2, (0.0, 0.1, 0.2, 0.4, 0.6, 0.9), "max_warp", when=("knob", (ALL, WARP)))
    max_lighting: float = ladder(0.2, (0.0, 0.1, 0.2, 0.4, 0.6, 0.9), "max_lighting", when=("knob", (ALL, LIGHTING)))
    min_scale: float = ladder(
        0.75,
        (0.1, 0.2, 0.35, 0.5, 0.75, 1.0),
        "min_scale",
        "The least share of the area that is cropped.",
        when=("knob", (ALL, CROP)),
    )
    flip_vert: bool = toggle(False, "flip_vert", "Also upside down, and turned by 90°.", when=("knob", FLIP))
    picture: str = choice(
        CHELSEA,
        {CHELSEA: "Chelsea, a real cat", PET: "a pet", OWN: "your own"},
        "Picture",
        "The first one, where there are several.",
        more=True,
    )
    pet: int = integer(0, 0, 99, "Which pet", more=True, when=("picture", PET))
    pets: str = choice_of_pets()
    p_affine: float = ladder(
        0.75, (0.0, 0.25, 0.5, 0.75, 1.0), "p_affine", "Rotate, zoom and warp: how probable each is.", more=True
    )
    p_lighting: float = ladder(0.75, (0.0, 0.25, 0.5, 0.75, 1.0), "p_lighting", "Brightness and contrast.", more=True)
    seed: int = integer(42, 0, 999, "Seed", "Decides every draw.", more=True)

    @property
    def knobs(self) -> dict[str, Any]:
        """`aug_transforms`' arguments, with every knob off that is not chosen."""
        on: dict[str, dict[str, Any]] = {
            FLIP: {"do_flip": True, "flip_vert": self.flip_vert},
            ROTATE: {"max_rotate": self.max_rotate},
            ZOOM: {"max_zoom": self.max_zoom},
            WARP: {"max_warp": self.max_warp},
            LIGHTING: {"max_lighting": self.max_lighting},
            CROP: {"min_scale": self.min_scale},
        }
        off: dict[str, Any] = {
            "do_flip": False,
            "max_rotate": 0.0,
            "max_zoom": 1.0,
            "max_warp": 0.0,
            "max_lighting": 0.0,
            "min_scale": 1.0,
        }
        for knob, arguments in on.items():
            if self.knob in (ALL, knob):
                off |= arguments
        return off | {"p_affine": self.p_affine, "p_lighting": self.p_lighting}


@dataclass(frozen=True)
class Result:
    settings: Settings
    found: Variants | Epochs | Batches


def experiment(settings: Settings) -> Result:
    """The chosen view; Chelsea stands for a visitor's own picture until `with_picture` puts it in."""
    if settings.picture == PET:
        return _with(settings, *_pet(settings.pets, settings.pet))
    return _with(settings, _chelsea(), "Chelsea")


def own(settings: Settings) -> bool:
    """Whether a visitor's own picture is wanted."""
    return settings.picture == OWN


def with_picture(result: Result, data: bytes | None) -> Result:
    """The result with a visitor's own picture in the first place, once there is one; PictureError where it is none."""
    return result if data is None else _with(result.settings, square(read_upload(data, 4 * ITEM_SIDE)), "yours")


def square(picture: Image.Image) -> Array:
    """The centre square (ITEM_SIDE, ITEM_SIDE, 3) uint8, as fastai's `Resize` takes it for validation."""
    from fastai.vision.augment import Resize
    from fastai.vision.core import PILImage

    return np.array(Resize(ITEM_SIDE)(PILImage.create(np.asarray(picture)), split_idx=VALID))


def _with(settings: Settings, first: Array, label: str) -> Result:
    knobs, seed = settings.knobs, settings.seed
    if settings.view == VARIANTS:
        found: Variants | Epochs | Batches = vary(
            first, settings.knob, knobs, BATCH_SIDE, COUNT if settings.apart else 1, seed
        )
    else:
        train, valid = split(load(settings.pets))
        others = [_pet(settings.pets, int(i)) for i in train[: ITEMS[settings.view] - 1]]
        pictures, labels = [first, *(one for one, _ in others)], [label, *(name for _, name in others)]
        if settings.view == EPOCHS:
            found = over_epochs(
                pictures, [_pet(settings.pets, int(valid[0]))[0]], labels, settings.knob, knobs, BATCH_SIDE, seed
            )
        else:
            found = batches(pictures, labels, knobs, BATCH_SIDE, seed)
    return Result(settings, found)


@lru_cache(maxsize=1)
def _chelsea() -> Array:
    return square(open_rgb(chelsea()))


def _pet(name: str, index: int) -> tuple[Array, str]:
    """A pet's square and breed; an uploaded one is not kept."""
    return _read_pet(name, index) if name.startswith(UPLOADED) else _kept_pet(name, index)


def _read_pet(name: str, index: int) -> tuple[Array, str]:
    """The numbers go round where there are fewer."""
    pets = load(name)
    index %= len(pets)
    return square(open_rgb(pets.path(index))), pets.labels[index].replace("_", " ")


@lru_cache(maxsize=32)
def _kept_pet(name: str, index: int) -> tuple[Array, str]:
    return _read_pet(name, index)


def findings(result: Result) -> Sequence[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, Any]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> dict[str, Any]:
    """The result in columns."""
    return result.found.table()


def size_afterwards(result: Result) -> str:
    """The answer to the page's question: how many pictures the data set holds after some epochs."""
    return str(numbers(result)["pictures in the data set"])
