"""The table that several views start from: six rows of activations and their targets."""

import torch
from torch import Tensor

from core.exhibits.cross_entropy.settings import ROWS

BOOK = (0, 1, 0, 1, 1, 0)
"""The book's targets for six threes and sevens."""


def six_rows(classes: int, seed: int) -> tuple[Tensor, Tensor]:
    """Six rows of activations and their targets, (6, classes) and (6,); for two classes the book's (seed 42)."""
    generator = torch.Generator().manual_seed(seed)
    activations = torch.randn((ROWS, classes), generator=generator) * 2
    if classes == 2:
        return activations, torch.tensor(BOOK)
    return activations, torch.randint(classes, (ROWS,), generator=generator)
