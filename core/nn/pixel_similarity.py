"""The baseline without learning: how far a picture is from the average three and seven (fastbook chapter 4)."""

from functools import lru_cache

import torch
from torch import Tensor

from core.data.digits import DigitsName, load


def mnist_distance(a: Tensor, b: Tensor) -> Tensor:
    """Mean absolute difference, L1, over the last axis (chapter 4)."""
    return (a - b).abs().mean(-1)


@lru_cache(maxsize=2)
def average_digits(name: DigitsName) -> Tensor:
    """The lesson's `mean3` and `mean7`, of the training digits: (2, 784)."""
    digits = load(name)
    threes = digits.y_train[:, 0] == 1
    return torch.stack([digits.x_train[threes].mean(0), digits.x_train[~threes].mean(0)])
