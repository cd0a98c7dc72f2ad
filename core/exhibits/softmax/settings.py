"""What *Softmax* lets you choose: how activations become probabilities (fastbook chapter 5)."""

from dataclasses import dataclass

from core.settings import choice, integer, ladder

BEARS = ("grizzly", "teddy", "black", "polar", "brown")
"""Kinds of bear, as in the book's first classifier, and two more."""

EPOCHS = 5
"""How long the digits' models are trained."""

STARTS = {"random": "random", "5 4 3": "5, 4, 3", "equal": "all 0"}
SHIFTS = {0.0: "nothing", 10.0: "10", 1000.0: "1000", -1000.0: "−1000"}
FORMULAS = {"written": "eᵃ ÷ Σeᵃ", "torch": "torch.softmax"}
SOURCES = {"activations": "activations far below 0", "pictures": "pictures of no digit"}


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; most settings belong to one view."""

    view: str = choice(
        "bars",
        {
            "bars": "bars",
            "two classes": "two classes",
            "table": "table",
            "batch": "batch",
            "none of these": "none of these",
        },
        "What to look at",
    )
    start: str = choice("random", STARTS, "Activations", when=("view", "bars"))
    swept: int = choice(0, dict(enumerate(BEARS[:3])), "Moved one", when=("view", "bars"))
    temperature: float = ladder(
        1.0, (0.0, 0.01, 0.1, 0.5, 1.0, 2.0, 10.0, 100.0), "Temperature: divide all by", when=("view", "bars")
    )
    shift: float = choice(0.0, SHIFTS, "Add to all", when=("view", "bars"))
    formula: str = choice("written", FORMULAS, "Computed by", when=("view", "bars"))
    second: float = ladder(
        0.0, (-100.0, -10.0, -1.0, 0.0, 1.0, 10.0, 100.0), "The second activation", when=("view", "two classes")
    )
    epochs: int = integer(EPOCHS, 0, EPOCHS, "The model trained for epochs", when=("view", "batch"))
    draw: int = integer(1, 1, 50, "Which batch", when=("view", "batch"))
    source: str = choice("activations", SOURCES, "Show", when=("view", "none of these"))
    classes: int = integer(3, 2, 5, "Classes", more=True, when=("view", "bars"))
    seed: int = integer(
        42, 0, 999, "Seed", "Decides the random activations, and how the digits' model starts.", more=True
    )
