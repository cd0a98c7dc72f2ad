"""How many steps an epoch takes: here, and in the book's runs on the full sample."""

import math

from core.data.digits import COUNTS

BOOKS_SIZE = 256
"""Items in the book's mini-batches."""

FULL_SAMPLE = COUNTS["train/3"] + COUNTS["train/7"]
"""Digits that the book trains on."""


def steps_an_epoch(items: int, size: int) -> int:
    """Mini-batches of `size` that it takes to see all items, the last one smaller if there is a rest."""
    return math.ceil(items / size)


def book_sentence() -> str:
    """The book's steps an epoch, in a sentence."""
    steps = steps_an_epoch(FULL_SAMPLE, BOOKS_SIZE)
    return f"On the full sample's {FULL_SAMPLE:,} digits, batches of {BOOKS_SIZE} make {steps} steps an epoch."
