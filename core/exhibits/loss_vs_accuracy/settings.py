"""What *Loss vs. accuracy* lets you choose: a random model, and which of its weights moves (fastbook chapter 4)."""

from dataclasses import dataclass

from core.data.digits import DigitsName
from core.fields import digits_field
from core.nn.models import PIXELS
from core.settings import When, choice, integer, ladder

CORNER, LIT, MIDDLE, ANOTHER = 0, 269, 378, -1  # pixels; ANOTHER is the setting `other`
ZOOMS = (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
WEIGHT, MODELS, SURFACES = "weight", "models", "surfaces"
MOVING: When = ("view", (WEIGHT, SURFACES))


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        WEIGHT,
        {WEIGHT: "one weight", MODELS: "200 random models", SURFACES: "two surfaces"},
        "What to look at",
    )
    pixel: int = choice(
        LIT,
        {CORNER: "black corner", LIT: "often lit", ANOTHER: "another"},
        "Pixel whose weight moves",
        "Pixel 0 is the corner; pixel 269, in row 9 and column 17, is lit in most threes and sevens. "
        "Another one is chosen under More settings.",
        when=MOVING,
    )
    zoom: float = ladder(
        1.0,
        ZOOMS,
        "How far it moves, × itself",
        "0.0001 is the lesson's nudge: the weight goes from ×0.9999 to ×1.0001. With 1 it goes from 0 to twice itself.",
        when=MOVING,
    )
    seed: int = integer(42, 0, 999, "Random model (seed)", "Decides the 784 weights and the bias, drawn with randn.")
    other: int = integer(
        MIDDLE,
        0,
        PIXELS - 1,
        "Another pixel",
        "Its weight moves where “another” is chosen; in the two surfaces it is the second weight. "
        "Pixel 378, in row 13 and column 14, is bright in most threes and dark in most sevens.",
        more=True,
    )
    digits: DigitsName = digits_field()

    @property
    def nudged(self) -> int:
        """The pixel whose weight moves."""
        return self.other if self.pixel == ANOTHER else self.pixel

    @property
    def second(self) -> int:
        """The pixel of the second weight of the two surfaces: never the first one."""
        return next(pixel for pixel in (self.other, LIT, MIDDLE) if pixel != self.nudged)
