"""Presizing anew: places by their formulas in float64, pictures by bilinear look-ups in NumPy, calls counted
where torch hands them to its kernels.

Interpolation is linear, so one grey picture stands for three colours.
"""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch.utils._python_dispatch import TorchDispatchMode

from core.data.pets import load
from core.data.pictures import chelsea, open_rgb

F64 = NDArray[np.float64]
Step = Callable[[F64], F64]
"""Leads places (…, 2), from -1 to 1, to where their pixels are looked up."""

SEEN = 224
SHAPES = {"as it is": None, "large": (800, 600), "small": (150, 100), "wide": (600, 150), "tall": (150, 600)}


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """Every number of the view that the settings choose."""
    if settings.view == "the loupe":
        return loupe(settings, result)
    return {"pipeline": pipeline, "squish, pad, crop": fitted, "speed": lambda _: speeds()}[settings.view](settings)


def picture_of(settings: Any) -> Image.Image:
    at = np.arange(460)
    if settings.picture == "pet":
        pets = load(settings.pets)
        return open_rgb(pets.path(settings.which % len(pets)), 1200)
    if settings.picture in ("cat", "small cat"):
        cat = open_rgb(chelsea())
        return cat if settings.picture == "cat" else cat.resize((150, 100), Image.Resampling.LANCZOS)
    if settings.picture == "noise":
        grey = np.random.default_rng(settings.seed).integers(0, 256, (460, 460), dtype=np.uint8)
    elif settings.picture == "zone plate":
        radius = np.hypot(at[:, None] - 229.5, at - 229.5)
        grey = np.round(127.5 * (1 + np.cos(np.pi * radius**2 / 460))).astype(np.uint8)
    else:
        grey = np.where((at[:, None] // 2 + at // 2) % 2, 255, 0).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def squared(image: Image.Image, side: int) -> F64:
    """The centre square, resized: grey from 0 to 1."""
    short = int(min(image.width / side, image.height / side) * side)
    left, top = int(0.5 * (image.width - short)), int(0.5 * (image.height - short))
    cut = image.crop((left, top, left + short, top + short)).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(cut, float).mean(2) / 255


def turn(degrees: float) -> Step:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return lambda at: at @ np.array([[c, -s], [s, c]])


def enlarge(zoom: float, x: float, y: float) -> Step:
    return lambda at: at / zoom + (1 - 1 / zoom) * np.array([2 * x - 1, 2 * y - 1])


def tilt(x: float, y: float) -> Step:
    """The perspective that leads the corners of a tilted square to those of the picture."""
    tilted = ((-1 - y, -1 - x), (-1 + y, 1 + x), (1 + y, -1 + x), (1 - y, 1 - x))
    rows, corners = [], [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    for (u, v), (a, b) in zip(tilted, corners, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -a * u, -a * v], [0, 0, 0, u, v, 1, -b * u, -b * v]]
    m = np.append(np.linalg.solve(np.array(rows, float), np.ravel(corners).astype(float)), 1).reshape(3, 3)
    return lambda at: (at @ m[:2, :2].T + m[:2, 2]) / (at @ m[2, :2] + 1)[..., None]


@dataclass(frozen=True, kw_only=True)
class Way:
    """What one way has made of a square."""

    picture: F64
    averaged: int  # pixels a side after averaging, or 0
    outside: float
    centre: F64

    @property
    def sharpness(self) -> float:
        p = self.picture
        return float((p[1:-1, :-2] + p[1:-1, 2:] + p[:-2, 1:-1] + p[2:, 1:-1] - 4 * p[1:-1, 1:-1]).var(ddof=1))

    @property
    def fine(self) -> float:
        fade = np.outer(np.hanning(SEEN), np.hanning(SEEN))
        f = np.fft.fftfreq(SEEN)
        strength = np.abs(np.fft.fft2((self.picture - self.picture.mean()) * fade)) ** 2
        return float(strength[np.hypot(f[:, None], f) >= 0.25].mean() / (fade**2).sum())


def grid() -> F64:
    line = np.linspace(-1, 1, SEEN)
    return np.stack(np.meshgrid(line, line), -1)


def made(picture: F64, steps: list[Step], padding: str) -> Way:
    """A picture after one look-up for each step."""
    outside, averaged = np.zeros((SEEN, SEEN), bool), 0
    at, middle = grid(), np.zeros(2)
    for step in reversed(steps):
        at, middle = step(at), step(np.clip(middle, -1, 1))
        outside |= (np.abs(at) > 1 + 1e-5).any(-1)
    for step in steps:
        places = step(grid())
        smaller, side = len(picture) / SEEN / 2, len(picture)
        if smaller > 1 and smaller > 2 / (places.max() - places.min()):
            averaged = math.floor(side * (1 / smaller))
            picture = averages(side, averaged) @ picture @ averages(side, averaged).T
        picture = looked_up(picture, places, padding)
    return Way(picture=picture, averaged=averaged, outside=float(outside.mean()), centre=middle)


def averages(before: int, after: int) -> F64:
    """The matrix (after, before) of means of neighbouring pixels."""
    rows = np.zeros((after, before))
    for i in range(after):
        first, last = i * before // after, -(-(i + 1) * before // after)
        rows[i, first:last] = 1 / (last - first)
    return rows


def looked_up(picture: F64, places: F64, padding: str) -> F64:
    """Bilinear, with the middles of the outermost pixels at -1 and 1."""
    most = len(picture) - 1
    at = (places + 1) / 2 * most
    if padding == "reflection":
        at = most - np.abs(np.mod(at, 2 * most) - most)
    elif padding == "border":
        at = np.clip(at, 0, most)
    low = np.floor(at).astype(int)
    share = at - low
    total = np.zeros(places.shape[:-1])
    for right in (0, 1):
        for down in (0, 1):
            x, y = low[..., 0] + right, low[..., 1] + down
            weight = np.abs(1 - right - share[..., 0]) * np.abs(1 - down - share[..., 1])
            inside = (x >= 0) & (x <= most) & (y >= 0) & (y <= most)
            total += np.where(inside, weight * picture[np.clip(y, 0, most), np.clip(x, 0, most)], 0)
    return total


def both_ways(settings: Any, picture: F64, number: int) -> tuple[Way, Way]:
    """Presized and in the standard way, with the draw of that number."""
    strength, zoom, warp = settings.degrees, settings.zoom, settings.warp
    degrees, x, y = float(strength), -warp, warp
    if number:
        a, b, c, d = np.random.default_rng(number).uniform(size=4)
        degrees, zoom, x, y = (2 * a - 1) * strength, 1 + b * (zoom - 1), (2 * c - 1) * warp, (2 * d - 1) * warp
    book = settings.geometry == "as in the book"
    drawn = torch.rand(4, generator=torch.Generator().manual_seed(settings.seed + number)).tolist()
    centres = drawn if book else [0.5] * 4
    one, many = enlarge(zoom, *centres[:2]), enlarge(zoom, *centres[2:])
    rotated, tilted = turn(degrees), tilt(x, y)
    steps = [rotated, many, tilted] if book else [tilted, rotated, many]
    steps += [turn(3), turn(-3)] * settings.extra
    return (
        made(picture, [lambda at: tilted(rotated(one(at)))], settings.padding),
        made(picture, [lambda at: at, *steps], settings.padding),
    )


def lost(one: Way, many: Way) -> float:
    return 1 - many.fine / max(one.fine, 1e-12)


def loupe(settings: Any, result: Any) -> dict[str, Any]:
    """The chosen draw, and a few of the others; of these the page's own records give the median."""
    picture = squared(picture_of(settings), settings.presize)
    ways = both_ways(settings, picture, settings.draw)
    numbers: dict[str, Any] = {}
    for name, way, interpolations in zip(("presized", "standard"), ways, (1, 4 + 2 * settings.extra), strict=True):
        numbers[f"{name}: interpolations"] = interpolations
        numbers[f"{name}: averagings"] = int(way.averaged > 0)
        if way.averaged:
            numbers[f"{name}: averaged to"] = way.averaged
        numbers[f"{name}: sharpness"] = pytest.approx(way.sharpness, rel=2e-3, abs=1e-7)
        numbers[f"{name}: share invented"] = pytest.approx(way.outside, abs=4e-4)
    apart = float(np.hypot(*(ways[0].centre - ways[1].centre))) / 2 * (settings.presize - 1)
    assert [draw.number for draw in result.spread] == list(range(1, settings.draws + 1))
    for draw in result.spread[:: settings.draws // 2]:
        others = both_ways(settings, picture, draw.number)
        assert draw.lost == pytest.approx(lost(*others), abs=2e-3)
        assert draw.invented == pytest.approx(tuple(way.outside for way in others), abs=4e-4)
    return numbers | {
        "share of fine detail lost": pytest.approx(lost(*ways), abs=2e-3),
        "centres apart, pixels": pytest.approx(apart, abs=0.02),
        f"median lost over {settings.draws} draws": median(draw.lost for draw in result.spread),
    }


@contextmanager
def from_seed(seed: int) -> Iterator[None]:
    """The three generators that fastai draws from, put back afterwards."""
    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        yield
    random.setstate(python)
    np.random.set_state(numpy)


def book_transforms(recipe: str) -> list[Any]:
    from fastai.vision.augment import AffineCoordTfm, Rotate, Warp, Zoom, aug_transforms, setup_aug_tfms

    if recipe.startswith("pets"):
        return list(aug_transforms(size=SEEN, min_scale=0.75 if recipe == "pets" else 1.0))
    size = SEEN if recipe == "presized" else None
    rotate, zoom = Rotate(draw=30, p=1.0, size=size), Zoom(draw=1.2, p=1.0, size=size)
    three = [rotate, zoom, Warp(draw_x=-0.2, draw_y=0.2, p=1.0, size=size)]
    return list(setup_aug_tfms(three)) if size else [AffineCoordTfm(size=SEEN, align_corners=True), *three]


class Kernels(TorchDispatchMode):
    """Used with `with`: the names of all operations that torch's kernels were asked for inside."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.append(str(func))
        return func(*args, **(kwargs or {}))


def pipeline(settings: Any) -> dict[str, Any]:
    """fastai's loader with its look-ups, averagings and Pillow's resizings counted."""
    from fastai.data.block import CategoryBlock, DataBlock
    from fastai.data.transforms import IndexSplitter
    from fastai.vision.augment import Resize
    from fastai.vision.data import ImageBlock

    pets = load(settings.pets)
    files = [pets.path(i) for i in range(8)]
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=sorted(set(pets.labels)))),
        get_y=lambda file: pets.labels[files.index(file)],
        splitter=IndexSplitter([0, 1, 2, 3]),
        item_tfms=Resize(settings.presize),
        batch_tfms=book_transforms(settings.recipe),
    )
    resized: list[bool] = []
    resize = Image.Image.resize

    def noted(image: Image.Image, size: tuple[int, int], *rest: Any, **more: Any) -> Image.Image:
        resized.append(tuple(size) != image.size)
        return resize(image, size, *rest, **more)

    with from_seed(settings.seed):
        loaders = block.dataloaders(files, bs=4, num_workers=0, device=torch.device("cpu"))
        with patch.object(Image.Image, "resize", noted), Kernels() as kernels:
            (loaders.train if settings.split == "train" else loaders.valid).one_batch()
    on_batch = {"presized": 1, "standard": 4, "pets": 3, "pets once": 2}
    return {
        "resamplings of an item": int(resized[0]),
        "interpolations of the batch": kernels.names.count("aten.grid_sampler_2d.default"),
        "averagings of the batch": kernels.names.count("aten._adaptive_avg_pool2d.default"),
        "steps": 4 + on_batch[settings.recipe],  # open, Resize, ToTensor, IntToFloatTensor
    }


def fitted(settings: Any) -> dict[str, Any]:
    """Boxes by Resize's, CropPad's and RandomCrop's rules."""
    shape, target, train = SHAPES[settings.shape], settings.target, settings.split == "train"
    picture = picture_of(settings)
    if shape:
        picture = ImageOps.fit(picture, shape, Image.Resampling.LANCZOS)
    (width, height), chance = picture.size, random.Random(settings.seed)
    boxes = {}
    for method, pick in (("crop", min), ("pad", max)):
        part = (chance.random(), chance.random()) if train else (0.5, 0.5)
        side = int(pick(width / target, height / target) * target)
        boxes[method] = (int(part[0] * (width - side)), int(part[1] * (height - side)), side, side)
    boxes["squish"] = (0, 0, width, height)
    boxes["CropPad"] = ((width - target) // 2, (height - target) // 2, target, target)
    corner = boxes["CropPad"][:2]
    if train:
        x, y = (chance.randint(min(n, 0), max(n, -1)) for n in (width - target, height - target))
        corner = (x, y)
    boxes["RandomCrop"] = (*corner, target, target)
    numbers: dict[str, Any] = {"picture": f"{width}×{height}"}
    for method, (left, top, across, down) in boxes.items():
        columns = sum(0 <= x < width for x in range(left, left + across))
        rows = sum(0 <= y < height for y in range(top, top + down))
        numbers[f"{method}: box"] = f"{across}×{down} at {left}, {top}"
        numbers[f"{method}: comes out as"] = f"{target}×{target}"
        numbers[f"{method}: share invented"] = pytest.approx(1 - columns * rows / (across * down), abs=1e-12)
    return numbers


def speeds() -> dict[str, Any]:
    """Three kinds of work on one picture, three on a batch for each device; the seconds are no numbers."""
    devices = 1 + torch.cuda.is_available() + torch.backends.mps.is_available()
    return {"kinds of work": 3 + 3 * devices, "threads": torch.get_num_threads()}
