"""Softmax as the book writes it, and the activations that several views start from (fastbook chapter 5)."""

import torch
from torch import Tensor

from core.arrays import Array
from core.words import format_any_large

REACH = 8  # an activation is moved so far both ways


def softmax(activations: Tensor) -> Tensor:
    """Exponents divided by their sum, as the book writes it; (n, classes) → (n, classes)."""
    exponents = activations.exp()
    return exponents / exponents.sum(dim=1, keepdim=True)


def stable_exponents(activations: Tensor) -> Tensor:
    """Exponents of (n, classes) activations less the largest of their row, as `torch.softmax` raises them."""
    return (activations - activations.max(1, keepdim=True).values).exp()


def book_activations(items: int, classes: int, seed: int) -> Tensor:
    """The book's `torch.random.manual_seed(seed); torch.randn((items, classes))*2`, from a generator of its own."""
    return torch.randn((items, classes), generator=torch.Generator().manual_seed(seed)) * 2


def join_numbers(values: Array, digits: int = 4) -> str:
    """Numbers of any size with commas between them: 0.6734, 43,191, NaN."""
    return ", ".join(format_any_large(float(value), digits) for value in values)
