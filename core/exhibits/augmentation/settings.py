"""What *Augmentation* lets you choose: a view, a picture, and the knobs of `aug_transforms` (fastai 2.8)."""

from dataclasses import dataclass
from typing import Any

from core.data.pets import choice_of_pets
from core.settings import choice, integer, ladder, toggle

VARIANTS, EPOCHS, BATCH = VIEW_NAMES = ("twelve variants", "epochs", "one batch")
ALL, FLIP, ROTATE, ZOOM, WARP, LIGHTING, CROP = KNOBS = ("all", "flip", "rotate", "zoom", "warp", "lighting", "crop")
CHELSEA, PET, OWN = "chelsea", "pet", "own"
COUNT = 12  # variants

KNOBS_OFF: dict[str, Any] = {
    "do_flip": False,
    "max_rotate": 0.0,
    "max_zoom": 1.0,
    "max_warp": 0.0,
    "max_lighting": 0.0,
    "min_scale": 1.0,
}
"""Arguments with which `aug_transforms` leaves pictures as they are."""


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; a knob's name is `aug_transforms`' own."""

    view: str = choice(VARIANTS, VIEW_NAMES, "What to look at")
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
        chosen: dict[str, dict[str, Any]] = {
            FLIP: {"do_flip": True, "flip_vert": self.flip_vert},
            ROTATE: {"max_rotate": self.max_rotate},
            ZOOM: {"max_zoom": self.max_zoom},
            WARP: {"max_warp": self.max_warp},
            LIGHTING: {"max_lighting": self.max_lighting},
            CROP: {"min_scale": self.min_scale},
        }
        arguments = KNOBS_OFF | {"p_affine": self.p_affine, "p_lighting": self.p_lighting}
        for knob, values in chosen.items():
            if self.knob in (ALL, knob):
                arguments |= values
        return arguments
