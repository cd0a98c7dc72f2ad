"""What the top losses let you choose: who judges which pictures, and what is cleaned before heads are trained again."""

from dataclasses import dataclass

from core.data.pets import choice_of_pets
from core.fields import seed_field
from core.settings import When, choice, integer, ladder

ALL, TRAIN, VALID = "all", "train", "valid"
FOLD, FIT = "fold", "fit"
MINE, FIRST, RANDOM, WRONG = "mine", "first", "random", "wrong"

FINDING: When = ("view", "find")
CLEANING: When = ("view", "retrain")


@dataclass(frozen=True)
class Labelling:
    """Which pictures are meant, and how many of their labels are made wrong; `seed` also decides the heads."""

    pets: str  # name of the pictures
    wrong: int = 0
    seed: int = 42


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice("find", {"find": "find suspects", "retrain": "retrain without them"}, "What to look at")
    split: str = choice(ALL, {ALL: "all", TRAIN: "training", VALID: "validation"}, "Pictures", when=FINDING)
    judged: str = choice(
        FOLD,
        {FOLD: "heads that never saw it", FIT: "the head trained on it"},
        "A training picture is judged by",
        "fastai shows the losses of the very model that was trained on these labels.",
        when=FINDING,
    )
    looked: int = integer(50, 10, 200, "You look at the first", when=FINDING)
    cleaning: str = choice(
        MINE,
        {MINE: "my marks", FIRST: "first by loss", RANDOM: "as many at random", WRONG: "known wrong labels"},
        "What to clean",
        when=CLEANING,
    )
    first: int = ladder(50, (5, 10, 20, 50, 100, 200), "Left out", when=("cleaning", (FIRST, RANDOM)))
    wrong: int = ladder(
        0, (0, 10, 20, 50, 100), "More labels made wrong", "In memory only: no file is touched.", more=True
    )
    seed: int = seed_field()
    pets: str = choice_of_pets()

    @property
    def labelling(self) -> Labelling:
        """The pictures and labels that are meant."""
        return Labelling(self.pets, self.wrong, self.seed)
