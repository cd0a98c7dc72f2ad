"""What *Mini-batches* lets you choose: how many items a step is taken on (fastbook chapter 4)."""

from dataclasses import dataclass

from core.fields import STARTS, seed_field
from core.nn.models import InitName
from core.settings import When, choice, integer, ladder, toggle

CLOCKS = {"items": "items seen", "steps": "steps", "seconds": "seconds"}
RATES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
POINTS = {0: "at the start", 1: "after 1 epoch", 5: "after 5 epochs"}
DIGITS = "digits"
DATASETS = {DIGITS: "digits", "numbers": "range(15)", "letters": "the alphabet"}
ORDERS = {"shuffled": "shuffle=True", "in order": "shuffle=False", "again": "with replacement"}

PATHS: When = ("view", "paths")
NOISE: When = ("view", "noise")
LOADER: When = ("view", "loader")


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "paths",
        {"paths": "paths", "noise": "noise", "loader": "loader", "average": "mean or median"},
        "What to look at",
    )
    clock: str = choice(
        "items",
        CLOCKS,
        "Compare after equally many",
        "By steps, each run takes as many as the mini-batches do.",
        when=PATHS,
    )
    batch_size: int = choice(16, (4, 16, 64, 256), "Mini-batch", when=PATHS)
    learning_rate: float = ladder(1.0, RATES, "Learning rate, the same for all three", when=PATHS)
    epochs: int = integer(5, 1, 10, "Epochs", "An epoch is one pass over all items, however many steps.", when=PATHS)
    point: int = choice(0, POINTS, "Where the gradient is taken", when=NOISE)
    replacement: bool = toggle(
        False, "Draw with replacement", "A DataLoader draws without: no item twice in an epoch.", when=NOISE
    )
    dataset: str = choice(DIGITS, DATASETS, "Items", when=LOADER)
    order: str = choice("shuffled", ORDERS, "Order", "The book's own training loader is not shuffled.", when=LOADER)
    bs: int = choice(
        0,
        {0: "the usual", 4: "4", 16: "16", 64: "64", 256: "256"},
        "Batch size",
        "The usual: 16 digits; 5 numbers and 6 letters, as in the lesson.",
        when=LOADER,
    )
    passes: int = integer(2, 1, 3, "Epochs to watch", when=LOADER, more=True)
    items: int = integer(5, 3, 16, "Digits in the mini-batch", when=("view", "average"))
    init: InitName = choice("randn", STARTS, "First parameters", more=True, when=("view", ("paths", "noise")))
    seed: int = seed_field()
