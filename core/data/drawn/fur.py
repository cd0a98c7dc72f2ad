"""Fur: noise combed along a field of directions, and pictures pulled along the hairs.

Combing is line integral convolution (Cabral and Leedom, 1993) by doubling: the mean of two points, then of two such
means further apart, and so on, so that n look-ups average 2ⁿ points of a line.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.arrays import Array
from core.data.drawn.coat import times


def resized(fields: Array, height: int, width: int, mode: str = "bilinear") -> Array:
    """(c, h, w) at another size."""
    return F.interpolate(torch.from_numpy(fields)[None], (height, width), mode=mode, align_corners=False)[0].numpy()


def blurred(fields: Array, radius: float) -> Array:
    """(c, h, w) softened over about `radius` pixels, computed on a smaller picture where that is enough."""
    _, h, w = fields.shape
    factor = max(1, int(radius / 2))
    small = torch.from_numpy(np.require(fields, np.float32, ["C", "W"]))[None]
    if factor > 1:
        small = F.interpolate(small, (max(2, h // factor), max(2, w // factor)), mode="area")
    reach = min(max(1, round(radius / factor * 0.7)), min(small.shape[-2:]) - 1)
    for _ in range(2 if radius > 1 else 1):
        small = F.avg_pool2d(F.pad(small, (reach,) * 4, mode="replicate"), 2 * reach + 1, stride=1)
    return small[0].numpy() if factor == 1 else F.interpolate(small, (h, w), mode="bilinear")[0].numpy()


@lru_cache(maxsize=4)
def _base(height: int, width: int) -> Tensor:
    """(h, w, 2): the coordinates with which `grid_sample` leaves a picture as it is."""
    ys = (torch.arange(height) * 2 + 1) / height - 1
    xs = (torch.arange(width) * 2 + 1) / width - 1
    base = torch.empty(height, width, 2)
    base[..., 0], base[..., 1] = xs[None], ys[:, None]
    return base


def pulled(fields: Array, flow: Array, reach: Array) -> Array:
    """`fields` (c, ·, ·) at the size (h, w) of `flow` (2, h, w), each pixel looked up `reach` pixels up its hair."""
    _, h, w = flow.shape
    step = np.empty((h, w, 2), np.float32)
    for axis, size in enumerate((w, h)):
        step[..., axis] = times(flow[axis] * reach, np.float32(2 / size))
    grid = _base(h, w) - torch.from_numpy(step)
    found = F.grid_sample(torch.from_numpy(fields)[None], grid[None], padding_mode="border", align_corners=False)
    return found[0].numpy()


def combed(noise: Array, flow: Array, doublings: int, stride: float = 1.0) -> Array:
    """Noise (h, w) averaged over 2^doublings points, `stride` pixels apart, along `flow` (2, h, w, unit vectors)."""
    h, w = noise.shape
    base = _base(h, w)
    step = torch.empty(h, w, 2)
    for axis, size in enumerate((w, h)):
        np.multiply(flow[axis], np.float32(2 * stride / size), out=step.numpy()[..., axis])
    hair = torch.from_numpy(noise)[None, None]
    for k in range(doublings):
        there = torch.sub(base, step, alpha=float(2**k))[None]
        moved = F.grid_sample(hair, there, padding_mode="border", align_corners=False)
        hair = moved.add_(hair).mul_(0.5)
    return hair[0, 0].numpy()


def strands(rng: np.random.Generator, flow: Array, thickness: float, doublings: int) -> Array:
    """Hairs (h, w) between 0 and 1, about `thickness` pixels wide and 2^doublings · thickness long."""
    _, h, w = flow.shape
    if thickness > 1.3:
        rows, columns = max(8, round(h / thickness)), max(8, round(w / thickness))
        hair = combed(rng.standard_normal((rows, columns), np.float32), resized(flow, rows, columns), doublings)
        hair = resized(hair[None], h, w, "bicubic")[0]
    else:
        hair = combed(rng.standard_normal((h, w), np.float32), flow, doublings)
    hair = (0.3 / (float(hair.std()) + 1e-6)) * hair
    hair += 0.5
    return np.clip(hair, 0, 1, out=hair)
