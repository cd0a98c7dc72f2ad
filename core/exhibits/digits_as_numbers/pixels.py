"""A picture as 784 numbers, unrolled row by row into the last row of a batch (fastbook chapter 4)."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.exhibits.digits_as_numbers.pictures import SIDE, batch_with, digits_and_stack
from core.exhibits.digits_as_numbers.settings import Settings
from core.nn.models import PIXELS


@dataclass(frozen=True, kw_only=True)
class Unrolled:
    """One picture on its way into a batch; it is the batch's last row."""

    digit: int  # 3 or 7
    stored: Array  # (28, 28) uint8, as in the file
    batch: Array  # (n, 784), 0 to 1
    counts: tuple[int, ...]  # threes and sevens to train on, then to validate

    def findings(self) -> list[str]:
        stored, batch, n = self.stored, self.batch, len(self.batch)
        row, column = np.unravel_index(stored.argmax(), stored.shape)
        place = SIDE * row + column
        threes, sevens, valid_threes, valid_sevens = self.counts
        return [
            f"The picture is {SIDE} × {SIDE} = **{stored.size} numbers** from 0 to 255; {(stored == 0).sum()} of them "
            f"are 0. Divided by 255 they lie between 0 and 1: here from {batch[-1].min():.3g} to "
            f"{batch[-1].max():.3g}.",
            f"Row after row they become one row of {stored.size}. The pixel in row r, column c gets place 28·r + c: "
            f"row {row}, column {column} is `x[{place}]`, {stored[row, column]}/255 = {batch[-1, place]:.3g}.",
            f"{n} such {'row is' if n == 1 else 'rows are'} a batch of shape **{batch.shape}**. All "
            f"{threes + sevens:,} training images ({threes:,} threes, {sevens:,} sevens) are `train_x`, "
            f"({threes + sevens}, 784); {valid_threes + valid_sevens:,} more are kept to "
            f"validate. The target of a 3 is 1, of a 7 it is 0: this one's is {int(self.digit == 3)}.",
        ]

    def numbers(self) -> Numbers:
        names = ("training threes", "training sevens", "validation threes", "validation sevens")
        return {
            "black pixels": int((self.stored == 0).sum()),
            "brightest": int(self.stored.max()),
            "mean": float(self.batch[-1].mean()),
            **dict(zip(names, self.counts, strict=True)),
            "training images": sum(self.counts[:2]),
            "validation images": sum(self.counts[2:]),
        }

    def table(self) -> Table:
        place = np.arange(PIXELS)
        columns = {"row": place // SIDE, "column": place % SIDE, "place": place}
        return {**columns, "0 to 255": self.stored.flatten(), "x": self.batch[-1]}


def experiment(settings: Settings) -> Unrolled:
    """One validation digit as the last row of a batch."""
    digits, stack = digits_and_stack(settings)
    image = stack[settings.index]
    batch = batch_with(image, digits, settings.items, settings.picture, settings.seed)
    counts = [int((targets == one).sum()) for targets in (digits.y_train, digits.y_valid) for one in (1, 0)]
    return Unrolled(
        digit=settings.digit,
        stored=(image * 255).round().to(torch.uint8).numpy(),
        batch=batch.numpy(),
        counts=tuple(counts),
    )
