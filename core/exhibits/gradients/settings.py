"""What *Gradients* lets you choose: what backward() computes, and what it adds it to (fastbook chapter 4)."""

from dataclasses import dataclass

import torch

from core.data.digits import DigitsName
from core.fields import digits_field, seed_field
from core.nn.models import PIXELS
from core.settings import choice, integer, ladder, toggle

DTYPES = {"float64": torch.float64, "float32": torch.float32}


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "secant",
        {
            "secant": "rise over run",
            "check": "785 slopes",
            "steps": "step size",
            "batch": "a batch",
            "accumulate": "backward() again",
            "training": "zero_grad",
            "session": "requires_grad",
        },
        "What to look at",
    )
    function: str = choice(
        "square",
        {"square": "x²", "loss": "the loss", "accuracy": "the accuracy"},
        "The slope of",
        when=("view", "secant"),
    )
    h: float = ladder(
        1e-4,
        (1.0, 0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12),
        "Step size h",
        when=("view", "check"),
    )
    precision: str = choice("float64", tuple(DTYPES), "Numbers kept in", when=("view", "check"))
    zero: bool = toggle(False, "zero_() in between", when=("view", "accumulate"))
    task: str = choice(
        "linear",
        {"linear": "linear model", "relu": "ReLU net", "square": "x²"},
        "Train",
        when=("view", "training"),
    )
    learning_rate: float = ladder(
        1.0, (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0), "Learning rate", when=("view", "training")
    )
    how: str = choice(
        "in place",
        {"in place": "w -= …", "no_grad": "no_grad", "rebind": "w = w - …", "again": "backward()"},
        "After backward(), try",
        when=("view", "session"),
    )
    x: int = integer(3, -5, 5, "x of x²", more=True)
    pixel: int = integer(378, 0, PIXELS - 1, "Pixel whose weight moves", "In rise over run.", more=True)
    images: int = choice(16, (4, 16, 64), "Images", "In 785 slopes, step size and a batch.", more=True)
    two_sided: bool = toggle(False, "From w − h to w + h", "Rise over run around the place, not from it.", more=True)
    digits: DigitsName = digits_field()
    seed: int = seed_field()
