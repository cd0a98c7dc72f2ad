"""A number, a row, a picture, a stack of pictures, a batch in colour: tensors of rank 0 to 4 (fastbook chapter 4)."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from core.arrays import Numbers, Table
from core.exhibits.digits_as_numbers.pictures import SIDE, digits_and_stack
from core.exhibits.digits_as_numbers.settings import Settings
from core.nn.models import PIXELS


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """Tensors of rank 0 to 4, cut out of each other: each contains the one before it."""

    tensors: tuple[tuple[str, str, Tensor], ...]  # name, the code that makes it, the tensor
    index: int  # of the picture in the stack
    pixel: tuple[int, int]  # row and column of the scalar
    flat: Tensor  # the rank-3 stack as rank 2

    def findings(self) -> list[str]:
        *_, (_, code, stack), (_, _, colour) = self.tensors
        flat = self.flat
        return [
            "The **rank** is the number of axes, `.ndim`, and so the number of indices that it takes to name one "
            "number: " + ", ".join(f"{name} {tensor.ndim}" for name, _, tensor in self.tensors) + ".",
            f"It says nothing of size: the stack has {stack.numel():,} numbers and rank {stack.ndim}, the batch in "
            f"colour {colour.numel():,} and rank {colour.ndim}.",
            f"`{code}.view(-1, 784)` makes {tuple(stack.shape)} into {tuple(flat.shape)}: rank {flat.ndim}, "
            f"{'the same' if flat.numel() == stack.numel() else 'other'} {flat.numel():,} numbers.",
        ]

    def numbers(self) -> Numbers:
        ranks = {f"rank of the {name}": tensor.ndim for name, _, tensor in self.tensors}
        return ranks | {f"ndim of {code}": tensor.ndim for _, code, tensor in self.tensors}

    def table(self) -> Table:
        rows = [(name, code, str(tuple(t.shape)), t.ndim, t.numel()) for name, code, t in self.tensors]
        columns = map(np.array, zip(*rows, strict=True))
        return dict(zip(("name", "code", "shape", "ndim", "numbers"), columns, strict=True))


def experiment(settings: Settings) -> Ranks:
    """The chosen validation digit, its row and pixel, and the stack that it stands in."""
    _, stack = digits_and_stack(settings)
    return ranks(stack, f"valid_{settings.digit}_tens", settings.index)


def ranks(stack: Tensor, name: str, index: int) -> Ranks:
    """Tensors of rank 0 to 4 from a stack (n, 28, 28): its pixel, row, image, itself, and a colour batch of it."""
    row = SIDE // 2
    column = int(stack[index, row].argmax())
    tensors = (
        ("scalar", f"{name}[{index}, {row}, {column}]", stack[index, row, column]),
        ("vector", f"{name}[{index}, {row}]", stack[index, row]),
        ("matrix", f"{name}[{index}]", stack[index]),
        ("stack of pictures", name, stack),
        ("batch in colour", f"{name}[:64, None].expand(-1, 3, -1, -1)", stack[:64, None].expand(-1, 3, -1, -1)),
    )
    return Ranks(tensors=tensors, index=index, pixel=(row, column), flat=stack.view(-1, PIXELS))
