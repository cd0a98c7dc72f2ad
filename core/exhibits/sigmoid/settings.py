"""What *Sigmoid* lets you choose: the curve, three predictions, the threshold's trap, the flat ends (chapter 4)."""

from dataclasses import dataclass

import torch

from core.data.digits import DigitsName
from core.fields import digits_field, seed_field
from core.settings import choice, integer, ladder, toggle

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
TARGETS = (1, 0, 1)
GIVEN = {"book": (0.9, 0.4, 0.2), "outside": (3.0, -5.0, 10.0)}
"""Three predictions for the three targets: the book's, and some that are no probabilities."""


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "curve",
        {
            "curve": "the curve",
            "cases": "three predictions",
            "metric": "metric and loss",
            "threshold": "threshold",
            "saturation": "flat ends",
            "training": "training",
        },
        "What to look at",
    )
    inputs: str = choice(
        "book",
        {"book": "0.9, 0.4, 0.2", "outside": "3, −5, 10"},
        "Predictions for the targets 1, 0, 1",
        when=("view", "cases"),
    )
    squash: bool = toggle(False, "Sigmoid first", "The book's first mnist_loss has none.", when=("view", "cases"))
    rate: float = ladder(
        0.01, (0.001, 0.003, 0.01, 0.03, 0.1, 1.0), "Trained with learning rate", when=("view", "threshold")
    )
    epochs: int = integer(1, 0, 10, "for this many epochs", when=("view", "threshold"))
    precision: str = choice("float32", tuple(DTYPES), "Numbers kept in", when=("view", "saturation"))
    scale: float = choice(
        1.0, {0.1: "×0.1", 1.0: "×1", 10.0: "×10", 100.0: "×100"}, "Random weights", when=("view", "saturation")
    )
    learning_rate: float = ladder(1.0, (0.01, 0.1, 1.0, 10.0), "Learning rate", when=("view", "training"))
    digits: DigitsName = digits_field()
    seed: int = seed_field()
