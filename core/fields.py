"""Settings that several exhibits share, declared once: which digits, batch size, device and seed."""

from typing import Any

from core.device import DEVICES
from core.settings import When, choice, integer

FIFTY = -1
BATCHES = {FIFTY: "≈50 steps an epoch", 1: "1", 4: "4", 16: "16", 64: "64", 256: "256", 0: "all"}
STARTS = {"randn": "randn, as in the book", "uniform": "small uniform, as nn.Linear"}


def digits_field() -> Any:
    """Which digits: `auto` is the full sample where it is on disk, and the built-in ones elsewhere."""
    options = {"auto": "the most there are", "built-in": "1,000 built in", "full": "14,434 of the full sample"}
    return choice("auto", options, "Digits", more=True)


def batch_field() -> Any:
    """Items in a mini-batch; about 50 steps an epoch are the book's 49 on any number of digits."""
    return choice(FIFTY, BATCHES, "Batch size", more=True)


def seed_field() -> Any:
    return integer(42, 0, 999, "Seed", "Decides the first parameters and the order of the items.", more=True)


def device_field(when: When = None) -> Any:
    return choice("cpu", DEVICES, "Runs on", more=True, when=when)


def start_field() -> Any:
    return choice("randn", STARTS, "First parameters", more=True)


def batch_size(chosen: int, digits: str) -> int:
    """The batch size itself: 16 of the built-in digits or 256 of the full sample for about 50 steps an epoch."""
    if chosen == FIFTY:
        return 256 if digits == "full" else 16
    return chosen
