"""Slopes by autograd, of many losses at once."""

import torch
from torch import Tensor


def slope(losses: Tensor, at: Tensor) -> Tensor:
    """The slope of every loss (n,) in its own logit (n,) or logits (n, classes), of the shape of `at`, by autograd."""
    (slopes,) = torch.autograd.grad(losses.sum(), at)
    return slopes
