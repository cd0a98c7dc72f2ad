"""What *Presizing* lets you choose: a view, a picture, the transforms and their strengths (fastbook chapter 5)."""

from dataclasses import dataclass

from core.data.pets import PetsChoice, choice_of_pets
from core.device import DEVICES
from core.settings import choice, integer, ladder

LOUPE, PIPELINE, FIT, SPEED = VIEW_NAMES = ("the loupe", "pipeline", "squish, pad, crop", "speed")
OWN = "own"
TRAIN, VALID = "train", "valid"

CAT, PET = "cat", "pet"
SUBJECTS = {
    CAT: "a cat",
    "small cat": "the cat in 150×100",
    PET: "a pet",
    "noise": "white noise",
    "zone plate": "zone plate",
    "checker": "fine checker",
}

BOOK, SAME = "as in the book", "same geometry"
PADDINGS = {"reflection": "reflection", "zeros": "black", "border": "border"}

PRESIZED, STANDARD, PETS, ONCE = "presized", "standard", "pets", "pets once"
RECIPES = {
    PRESIZED: "the figure, presized",
    STANDARD: "the figure, standard",
    PETS: "the pets, min_scale 0.75",
    ONCE: "the pets, min_scale 1",
}

SHAPES: dict[str, tuple[int, int] | None] = {
    "as it is": None,
    "large": (800, 600),
    "small": (150, 100),
    "wide": (600, 150),
    "tall": (150, 600),
}
"""Widths and heights in pixels."""


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; most settings belong to one view."""

    view: str = choice(LOUPE, VIEW_NAMES, "What to look at")
    picture: str = choice(CAT, SUBJECTS | {OWN: "your own"}, "Picture", when=("view", (LOUPE, FIT)))
    geometry: str = choice(
        SAME,
        (SAME, BOOK),
        "Comparison",
        "The book's two pictures differ in their geometry too; “same geometry” leaves interpolation alone.",
        when=("view", LOUPE),
    )
    degrees: int = integer(30, 0, 45, "Rotate, degrees", when=("view", LOUPE))
    zoom: float = ladder(1.2, (1.0, 1.1, 1.2, 1.5, 2.0, 3.0), "Zoom", when=("view", LOUPE))
    draw: int = integer(
        0, 0, 40, "Draw", "0 is the book's: every strength in full. Others are random up to them.", when=("view", LOUPE)
    )
    recipe: str = choice(PETS, RECIPES, "Batch transforms", when=("view", PIPELINE))
    shape: str = choice("as it is", tuple(SHAPES), "Its shape", when=("view", FIT))
    target: int = choice(460, (224, 460), "Target, pixels", when=("view", FIT))
    split: str = choice(TRAIN, {TRAIN: "training", VALID: "validation"}, "For", when=("view", (PIPELINE, FIT)))
    batch: int = choice(16, (4, 16, 64), "Pictures in a batch", when=("view", SPEED))
    warp: float = ladder(0.2, (0.0, 0.1, 0.2, 0.3, 0.4), "Warp", more=True, when=("view", LOUPE))
    extra: int = choice(
        0,
        {0: "4, as in the book", 2: "8", 4: "12"},
        "Interpolations of the standard way",
        "More by rotating 3° there and back again.",
        more=True,
        when=("view", LOUPE),
    )
    padding: str = choice("reflection", PADDINGS, "Beyond the edge", more=True, when=("view", LOUPE))
    presize: int = choice(
        460,
        (224, 300, 460, 640),
        "Presize to",
        "The item transform's size.",
        more=True,
        when=("view", (LOUPE, PIPELINE, SPEED)),
    )
    draws: int = choice(24, (8, 24, 40), "Draws measured", more=True, when=("view", LOUPE))
    which: int = integer(0, 0, 99, "Which pet", more=True, when=("picture", PET))
    pets: PetsChoice = choice_of_pets()
    device: str = choice("cpu", DEVICES, "The batch is on", more=True, when=("view", PIPELINE))
    seed: int = integer(42, 0, 999, "Seed", "Decides what fastai draws by itself, and the noise.", more=True)
