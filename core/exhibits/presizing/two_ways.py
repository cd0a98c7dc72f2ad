"""One picture on two ways to 224 pixels: presized, with one interpolation, and the standard way, with four.

Both are fastai's own calls with the same draws, as in the book's figure (chapter 5), which is not one geometry: the
composed transforms warp first, the standard way warps last, and each side draws its own centre to zoom at. The isolated
comparison fixes that centre and warps first on both sides, so that only the interpolations differ.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.arrays import Array
from core.exhibits.presizing.resamplings import Recorder, Resampling, traced
from core.exhibits.presizing.settings import BOOK, SAME
from core.exhibits.presizing.sharpness import fine_power, grey, laplacian_variance, power
from core.nn.seeded import seeded

SIZE = 224  # pixels a side of what the model sees
THERE_AND_BACK = 3.0  # degrees, of the extra rotations


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What chance decides."""

    degrees: float
    zoom: float
    warp_x: float
    warp_y: float


BOOK_DRAW = Draw(degrees=30, zoom=1.2, warp_x=-0.2, warp_y=0.2)


@dataclass(frozen=True)
class Ways:
    """What both ways have in common. `extra` pairs of rotations, there and back, lengthen the standard way only."""

    geometry: str = SAME
    padding: str = "reflection"
    extra: int = 0


@dataclass(frozen=True, kw_only=True)
class Side:
    """One way's picture, and what was measured on it and on its calls."""

    picture: Array  # (224, 224, 3) uint8
    sharpness: float  # variance of the Laplacian of the grey picture in 0–1
    power: Tensor  # (BINS,), at each spatial frequency
    fine: float  # power of the detail finer than four pixels
    invented: float  # share of pixels that come from outside the picture
    calls: tuple[Resampling, ...]
    places: Tensor  # (224, 224, 2): where in the square each pixel comes from, in the square's pixels

    @property
    def interpolations(self) -> int:
        """Calls of `grid_sample`."""
        return sum(call.name == "grid_sample" for call in self.calls)

    @property
    def averagings(self) -> tuple[Resampling, ...]:
        """Calls of `interpolate`, by which fastai shrinks a picture before it looks anything up."""
        return tuple(call for call in self.calls if call.name == "interpolate")

    @property
    def centre(self) -> Tensor:
        """The place that the centre, between the four middle pixels, comes from, (2,)."""
        middle = slice(SIZE // 2 - 1, SIZE // 2 + 1)
        return self.places[middle, middle].mean((0, 1))


@dataclass(frozen=True)
class Pair:
    """Both ways with one draw."""

    draw: Draw
    presized: Side
    standard: Side

    @property
    def apart(self) -> float:
        """How far apart, in pixels of the square, the places are that the two centres come from."""
        return float((self.presized.centre - self.standard.centre).norm())

    @property
    def kept(self) -> float:
        """The standard way's sharpness as a share of the presized picture's."""
        return self.standard.sharpness / max(self.presized.sharpness, 1e-12)

    @property
    def lost(self) -> float:
        """The share of fine detail's power that the presized picture has and the standard one has not."""
        return 1 - self.standard.fine / max(self.presized.fine, 1e-12)


def draw_of(number: int, degrees: float, zoom: float, warp: float) -> Draw:
    """Draw 0 is the book's, every strength in full; any other is random, up to these strengths, from its own seed."""
    if number == 0:
        return Draw(degrees=degrees, zoom=zoom, warp_x=-warp, warp_y=warp)
    angle, scale, x, y = np.random.default_rng(number).uniform(size=4)
    return Draw(
        degrees=(2 * angle - 1) * degrees,
        zoom=1 + scale * (zoom - 1),
        warp_x=(2 * x - 1) * warp,
        warp_y=(2 * y - 1) * warp,
    )


def square(image: Image.Image, size: int) -> Tensor:
    """The item transforms of validation: the centre square of an RGB picture, resized, as floats (1, 3, size, size)."""
    from fastai.torch_core import TensorImage
    from fastai.vision.augment import Resize
    from fastai.vision.core import PILImage

    resized = Resize(size)(PILImage(image), split_idx=1)
    pixels = torch.from_numpy(np.array(resized)).permute(2, 0, 1)[None]
    return TensorImage(pixels.float() / 255)


def presize(x: Any, draw: Draw, ways: Ways) -> Any:
    """One interpolation: fastai composes the three transforms into one grid of places and looks there once."""
    from fastai.vision.augment import Rotate, Warp, Zoom, setup_aug_tfms
    from fasttransform import Pipeline

    common: dict[str, Any] = {"p": 1.0, "size": SIZE, "pad_mode": ways.padding}
    tfms = setup_aug_tfms(
        [
            Rotate(draw=draw.degrees, **common),
            Zoom(draw=draw.zoom, **centre(ways), **common),
            Warp(draw_x=draw.warp_x, draw_y=draw.warp_y, **common),
        ]
    )
    return Pipeline(tfms)(x)


def standard(x: Any, draw: Draw, ways: Ways) -> Any:
    """Four interpolations: to 224 first, then one for each transform, each on the pixels that the last one made."""
    common: dict[str, Any] = {"p": 1.0, "pad_mode": ways.padding}
    steps: list[Callable[[Any], Any]] = [
        lambda x: x.rotate(draw=draw.degrees, **common),
        lambda x: x.zoom(draw=draw.zoom, **centre(ways), **common),
        lambda x: x.warp(draw_x=draw.warp_x, draw_y=draw.warp_y, **common),
    ]
    if ways.geometry == SAME:
        steps = [steps[2], steps[0], steps[1]]  # the order in which the composed transforms look places up
    for _ in range(ways.extra):
        steps += [partial(turned, degrees=to, padding=ways.padding) for to in (THERE_AND_BACK, -THERE_AND_BACK)]
    x = x.affine_coord(sz=SIZE, pad_mode=ways.padding)
    for step in steps:
        x = step(x)
    return x


def turned(x: Any, degrees: float, padding: str) -> Any:
    """One more interpolation."""
    return x.rotate(draw=degrees, p=1.0, pad_mode=padding)


def centre(ways: Ways) -> dict[str, float]:
    """Where to zoom: in the middle, or in the book's geometry left to each side's own chance."""
    return {"draw_x": 0.5, "draw_y": 0.5} if ways.geometry == SAME else {}


def compare(x: Any, draw: Draw, ways: Ways, seed: int) -> Pair:
    """Both ways from one square (1, 3, height, width) with the same draw; `seed` is for what fastai draws itself."""
    with seeded(seed) if ways.geometry == BOOK else nullcontext():  # in the same geometry nothing is left to draw
        with Recorder() as one:
            left = presize(x, draw, ways)
        with Recorder() as many:
            right = standard(x, draw, ways)
    pictures = torch.cat([left, right]).as_subclass(Tensor)
    greys = grey(pictures)
    sharpness, strength, fine = laplacian_variance(greys).tolist(), power(greys), fine_power(greys).tolist()
    shown = (pictures.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy()
    sides = []
    for i, recorder in enumerate((one, many)):
        places, outside = traced([call.grid for call in recorder.calls if call.grid is not None])
        side = Side(
            picture=shown[i],
            sharpness=sharpness[i],
            power=strength[i],
            fine=fine[i],
            invented=float(outside.float().mean()),
            calls=tuple(recorder.calls),
            places=(places[0] + 1) / 2 * (x.shape[-1] - 1),
        )
        sides.append(side)
    return Pair(draw, presized=sides[0], standard=sides[1])
