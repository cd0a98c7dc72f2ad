"""Some batches of pictures: flip, turn, zoom and warp are drawn for each picture, the crop box for the batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.exhibits.augmentation.draws import Draws, augment, draw_columns, joined_draws, pixels, recipe
from core.exhibits.augmentation.settings import Settings
from core.exhibits.augmentation.squares import BATCH_SIDE, LabelledSquare, first_square, training_squares
from core.nn.seeded import seeded

BATCHES = 3
ITEMS = 5  # of a batch


@dataclass(frozen=True, kw_only=True)
class Batches:
    """The same n pictures in `BATCHES` batches, before and after the crop; pictures are (height, width, 3) uint8."""

    settings: Settings
    uncropped: Array  # (BATCHES · n, height, width, 3), at half the size
    pictures: Array  # (BATCHES · n, height, width, 3)
    draws: Draws
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Pictures in a batch."""
        return len(self.pictures) // BATCHES

    def with_first(self, first: LabelledSquare) -> "Batches":
        """The same draws with another picture in the first place."""
        return batches(first, self.settings)

    def boxes(self) -> list[int]:
        """How many different crop boxes there are within each batch."""
        return [len(np.unique(boxes, axis=0)) for boxes in np.split(self.draws.boxes, BATCHES)]

    def findings(self) -> list[str]:
        flipped = self.draws.flipped.reshape(BATCHES, -1).sum(1)
        angles = len(np.unique(self.draws.angle[: self.size]))
        return [
            self._crops(),
            f"Flip and turn are drawn for each picture: {', '.join(map(str, flipped))} of {self.size} are flipped, and "
            f"the first batch has {angles} different angles.",
        ]

    def _crops(self) -> str:
        height = self.draws.boxes[:: self.size, 2]
        if (height >= 1).all():
            return (
                "With `min_scale=1` there is no crop: the affine transforms bring the pictures to their size in one go."
            )
        sides = ", ".join(f"{side:.0%}" for side in height)
        return (
            f"**{max(self.boxes())} crop box** in each batch of {self.size}, with a side of {sides} of the picture's: "
            "`RandomResizedCropGPU` draws when the batch arrives, so every picture of it is cut at the same place."
        )

    def numbers(self) -> Numbers:
        return {
            "pictures in a batch": self.size,
            "batches": BATCHES,
            "crop boxes": len(np.unique(self.draws.boxes, axis=0)),
            "most crop boxes within a batch": max(self.boxes()),
            "angles": len(np.unique(self.draws.angle)),
            "flipped": int(self.draws.flipped.sum()),
        }

    def table(self) -> Table:
        batch = np.repeat(np.arange(1, BATCHES + 1), self.size).tolist()
        return {"batch": batch, "picture": list(self.labels) * BATCHES, **draw_columns(self.draws)}


def batches(first: LabelledSquare, settings: Settings) -> Batches:
    """`first` and pets as `BATCHES` batches, each drawn anew."""
    squares: Sequence[LabelledSquare] = [first, *training_squares(settings.pets, ITEMS - 1)]
    batch = np.stack([square.pixels for square in squares])
    transforms = recipe(settings.knobs, BATCH_SIDE)
    with seeded(settings.seed):
        augmented = [augment(batch, transforms) for _ in range(BATCHES)]
    half = [pixels(torch.nn.functional.avg_pool2d(one.uncropped.as_subclass(torch.Tensor), 2)) for one in augmented]
    return Batches(
        settings=settings,
        uncropped=np.concatenate(half),
        pictures=np.concatenate([one.pictures for one in augmented]),
        draws=joined_draws([one.draws for one in augmented]),
        labels=tuple(square.label for square in squares),
    )


def experiment(settings: Settings) -> Batches:
    """With the chosen picture in the first place."""
    return batches(first_square(settings), settings)
