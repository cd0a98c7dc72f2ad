"""Tensors of rank 0 to 4 on the stage, each with the outline of the one before it."""

from typing import Any

import numpy as np
from torch import Tensor

from core.arrays import Array
from core.exhibits.digits_as_numbers.pictures import SIDE
from core.exhibits.digits_as_numbers.ranks import Ranks
from core.exhibits.digits_as_numbers.staging import staged
from core.stage.panels import Pixels, Step, Steps
from core.stage.scene import Row, Scene

STACK, COLOURED = 12, 6  # pictures shown of the stack, and of the batch in colour
LAYOUT: tuple[dict[str, Any], ...] = (
    {"weight": 2, "text": 2, "cell": (26, 22), "narrow_height": 46},
    {"weight": 25, "text": 2, "cell": (22, 22), "stretch": True, "narrow_height": 52},
    {"weight": 4, "narrow_height": 200},
    {"weight": 6, "columns": 4, "narrow_height": 250},
    {"weight": 8, "columns": COLOURED, "narrow_height": 200},
)
"""How each rank's panel is laid out."""


def scene(result: Ranks) -> Scene:
    """Its time is the rank."""
    pictures = [_panel(rank, *shown) for rank, shown in enumerate(zip(_titles(result), *_shown(result), strict=True))]
    steps = [_step(*ranked) for ranked in result.tensors]
    lines = Steps(steps=steps, active=np.arange(len(steps)), narrow_height="auto")
    labels = [f"rank {tensor.ndim}: {name}, {tuple(tensor.shape)}" for name, _, tensor in result.tensors]
    return staged(result, (Row(44, pictures[:2]), Row(168, pictures[2:]), Row(204, (lines,))), labels)


def _titles(result: Ranks) -> list[str]:
    stack, coloured = result.tensors[3][2], result.tensors[4][2]
    few = [f"Rank 3: {STACK} of {len(stack):,}", f"Rank 4: {COLOURED} of {len(coloured)}, red, green and blue"]
    return ["Rank 0", "Rank 1", "Rank 2", *few]


def _shown(result: Ranks) -> tuple[list[Array], list[tuple[int, ...]]]:
    """What is shown of each tensor, and where in it the rank before stands: tile, row, column, height, width."""
    row, column = result.pixel
    stack, coloured = result.tensors[3][2], result.tensors[4][2]
    start = min(result.index, len(stack) - STACK)
    first = start if start + COLOURED <= len(coloured) else 0
    channels = coloured[first : first + COLOURED].transpose(0, 1)  # one below the other
    tensors = (*(tensor for _, _, tensor in result.tensors[:3]), stack[start : start + STACK], channels)
    nowhere, tile = (0,) * 5, result.index - first
    boxes: list[tuple[int, ...]] = [
        nowhere,
        (0, 0, column, 1, 1),
        (0, row, 0, 1, SIDE),
        (result.index - start, 0, 0, SIDE, SIDE),
        (tile, 0, 0, SIDE, SIDE) if tile < COLOURED else nowhere,
    ]
    return [tensor.numpy() for tensor in tensors], boxes


def _panel(rank: int, title: str, image: Array, box: tuple[int, ...]) -> Pixels:
    """A tensor as pictures, empty before the frame of its rank."""
    size = image.shape[-2:] if image.ndim > 1 else (1, image.size)
    frames = np.arange(5)
    return Pixels(
        title=title,
        array=image.reshape(1, -1, *size),
        up_to=np.where(frames >= rank, image.size, 0),
        box=np.where(frames[:, None] >= rank, [box], 0),
        **LAYOUT[rank],
    )


def _step(name: str, code: str, tensor: Tensor) -> Step:
    rank, shape = tensor.ndim, tuple(tensor.shape)
    words = f"{name}: {tensor.numel():,} numbers" if rank else f"{name}: the number {tensor.item():.3g}"
    return Step(name=f"rank {rank}", code=code, shapes=f"{shape}, ndim {rank}", formula=[words])
