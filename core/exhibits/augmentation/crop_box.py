"""Some batches of different pictures: flip, turn, zoom and warp are drawn for each picture, the crop box for the batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.arrays import Array
from core.exhibits.augmentation.draws import Draws, augment, pixels, recipe, together
from core.exhibits.augmentation.variants import columns
from core.nn.seeded import seeded

BATCHES = 3


@dataclass(frozen=True)
class Batches:
    """The same n pictures in `BATCHES` batches, before and after the crop; pictures are (height, width, 3) uint8."""

    uncropped: Array  # (BATCHES · n, height, width, 3), at half the size
    pictures: Array  # (BATCHES · n, height, width, 3)
    draws: Draws
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Pictures in a batch."""
        return len(self.pictures) // BATCHES

    def boxes(self) -> list[int]:
        """How many different crop boxes there are within each batch."""
        return [len(np.unique(boxes, axis=0)) for boxes in np.split(self.draws.boxes, BATCHES)]

    def findings(self) -> list[str]:
        height = self.draws.boxes[:: self.size, 2]
        flipped = self.draws.flipped.reshape(BATCHES, -1).sum(1)
        turned = self.draws.angle.reshape(BATCHES, -1)
        apart = " and ".join(str(len(np.unique(angles))) for angles in turned[:1])
        if (height >= 1).all():
            crops = (
                "With `min_scale=1` there is no crop: the affine transforms bring the pictures to their size in one go."
            )
        else:
            sides = ", ".join(f"{side:.0%}" for side in height)
            most = max(self.boxes())
            crops = (
                f"**{most} crop box** in each batch of {self.size}, with a side of {sides} of the picture's: "
                f"`RandomResizedCropGPU` draws when the batch arrives, so every picture of it is cut at the same place."
            )
        return [
            crops,
            f"Flip and turn are drawn for each picture: {', '.join(map(str, flipped))} of {self.size} are flipped, and the "
            f"first batch has {apart} different angles.",
        ]

    def numbers(self) -> dict[str, Any]:
        return {
            "pictures in a batch": self.size,
            "batches": BATCHES,
            "crop boxes": len(np.unique(self.draws.boxes, axis=0)),
            "most crop boxes within a batch": max(self.boxes()),
            "angles": len(np.unique(self.draws.angle)),
            "flipped": int(self.draws.flipped.sum()),
        }

    def table(self) -> dict[str, Any]:
        batch = np.repeat(np.arange(1, BATCHES + 1), self.size).tolist()
        return {"batch": batch, "picture": list(self.labels) * BATCHES, **columns(self.draws)}


def batches(pictures: Sequence[Array], labels: Sequence[str], knobs: dict[str, Any], size: int, seed: int) -> Batches:
    """The square pictures as `BATCHES` batches, each drawn anew."""
    stacked = np.stack(pictures)
    transforms = recipe(knobs, size)
    with seeded(seed):
        made = [augment(stacked, transforms) for _ in range(BATCHES)]
    half = [pixels(torch.nn.functional.avg_pool2d(one.uncropped.as_subclass(torch.Tensor), 2)) for one in made]
    cut = np.concatenate([one.pictures for one in made])
    return Batches(np.concatenate(half), cut, together([one.draws for one in made]), tuple(labels))
