"""What *Cross-entropy* lets you choose: what a confident mistake costs (fastbook chapter 5)."""

from dataclasses import dataclass

import torch

from core.fields import seed_field
from core.settings import choice, integer, ladder, toggle

ROWS = 6
"""Items in the table."""

DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}
CASES = {
    "wrong and rising": "a wrong class, and rises",
    "right and rising": "the right class, and rises",
    "right and falling": "the right class, and falls",
}
"""What the one dragged activation is; the other one stays 0."""

METHODS = ("naive", "max subtracted", "log-sum-exp")
"""Three ways to write the loss."""


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; most settings belong to one view."""

    view: str = choice(
        "table",
        {
            "table": "step by step",
            "mistake": "confident mistake",
            "gradient": "p − y",
            "numerics": "numerics lab",
            "products": "products",
            "training": "training",
        },
        "What to look at",
    )
    classes: int = choice(2, (2, 3, 5), "Classes", when=("view", ("table", "gradient")))
    log: bool = toggle(
        True, "Take the log", "nll_loss takes none: it assumes that it was taken.", when=("view", "table")
    )
    sign: bool = toggle(True, "Turn the sign", when=("view", "table"))
    row: int = integer(4, 1, ROWS, "Row", when=("view", "gradient"))
    case: str = choice("wrong and rising", CASES, "The dragged activation is of", when=("view", "numerics"))
    method: str = choice("naive", METHODS, "Loss written as", when=("view", "numerics"))
    precision: str = choice("float32", tuple(DTYPES), "Numbers kept in", when=("view", ("gradient", "numerics")))
    chance: float = ladder(0.1, (0.01, 0.1, 0.5, 0.9), "Multiply N probabilities of", when=("view", "products"))
    learning_rate: float = ladder(
        10.0,
        (0.1, 0.5, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0),
        "Learning rate",
        "0.5 is a sensible one for this model.",
        when=("view", "training"),
    )
    epochs: int = integer(1, 1, 3, "Epochs", more=True, when=("view", "training"))
    seed: int = seed_field()
