"""How do activations become probabilities? Exponents and their sum, the sigmoid within, a real batch, "none of these"."""

from dataclasses import dataclass

import torch

from core.arrays import Table
from core.exhibits.softmax.none_of_these import EPOCHS, Batch, FarBelow, NoDigits, far_below, no_digits, one_batch
from core.exhibits.softmax.probabilities import (
    LADDER,
    NAMES,
    BookTable,
    Sweep,
    TwoClasses,
    book_activations,
    book_table,
    sweep,
    two_classes,
)
from core.settings import choice, integer, ladder

VIEWS = {
    "bars": "bars",
    "two classes": "two classes",
    "table": "table",
    "batch": "batch",
    "none of these": "none of these",
}
STARTS = {"random": "random", "5 4 3": "5, 4, 3", "equal": "all 0"}
SHIFTS = {0.0: "nothing", 10.0: "10", 1000.0: "1000", -1000.0: "−1000"}
FORMULAS = {"written": "eᵃ ÷ Σeᵃ", "torch": "torch.softmax"}
SOURCES = {"activations": "activations far below 0", "pictures": "pictures of no digit"}


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice("bars", VIEWS, "What to look at")
    start: str = choice("random", STARTS, "Activations", when=("view", "bars"))
    swept: int = choice(0, dict(enumerate(NAMES[:3])), "Moved one", when=("view", "bars"))
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


@dataclass(frozen=True)
class Result:
    settings: Settings
    found: Sweep | TwoClasses | BookTable | Batch | FarBelow | NoDigits


def experiment(settings: Settings) -> Result:
    """What the chosen view needs."""
    return Result(settings, _found(settings))


def _found(settings: Settings) -> Sweep | TwoClasses | BookTable | Batch | FarBelow | NoDigits:
    if settings.view == "bars":
        moved = min(settings.swept, settings.classes - 1)
        return sweep(activations(settings), moved, settings.temperature, settings.shift, settings.formula == "torch")
    if settings.view == "two classes":
        return two_classes(settings.second)
    if settings.view == "table":
        return book_table(settings.seed)
    if settings.view == "batch":
        return one_batch(settings.epochs, settings.draw, settings.seed)
    return far_below(settings.seed) if settings.source == "activations" else no_digits(settings.seed)


def activations(settings: Settings) -> torch.Tensor:
    """The bars' activations before one of them is moved, (classes,)."""
    if settings.start == "random":
        return book_activations(1, settings.classes, settings.seed)[0]
    return torch.tensor(LADDER[: settings.classes]) if settings.start == "5 4 3" else torch.zeros(settings.classes)


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> Table:
    """What the picture is drawn from."""
    return result.found.table()


def what_the_constant_does(result: Result) -> str:
    """The answer to the page's question: what the same constant on all activations does to the largest probability."""
    if not isinstance(result.found, Sweep):
        return "stays as it is"
    change = float(result.found.probabilities[result.found.given].max() - result.found.plain.max())
    return "stays as it is" if abs(change) < 1e-4 else "rises" if change > 0 else "falls"
