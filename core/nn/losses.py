"""The lesson's losses and its metric, on plain tensors (fastbook chapter 4)."""

import torch
from torch import Tensor


def mse(predictions: Tensor, targets: Tensor) -> Tensor:
    """Mean squared error of two tensors of one shape; a scalar (chapter 4, "An end-to-end SGD example")."""
    return ((predictions - targets) ** 2).mean()


def distances(predictions: Tensor, targets: Tensor) -> Tensor:
    """The book's first `mnist_loss` before its mean: 1 - prediction where the target is 1, else the prediction."""
    return torch.where(targets == 1, 1 - predictions, predictions)


def mnist_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean distance of the sigmoid from the target: a scalar in [0, 1] (chapter 4).

    `logits` and `targets` have one shape; targets are 1 for a three and 0 for a seven.
    """
    predictions = logits.sigmoid()
    return torch.where(targets == 1, 1 - predictions, predictions).mean()


def batch_accuracy(logits: Tensor, targets: Tensor) -> Tensor:
    """Share of items on the right side of the threshold: 0 for logits, which is .5 after the sigmoid."""
    return ((logits > 0) == (targets == 1)).float().mean()
