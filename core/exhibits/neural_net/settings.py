"""What *The neural net* lets you choose: what in it is learned, and what is only calculated (fastbook chapter 4)."""

from dataclasses import dataclass

from core.data.digits import DigitsName
from core.fields import STARTS, device_field, digits_field, seed_field
from core.nn.models import InitName
from core.settings import choice, integer, ladder, toggle

MOVES = "parameters and activations"
UNITS = "units"
DEAD = "dead units"
SUMMARY = "summary"
DRAW = "draw"
RESNET = "resnet18"

TRAINING, STEPS, IMAGES = "training", "steps", "images"
EPOCHS = 40
RATES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(MOVES, (MOVES, UNITS, DEAD, SUMMARY, DRAW, RESNET), "What to look at")
    moves: str = choice(
        TRAINING,
        {TRAINING: "the whole training", STEPS: "steps, one by one", IMAGES: "the image"},
        "What moves in time",
        when=("view", MOVES),
    )
    epoch: int = ladder(EPOCHS, (0, 2, 4, 10, 20, EPOCHS), "The net stands still after epoch", when=("moves", IMAGES))
    digit: int = choice(3, {3: "a 3", 7: "a 7"}, "Image", when=("view", (MOVES, UNITS)))
    index: int = integer(0, 0, 99, "Which one", "Of the validation digits.", when=("view", (MOVES, UNITS)))
    learning_rate: float = ladder(0.1, RATES, "Learning rate", "The lesson's is 0.1.", when=("view", DEAD))
    version: str = choice(
        "lesson", {"lesson": "as in the lesson", "notes": "as in the notes"}, "simple_net", when=("view", SUMMARY)
    )
    subject: str = choice(
        "drawing", {"drawing": "my drawing", "3": "a real 3", "7": "a real 7"}, "What is judged", when=("view", DRAW)
    )
    deep: bool = toggle(
        False, "Train resnet18", "One cycle on the digits at hand. It can be stopped.", when=("view", RESNET)
    )
    deep_epochs: int = choice(
        1, (1, 3, 5), "Epochs in the cycle", "The book's cycle is 1 epoch.", when=("view", RESNET)
    )
    init: InitName = choice("uniform", STARTS, "First parameters", more=True)
    digits: DigitsName = digits_field()
    seed: int = seed_field()
    device: str = device_field()
