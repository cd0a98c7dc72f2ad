"""fastai's `aug_transforms` on a batch, and what it drew: read from the transforms once they have run.

Places on a picture are shares of its width and height: (0, 0) is the upper left corner, what lies outside leaves 0 to 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from core.arrays import Array

TRAIN, VALID = 0, 1  # fastai's split_idx
GRID = 56  # a picture's pixels that are traced back to the original, a side
CELLS = 32  # the original's side, for the part of it that is shown
ROUNDING = 1e-5  # of places, in float32
EDGE = 6  # points on each side of an outline: a strong warp bends it


@dataclass(frozen=True)
class Draws:
    """What was drawn for each of n pictures, and where they lie on the original; every array has n first."""

    flipped: Array  # (n) mirrored
    angle: Array  # (n) degrees
    zoom: Array  # (n) factor
    warp: Array  # (n, 2) in x and in y
    folded: Array  # (n) whether the warp's horizon runs through the picture
    brightness: Array  # (n) 0.5 leaves it as it is
    contrast: Array  # (n) factor
    boxes: Array  # (n, 4) the crop's top, left, height, width
    outlines: Array  # (n, 4 · EDGE, 2) the border on the original, from the upper left corner clockwise
    reflected: Array  # (n) share of the pixels that lie outside the original
    shown: Array  # (n, CELLS, CELLS) which parts of the original are seen

    def __len__(self) -> int:
        return len(self.flipped)


@dataclass(frozen=True)
class Augmented:
    """A batch behind the transforms, the same before crop and lighting, and what was drawn."""

    pictures: Array  # (n, height, width, 3) uint8
    uncropped: torch.Tensor  # (n, 3, height, width) in 0 to 1
    draws: Draws


def recipe(knobs: dict[str, Any], size: int) -> list[Any]:
    """The transforms of `aug_transforms(size=size, **knobs)`, in the order in which a data loader applies them."""
    from fastai.vision.augment import aug_transforms
    from fasttransform import Pipeline

    return list(Pipeline(aug_transforms(size=size, **knobs)).fs)


def through(batch: Array, transforms: Sequence[Any], split_idx: int = TRAIN) -> list[torch.Tensor]:
    """Squares (n, side, side, 3) uint8 before the transforms and behind each, as images (n, 3, height, width) in 0 to 1.

    The transforms draw anew each time, from the global generators: call it within `seeded`.
    """
    from fastai.vision.core import TensorImage

    stages = [TensorImage(torch.from_numpy(batch).permute(0, 3, 1, 2).float().div_(255))]
    for transform in transforms:
        stages.append(transform(stages[-1], split_idx=split_idx))
    return stages


def augment(batch: Array, transforms: Sequence[Any], split_idx: int = TRAIN) -> Augmented:
    """The same, with what was drawn."""
    from fastai.vision.augment import AffineCoordTfm

    stages = through(batch, transforms, split_idx)
    affine = int(bool(transforms) and isinstance(transforms[0], AffineCoordTfm))
    draws = read_draws(transforms, len(batch), batch.shape[1], stages[affine].shape[-1], split_idx)
    return Augmented(pixels(stages[-1]), stages[affine], draws)


def pixels(images: torch.Tensor) -> Array:
    """Images (n, 3, height, width) in 0 to 1 as (n, height, width, 3) uint8."""
    plain = images.as_subclass(torch.Tensor)
    return plain.mul(255).round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


def read_draws(transforms: Sequence[Any], n: int, side: int, out: int, split_idx: int) -> Draws:
    """What the transforms hold after a batch of n squares of `side` pixels, which the affine ones left `out` wide."""
    from fastai.vision.augment import AffineCoordTfm, LightingTfm, RandomResizedCropGPU

    affine, crop, light = (
        next((t for t in transforms if isinstance(t, kind)), None)
        for kind in (AffineCoordTfm, RandomResizedCropGPU, LightingTfm)
    )
    matrix = affine.mat.as_subclass(torch.Tensor) if affine else torch.eye(2, 3).expand(n, 2, 3)
    warp = affine.coord_fs[0] if affine and affine.coord_fs and split_idx == TRAIN else None
    moved = warp.targ_pts.as_subclass(torch.Tensor) if warp else torch.full((n, 4, 2), -1.0)
    lights = [fs.change.as_subclass(torch.Tensor) for fs in light.fs] if light and split_idx == TRAIN else []
    brightness, contrast = lights or (torch.full((n,), 0.5), torch.ones(n))
    box = np.array([*crop.tl, *crop.cp_size], np.float32) / out if crop else np.array([0, 0, 1, 1], np.float32)

    inside = _affinely(matrix, box, out)
    found, folded = _warped(inside, warp.orig_pts, moved) if warp else (inside, np.zeros(n, bool))
    places = ((found + 1) / 2 * (side - 1) + 0.5).div_(side).numpy()
    traced = places[:, 4 * EDGE :]
    outside = np.any(np.abs(traced - 0.5) > 0.5 + ROUNDING, axis=-1)
    return Draws(
        flipped=(torch.linalg.det(matrix[:, :, :2]) < 0).numpy(),
        angle=torch.rad2deg(torch.atan2(-matrix[:, 1, 0], matrix[:, 1, 1])).numpy(),
        zoom=torch.linalg.det(matrix[:, :, :2]).abs().rsqrt().numpy(),
        warp=(-1 - moved[:, 0].flip(1)).numpy(),
        folded=folded,
        brightness=brightness.numpy(),
        contrast=contrast.numpy(),
        boxes=np.tile(box, (n, 1)),
        outlines=places[:, : 4 * EDGE],
        reflected=outside.mean(1),
        shown=_cells(traced, outside),
    )


def _affinely(matrix: torch.Tensor, box: Array, out: int) -> torch.Tensor:
    """Where the border's points and the grid's lie before the warp, (n, points, 2) as grid_sample counts: pixel centres
    from −1 to 1."""
    top, left, height, width = box
    inside = torch.from_numpy(_points() * np.array([width, height]) + np.array([left, top])).float()
    centred = (inside * out - 0.5) * 2 / (out - 1) - 1
    return centred @ matrix[:, :, :2].transpose(1, 2) + matrix[:, None, :, 2]


def _warped(places: torch.Tensor, corners: torch.Tensor, moved: torch.Tensor) -> tuple[torch.Tensor, Array]:
    """The places (n, points, 2) behind the warp, and for which pictures one lies on its horizon or beyond."""
    from fastai.vision.augment import apply_perspective, find_coeffs

    coefficients = find_coeffs(corners, moved)
    denominator = places @ coefficients[:, 6:] + 1
    return apply_perspective(places, coefficients), (denominator[..., 0] <= 0).any(1).numpy()


def together(parts: Sequence[Draws]) -> Draws:
    """The draws of several batches as if they were one."""
    return Draws(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Draws)})


def distinct(pictures: Iterable[Array]) -> int:
    """How many of the pictures differ from each other, in whichever pixel."""
    return len({picture.tobytes() for picture in pictures})


def difference(pictures: Array, plain: Array) -> float:
    """The mean absolute difference of pixels, as a share of their range."""
    return float(np.abs(pictures.astype(np.int16) - plain).mean() / 255)


@lru_cache(maxsize=1)
def _points() -> Array:
    """Places on a picture (4 · EDGE + GRID · GRID, 2): around its border from the upper left corner clockwise, then all
    over it."""
    step, near, far = np.arange(EDGE) / EDGE, np.zeros(EDGE), np.ones(EDGE)
    border = [(step, near), (far, step), (1 - step, far), (near, 1 - step)]
    line = (np.arange(GRID) + 0.5) / GRID
    grid = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    return np.concatenate([*(np.stack(side, -1) for side in border), grid])


def _cells(traced: Array, outside: Array) -> Array:
    """The cells (n, CELLS, CELLS) of the original that the traced places (n, places, 2) fall into."""
    shown = np.zeros((len(traced), CELLS, CELLS), bool)
    column, row = np.clip(np.nan_to_num(traced) * CELLS, 0, CELLS - 1).astype(int).transpose(2, 0, 1)
    picture = np.broadcast_to(np.arange(len(traced))[:, None], outside.shape)
    shown[picture[~outside], row[~outside], column[~outside]] = True
    return shown
