"""fastai's `aug_transforms` on a batch, and what it drew: read from the transforms once they have run.

Places on a picture are shares of its width and height: (0, 0) is the upper left corner; outside it they leave 0 to 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch

from core.arrays import Array, Table

TRAIN, VALID = 0, 1  # fastai's split_idx
ROUNDING = 1e-5  # of places: fastai's matrices are float32
EDGE = 6  # points on each side of an outline: a strong warp bends it


@dataclass(frozen=True, kw_only=True)
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
    reflected: Array  # (n) share of the pixels that come from outside the original
    shown: Array  # (n, side, side) which pixels of the original are seen

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
    """Squares (n, side, side, 3) uint8 before all transforms and after each: images (n, 3, height, width) in 0 to 1.

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
    box = np.array([*crop.tl, *crop.cp_size]) if crop else np.array([0, 0, out, out])
    back = _way_back(matrix.double(), (warp.orig_pts.double(), moved.double()) if warp else None)
    outlines, _ = _sent(back, _centred(_border(box), out))
    places, depth = _sent(back, _centred(_pixels(box, crop.size[0] if crop else out), out))
    return Draws(
        flipped=(torch.linalg.det(matrix[:, :, :2]) < 0).numpy(),
        angle=torch.rad2deg(torch.atan2(-matrix[:, 1, 0], matrix[:, 1, 1])).numpy(),
        zoom=torch.linalg.det(matrix[:, :, :2]).abs().rsqrt().numpy(),
        warp=(-1 - moved[:, 0].flip(1)).numpy(),
        folded=(depth <= 0).any(1).numpy(),
        brightness=brightness.numpy(),
        contrast=contrast.numpy(),
        boxes=np.tile((box / out).astype(np.float32), (n, 1)),
        outlines=((outlines + 1) / 2 * (side - 1) + 0.5).div_(side).numpy(),
        reflected=(places.abs() > 1 + ROUNDING).any(-1).double().mean(1).numpy(),
        shown=_seen(back, box, side, out),
    )


def _way_back(affine: torch.Tensor, corners: tuple[torch.Tensor, torch.Tensor] | None) -> torch.Tensor:
    """The matrices (n, 3, 3) that lead from places behind the affine transforms to those of the original.

    Places are as grid_sample counts them, pixel centres from −1 to 1; `affine` is (n, 2, 3), and a warp leads the
    second `corners` (n, 4, 2) to the first.
    """
    from fastai.vision.augment import find_coeffs

    last = torch.tensor([0.0, 0.0, 1.0], dtype=affine.dtype).expand(len(affine), 1, 3)
    matrix = torch.cat([affine, last], 1)
    if corners is None:
        return matrix
    warp = torch.cat([find_coeffs(*corners)[..., 0], last[:, 0, 2:]], 1).view(-1, 3, 3)
    return warp @ matrix


def _sent(matrices: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Places (points, 2) through each matrix, (n, points, 2), and their depths (n, points): ≤ 0 beyond the horizon."""
    sent = places @ matrices[:, :, :2].transpose(1, 2) + matrices[:, None, :, 2]
    return sent[..., :2] / sent[..., 2:], sent[..., 2]


def _centred(at: Array, side: int) -> torch.Tensor:
    """Places in pixels, the first one's centre at 0, as grid_sample counts them: from −1 to 1."""
    return torch.from_numpy(at * 2 / (side - 1) - 1)


def _seen(back: torch.Tensor, box: Array, side: int, out: int) -> Array:
    """Which pixels of the original, (n, side, side), lie inside a box (top, left, height, width) of the pictures."""
    line = np.arange(side, dtype=float)
    pixels_of_original = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    places, _ = _sent(torch.linalg.inv(back), _centred(pixels_of_original, side))
    at = (places + 1) / 2 * (out - 1) + 0.5 - torch.tensor([box[1], box[0]])
    inside = (at >= 0) & (at <= torch.tensor([box[3], box[2]]))
    return inside.all(-1).view(-1, side, side).numpy()


def joined_draws(parts: Sequence[Draws]) -> Draws:
    """The draws of several batches as if they were one."""
    return Draws(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Draws)})


def distinct(pictures: Iterable[Array]) -> int:
    """How many of the pictures differ from each other, in whichever pixel."""
    return len({picture.tobytes() for picture in pictures})


def difference(pictures: Array, plain: Array) -> float:
    """The mean absolute difference of pixels, as a share of their range."""
    return float(np.abs(pictures.astype(np.int16) - plain).mean() / 255)


def _border(box: Array) -> Array:
    """Places (4 · EDGE, 2) in pixels around a box (top, left, height, width), clockwise from upper left."""
    step, near, far = np.arange(EDGE) / EDGE, np.zeros(EDGE), np.ones(EDGE)
    sides = [(step, near), (far, step), (1 - step, far), (near, 1 - step)]
    around = np.concatenate([np.stack(side, -1) for side in sides])
    return around * [box[3], box[2]] + [box[1], box[0]] - 0.5


def _pixels(box: Array, size: int) -> Array:
    """Where each pixel of a picture of that size, (size · size, 2), looks into a box (top, left, height, width)."""
    line = np.arange(size) / (size - 1)
    grid = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    return grid * [box[3] - 1, box[2] - 1] + [box[1], box[0]]


def draw_columns(draws: Draws) -> Table:
    """The draws in columns, a row a picture."""
    return {
        "flipped": draws.flipped.tolist(),
        "angle": draws.angle.round(2).tolist(),
        "zoom": draws.zoom.round(3).tolist(),
        "warp x": draws.warp[:, 0].round(3).tolist(),
        "warp y": draws.warp[:, 1].round(3).tolist(),
        "brightness": draws.brightness.round(3).tolist(),
        "contrast": draws.contrast.round(3).tolist(),
        "crop top": draws.boxes[:, 0].round(3).tolist(),
        "crop left": draws.boxes[:, 1].round(3).tolist(),
        "crop height": draws.boxes[:, 2].round(3).tolist(),
        "reflected": draws.reflected.round(4).tolist(),
        "shown": draws.shown.mean((1, 2)).round(3).tolist(),
    }
