"""The calls of fastai's transforms, recorded while a loader makes a batch: input, output and what resampled."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from core.arrays import Array
from core.exhibits.presizing.resamplings import Resampling


@dataclass(frozen=True, kw_only=True)
class TransformCall:
    """One transform's call, on one item or on the whole batch."""

    name: str
    on_batch: bool
    device: str
    before: str  # sizes or shapes in words
    after: str
    resamplings: tuple[Resampling, ...]
    picture: Array | None  # (height, width, 3) uint8, of the first item after it


class RecordingTransform:
    """Stands in a pipeline for a transform: calls it, and appends to `calls` what it did.

    `resamplings` are those of the thread so far; those that the transform adds are its own.
    """

    def __init__(self, tfm: Any, calls: list[TransformCall], resamplings: list[Resampling], on_batch: bool):
        self.tfm, self.calls, self.resamplings, self.on_batch = tfm, calls, resamplings, on_batch

    def __call__(self, x: Any, **kwargs: Any) -> Any:
        start, before = len(self.resamplings), shape_of(x)
        made = self.tfm(x, **kwargs)
        image = input_of(made)
        call = TransformCall(
            name=name_of(self.tfm),
            on_batch=self.on_batch,
            device=image.device.type if isinstance(image, Tensor) else "cpu",
            before=before,
            after=shape_of(made),
            resamplings=tuple(self.resamplings[start:]),
            picture=first_picture(image),
        )
        self.calls.append(call)
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tfm, name)


def input_of(x: Any) -> Any:
    """The input of an (input, target) pair."""
    return x[0] if isinstance(x, tuple) else x


def shape_of(x: Any) -> str:
    """A picture's size or a tensor's shape in words."""
    x = input_of(x)
    if isinstance(x, Tensor):
        return "×".join(str(n) for n in x.shape) + (" in 0–1" if x.is_floating_point() else " in 0–255")
    return f"{x.width}×{x.height} picture" if hasattr(x, "width") else "file"


def name_of(tfm: Any) -> str:
    """The transform's class, with those that were composed into it."""
    composed = ("aff_fs", "coord_fs", "fs")
    inside = [part_name(part) for name in composed for part in getattr(tfm, name, ())]
    if len(inside) > 1:
        return f"{' + '.join(inside)}, composed"
    name = type(tfm).__name__
    return str(getattr(tfm, "name", name)) if name == "Transform" else name


def part_name(part: Any) -> str:
    """rotate_mat → rotate, _WarpCoord → warp, _BrightnessLogit → brightness."""
    raw = getattr(getattr(part, "func", part), "__name__", type(part).__name__)
    return raw.removesuffix("_mat").removesuffix("Coord").removesuffix("Logit").strip("_").lower()


def first_picture(image: Any) -> Array | None:
    """The first picture in uint8; None where there is none yet."""
    if not isinstance(image, Tensor):
        return np.array(image) if hasattr(image, "width") else None
    one = (image[0] if image.dim() == 4 else image).detach().cpu().as_subclass(Tensor)
    one = (one.clamp(0, 1) * 255).round().byte() if one.is_floating_point() else one
    return one.permute(1, 2, 0).numpy()
