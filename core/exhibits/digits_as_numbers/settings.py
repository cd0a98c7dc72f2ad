"""What *Digits as numbers* lets you choose: how a picture becomes something to multiply (fastbook chapter 4)."""

from dataclasses import dataclass

from core.data.digits import DigitsName
from core.fields import digits_field, seed_field
from core.nn.models import PIXELS
from core.settings import choice, integer, ladder, toggle

EPOCHS = 5  # of the trained parameters
LOWER = 2  # rows that a picture is moved down
CHANGES = {"plain": "as it is", "inverted": "inverted", "lower": f"{LOWER} pixels lower", "black": "all black"}
MULTIPLY = ("view", "multiply")


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "pixels",
        {"pixels": "pixels", "ranks": "ranks", "similarity": "similarity", "multiply": "multiply"},
        "What to look at",
    )
    digit: int = choice(3, {3: "3", 7: "7"}, "Digit")
    index: int = integer(0, 0, 99, "Which one", "Its number among the validation threes or sevens.")
    picture: str = choice("plain", CHANGES, "The picture", "The other digits are changed in the same way.")
    operator: str = choice("@", {"@": "@", "*": "*"}, "Operator", when=MULTIPLY)
    bias: bool = toggle(True, "Add the bias", when=MULTIPLY)
    weights: str = choice(
        "trained",
        {"trained": f"trained for {EPOCHS} epochs", "random": "random, as init_params"},
        "Parameters",
        more=True,
        when=MULTIPLY,
    )
    items: int = ladder(16, (1, 4, 16, 64, 256, PIXELS), "Images in the batch", more=True)
    seed: int = seed_field()
    digits: DigitsName = digits_field()
