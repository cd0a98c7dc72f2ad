"""A few pictures over some epochs: the data set keeps its size, the pictures that the model sees do not repeat."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.exhibits.augmentation.draws import VALID, distinct, pixels, recipe, through
from core.exhibits.augmentation.settings import Settings
from core.exhibits.augmentation.squares import (
    BATCH_SIDE,
    LabelledSquare,
    first_square,
    training_squares,
    validation_square,
)
from core.nn.seeded import seeded

COUNTED_EPOCHS = 6
ITEMS = 4  # of the training set


@dataclass(frozen=True, kw_only=True)
class SeenPictures:
    """What is seen of n training pictures and of v validation pictures, epoch by epoch; pictures are uint8."""

    settings: Settings
    train: Array  # (COUNTED_EPOCHS, n, height, width, 3)
    valid: Array  # (COUNTED_EPOCHS, v, height, width, 3)
    labels: tuple[str, ...]  # of the training pictures

    @property
    def size(self) -> int:
        """Items of the training set."""
        return self.train.shape[1]

    def with_first(self, first: LabelledSquare) -> "SeenPictures":
        """The same draws with another picture in the first place."""
        return over_epochs(first, self.settings)

    def seen(self, pictures: Array) -> list[int]:
        """How many different pictures there have been by the end of each epoch."""
        return [distinct(pictures[: epoch + 1].reshape(-1, *pictures.shape[2:])) for epoch in range(len(pictures))]

    def findings(self) -> list[str]:
        total, epochs = self.size * len(self.train), len(self.train)
        seen, plain = self.seen(self.train)[-1], self.seen(self.valid)[-1]
        rest = "" if seen == total else f" out of {total}: what this knob can draw repeats"
        return [
            f"The data set holds **{self.size} pictures** before the first epoch and after the last; an epoch is one "
            f"pass over these {self.size}, {total} in all.",
            f"Compared pixel by pixel, training has seen **{seen} different ones**{rest}. Without random transforms it "
            f"would be {self.size}.",
            f"Validation saw **{plain}** in {epochs} epochs: the same centre square every time, so that its metric "
            "compares epochs and not luck.",
        ]

    def numbers(self) -> Numbers:
        return {
            "pictures in the data set": self.size,
            "epochs": len(self.train),
            "pictures seen": self.size * len(self.train),
            "different pictures seen": self.seen(self.train)[-1],
            "different validation pictures seen": self.seen(self.valid)[-1],
        }

    def table(self) -> Table:
        return {
            "epoch": list(range(1, len(self.train) + 1)),
            "pictures in the data set": [self.size] * len(self.train),
            "different training pictures seen": self.seen(self.train),
            "different validation pictures seen": self.seen(self.valid),
        }


def size_afterwards(result: SeenPictures) -> str:
    """The answer to the page's question: how many pictures the data set holds after some epochs."""
    return str(result.size)


def epoch_by_epoch(train: Sequence[Array], valid: Sequence[Array], settings: Settings) -> tuple[Array, Array]:
    """Load the same squares anew each epoch: the training ones through new draws, the validation ones without any."""
    first, second = np.stack(train), np.stack(valid)
    transforms = recipe(settings.knobs, BATCH_SIDE)
    with seeded(settings.seed):
        seen = [pixels(through(first, transforms)[-1]) for _ in range(COUNTED_EPOCHS)]
        plain = [pixels(through(second, transforms, VALID)[-1]) for _ in range(COUNTED_EPOCHS)]
    return np.stack(seen), np.stack(plain)


def over_epochs(first: LabelledSquare, settings: Settings) -> SeenPictures:
    """A training set of `first` and pets, and one pet for validation, over some epochs."""
    squares = [first, *training_squares(settings.pets, ITEMS - 1)]
    validation = [validation_square(settings.pets).pixels]
    train, valid = epoch_by_epoch([square.pixels for square in squares], validation, settings)
    return SeenPictures(settings=settings, train=train, valid=valid, labels=tuple(square.label for square in squares))


def experiment(settings: Settings) -> SeenPictures:
    """With the chosen picture in the first place."""
    return over_epochs(first_square(settings), settings)
