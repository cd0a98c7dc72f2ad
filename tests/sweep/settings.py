"""Small settings for the tests of shelf and sweep, with a control of every kind, and an experiment on them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.errors import UserError
from core.settings import choice, integer, ladder, text, toggle


@dataclass(frozen=True)
class Settings:
    view: str = choice("a", {"a": "first ~ view", "b": "the 100% other"}, "What to look at")
    rate: float = ladder(1.0, (0.001, 0.1, 1.0, 30.0), "Rate")
    steps: int = integer(10, 1, 60, "Steps", when=("view", "a"))
    shuffle: bool = toggle(True, "Shuffle", more=True)
    size: int = choice(4, {4: "four", 8: "eight"}, "Size", when=("view", "b"))
    words: str = text("x", 30, "Words", more=True)
    seed: int = integer(42, 0, 999, "Seed", more=True)


@dataclass(frozen=True)
class Seedless:
    rate: float = ladder(1.0, (0.1, 1.0), "Rate")
    kind: str = choice("x", ("x", "y"), "Kind")


@dataclass(frozen=True)
class Found:
    values: dict[str, Any] = field(default_factory=dict)

    def numbers(self) -> dict[str, Any]:
        return self.values


def experiment(settings: Settings) -> Found:
    """A number that the rate raises and the seed scatters; the smallest rate is refused."""
    if settings.rate == 0.001:
        raise UserError("Choose a larger rate.")
    draw = float(np.random.default_rng(settings.seed).normal())
    return Found({"last loss": 10 - settings.rate + 0.1 * draw, "name": "x", "yes": True, "no number": np.nan})
