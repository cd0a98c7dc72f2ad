"""A few pictures over some epochs: the data set stays as large as it is, the pictures that the model sees do not repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.augmentation.draws import VALID, distinct, pixels, recipe, through
from core.nn.seeded import seeded

COUNTED_EPOCHS = 6


@dataclass(frozen=True)
class Epochs:
    """What is seen of n training pictures and of v validation pictures, epoch by epoch; pictures are uint8."""

    train: Array  # (COUNTED_EPOCHS, n, height, width, 3)
    valid: Array  # (COUNTED_EPOCHS, v, height, width, 3)
    labels: tuple[str, ...]  # of the training pictures
    knob: str

    @property
    def size(self) -> int:
        """Items of the training set."""
        return self.train.shape[1]

    def seen(self, pictures: Array) -> list[int]:
        """How many different pictures there have been by the end of each epoch."""
        return [distinct(pictures[: epoch + 1].reshape(-1, *pictures.shape[2:])) for epoch in range(len(pictures))]

    def findings(self) -> list[str]:
        total, epochs = self.size * len(self.train), len(self.train)
        seen, plain = self.seen(self.train)[-1], self.seen(self.valid)[-1]
        rest = "" if seen == total else f" out of {total}: what this knob can draw repeats"
        return [
            f"The data set holds **{self.size} pictures** before the first epoch and after the last; an epoch is one pass "
            f"over these {self.size}, {total} in all.",
            f"Compared pixel by pixel, training has seen **{seen} different ones**{rest}. Without random transforms it "
            f"would be {self.size}.",
            f"Validation saw **{plain}** in {epochs} epochs: the same centre square every time, so that its metric "
            f"compares epochs and not luck.",
        ]

    def numbers(self) -> dict[str, Any]:
        return {
            "pictures in the data set": self.size,
            "epochs": len(self.train),
            "pictures seen": self.size * len(self.train),
            "different pictures seen": self.seen(self.train)[-1],
            "different validation pictures seen": self.seen(self.valid)[-1],
        }

    def table(self) -> dict[str, Any]:
        return {
            "epoch": list(range(1, len(self.train) + 1)),
            "pictures in the data set": [self.size] * len(self.train),
            "different training pictures seen": self.seen(self.train),
            "different validation pictures seen": self.seen(self.valid),
        }


def over_epochs(
    train: Sequence[Array],
    valid: Sequence[Array],
    labels: Sequence[str],
    knob: str,
    knobs: dict[str, Any],
    size: int,
    seed: int,
) -> Epochs:
    """Every epoch loads the same square pictures anew: the training ones through new draws, the validation ones plain."""
    first, second = np.stack(train), np.stack(valid)
    transforms = recipe(knobs, size)
    with seeded(seed):
        seen = [pixels(through(first, transforms)[-1]) for _ in range(COUNTED_EPOCHS)]
        plain = [pixels(through(second, transforms, VALID)[-1]) for _ in range(COUNTED_EPOCHS)]
    return Epochs(np.stack(seen), np.stack(plain), tuple(labels), knob)
