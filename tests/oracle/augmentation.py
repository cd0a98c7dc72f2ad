"""Augmentation anew: what fastai draws, drawn again with torch and Python in its order, and pixels counted by NumPy.

Only the pictures themselves, which are compared with each other, are made by fastai's `aug_transforms`.
"""

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from core.data.pets import load
from core.data.pictures import chelsea, open_rgb

F64 = NDArray[np.float64]
ITEM, SEEN = 192, 144  # pixels a side, before and behind the transforms


def expected(settings: Any, _result: Any) -> dict[str, Any]:
    """Every number of the view that the settings choose."""
    views = {"twelve variants": variants, "epochs": epochs, "one batch": batches}
    return views[settings.view](settings)


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


def square(image: Image.Image) -> NDArray[np.uint8]:
    """The centre square, resized."""
    side = int(min(image.width / ITEM, image.height / ITEM) * ITEM)
    left, top = int(0.5 * (image.width - side)), int(0.5 * (image.height - side))
    return np.asarray(image.crop((left, top, left + side, top + side)).resize((ITEM, ITEM), Image.Resampling.BILINEAR))


def pet(name: str, index: int) -> NDArray[np.uint8]:
    pets = load(name)
    return square(open_rgb(pets.path(index % len(pets))))


def first_of(settings: Any) -> NDArray[np.uint8]:
    return pet(settings.pets, settings.pet) if settings.picture == "pet" else square(open_rgb(chelsea()))


def split(name: str) -> tuple[list[int], list[int]]:
    """`RandomSplitter(seed=42)`: to train on, and to validate."""
    count = len(load(name))
    order = torch.randperm(count, generator=torch.Generator().manual_seed(42)).tolist()
    return order[count // 5 :], order[: count // 5]


def arguments(settings: Any) -> dict[str, Any]:
    """Those of `aug_transforms`, with the knobs off that are not chosen."""

    def on(*knobs: str) -> bool:
        return settings.view == "one batch" or settings.knob in ("all", *knobs)

    return {
        "do_flip": on("flip"),
        "flip_vert": on("flip") and settings.flip_vert,
        "max_rotate": settings.max_rotate if on("rotate") else 0,
        "max_zoom": settings.max_zoom if on("zoom") else 1,
        "max_warp": settings.max_warp if on("warp") else 0,
        "max_lighting": settings.max_lighting if on("lighting") else 0,
        "min_scale": settings.min_scale if on("crop") else 1.0,
        "p_affine": settings.p_affine,
        "p_lighting": settings.p_lighting,
    }


@dataclass(frozen=True)
class Drawn:
    """What is drawn for n pictures."""

    matrices: F64  # (n, 2, 2), places behind the transforms to those before
    shifts: F64  # (n, 2)
    warps: F64  # (n, 2)
    box: tuple[int, int, int]  # left, top and side of the crop, in the pixels of `out`
    out: int  # pixels a side before the crop

    def __len__(self) -> int:
        return len(self.matrices)


def uniform(n: int, low: float, high: float) -> torch.Tensor:
    return torch.empty(n).uniform_(low, high)


def kept(n: int, p: float) -> torch.Tensor:
    """Which of n draws are used; for p = 1 nothing is drawn."""
    return torch.ones(n) if p == 1 else torch.empty(n).bernoulli_(p)


def mirrored(n: int, upright: bool) -> F64:
    if upright:
        signs = 1 - 2 * kept(n, 0.5).double().numpy()
        return np.array([[[sign, 0], [0, 1]] for sign in signs])
    which = torch.randint(0, 8, (n,)) * kept(n, 0.5).long()
    return np.array([dihedral(int(k)) for k in which], float)


def dihedral(k: int) -> list[list[int]]:
    """One of the eight ways to turn and mirror a square, in fastai's order."""
    across, down = (1, -1, 1, -1, -1, 1, 1, -1)[k], (1, 1, -1, 1, -1, -1, 1, -1)[k]
    return [[across, 0], [0, down]] if k in (0, 1, 2, 4) else [[0, across], [down, 0]]


def turned(n: int, most: float, p: float) -> F64:
    angles = np.radians((uniform(n, -most, most) * kept(n, p)).double().numpy())
    c, s = np.cos(angles), np.sin(angles)
    return np.stack([np.stack([c, s], -1), np.stack([-s, c], -1)], 1)


def draw(n: int, given: dict[str, Any]) -> Drawn:
    """One batch's draws, in the order in which fastai makes them."""
    p = given["p_affine"]
    matrices, shifts = np.tile(np.eye(2), (n, 1, 1)), np.zeros((n, 2))
    if given["do_flip"]:
        matrices = matrices @ mirrored(n, not given["flip_vert"])
    if given["max_rotate"]:
        matrices = matrices @ turned(n, given["max_rotate"], p)
    if given["max_zoom"] > 1:
        size = 1 + (uniform(n, 1, given["max_zoom"]) - 1) * kept(n, p)
        centres = torch.stack([uniform(n, 0, 1), uniform(n, 0, 1)], 1).double().numpy()
        smaller = 1 / size.double().numpy()[:, None]
        shifts = np.einsum("nij,nj->ni", matrices, (1 - smaller) * (2 * centres - 1))
        matrices = matrices * smaller[..., None]
    warps = np.zeros((n, 2))
    if most := given["max_warp"]:
        warps = torch.stack([uniform(n, -most, most) * kept(n, p) for _ in range(2)], 1).double().numpy()
    if given["min_scale"] == 1:
        return Drawn(matrices, shifts, warps, (0, 0, SEEN), SEEN)
    return Drawn(matrices, shifts, warps, crop(given["min_scale"]), ITEM)


def crop(least: float) -> tuple[int, int, int]:
    """`RandomResizedCropGPU`'s box, drawn once for a batch."""
    for _ in range(10):
        area = random.uniform(least, 1) * ITEM**2
        random.uniform(0, 0)  # the logarithm of its proportions
        side = round(math.sqrt(area))
        if side <= ITEM:
            top, left = random.randint(0, ITEM - side), random.randint(0, ITEM - side)
            return left, top, side
    return 0, 0, ITEM


def light(n: int, given: dict[str, Any]) -> None:
    """Brightness and contrast are drawn last; only that they are drawn matters here."""
    if given["max_lighting"]:
        for _ in range(2):
            uniform(n, 0, 1)
            kept(n, given["p_lighting"])


def drawn_batches(settings: Any, sizes: list[int]) -> list[Drawn]:
    """Several batches, one after the other."""
    given, found = arguments(settings), []
    with from_seed(settings.seed):
        for n in sizes:
            found.append(draw(n, given))
            light(n, given)
    return found


def back(drawn: Drawn, i: int) -> F64:
    """The matrix (3, 3) from places behind the transforms to those of the original."""
    affine = np.eye(3)
    affine[:2, :2], affine[:2, 2] = drawn.matrices[i], drawn.shifts[i]
    x, y = drawn.warps[i]
    tilted = ((-1 - y, -1 - x), (-1 + y, 1 + x), (1 + y, -1 + x), (1 - y, 1 - x))
    rows, corners = [], [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    for (u, v), (a, b) in zip(tilted, corners, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -a * u, -a * v], [0, 0, 0, u, v, 1, -b * u, -b * v]]
    warp = np.linalg.solve(np.array(rows, float), np.ravel(corners).astype(float))
    return np.append(warp, 1).reshape(3, 3) @ affine


def places(across: F64, down: F64, side: int) -> F64:
    """Pixels (height, width, 3) of a picture with that side, from -1 to 1, with a 1 behind."""
    x, y = np.meshgrid(2 * across / (side - 1) - 1, 2 * down / (side - 1) - 1)
    return np.stack([x, y, np.ones_like(x)], -1)


def reflected(drawn: Drawn, i: int) -> float:
    """The share of the pixels that look beyond the middles of the original's outermost pixels."""
    left, top, side = drawn.box
    line = np.arange(SEEN) * (side - 1) / (SEEN - 1)
    at = places(left + line, top + line, drawn.out) @ back(drawn, i).T
    return float((np.abs(at[..., :2] / at[..., 2:]) > 1 + 1e-5).any(-1).mean())


def shown(drawn: Drawn, i: int) -> float:
    """The share of the original's pixels whose middle falls on the variant."""
    left, top, side = drawn.box
    line = np.arange(ITEM, dtype=float)
    at = places(line, line, ITEM) @ np.linalg.inv(back(drawn, i)).T
    pixels = (at[..., :2] / at[..., 2:] + 1) / 2 * (drawn.out - 1) - [left, top]
    return float(((pixels >= -0.5) & (pixels <= side - 0.5)).all(-1).mean())


def angle(matrix: F64) -> float:
    return math.degrees(math.atan2(-matrix[1, 0], matrix[1, 1]))


def made(squares: list[Any], transforms: list[Any], split_idx: int) -> NDArray[np.uint8]:
    """A batch behind fastai's transforms."""
    from fastai.torch_core import TensorImage
    from fasttransform import Pipeline

    x = TensorImage(torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 255)
    y = Pipeline(transforms, split_idx=split_idx)(x).as_subclass(torch.Tensor)
    return (y * 255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()


def transforms_of(settings: Any) -> list[Any]:
    from fastai.vision.augment import aug_transforms

    return list(aug_transforms(size=SEEN, **arguments(settings)))


def different(pictures: Any) -> int:
    """By comparing each with those that were there before."""
    seen: list[Any] = []
    for picture in pictures:
        if not any((picture == other).all() for other in seen):
            seen.append(picture)
    return len(seen)


def variants(settings: Any) -> dict[str, Any]:
    sizes = [1] * 12 if settings.apart else [12]
    first, transforms = first_of(settings), transforms_of(settings)
    with from_seed(settings.seed):
        pictures = np.concatenate([made([first] * n, transforms, 0) for n in sizes])
        plain = made([first], transforms, 1)[0]
    drawn = [(batch, i) for batch in drawn_batches(settings, sizes) for i in range(len(batch))]
    outside, seen = ([measure(batch, i) for batch, i in drawn] for measure in (reflected, shown))
    sizes_of = [abs(np.linalg.det(batch.matrices[i])) ** -0.5 for batch, i in drawn]
    return {
        "pictures in the data set": 1,
        "different variants": different(pictures),
        "mean difference from validation": pytest.approx(np.abs(pictures / 255 - plain / 255).mean(), abs=1e-6),
        "flipped": sum(bool(np.linalg.det(batch.matrices[i]) < 0) for batch, i in drawn),
        "largest angle": pytest.approx(max(abs(angle(batch.matrices[i])) for batch, i in drawn), abs=1e-3),
        "largest zoom": pytest.approx(max(sizes_of), rel=1e-5),
        "crop boxes": len({batch.box for batch, _ in drawn}),
        "reflected": pytest.approx(np.mean(outside), abs=2e-4),
        "most reflected": pytest.approx(max(outside), abs=2e-4),
        "shown of the picture": pytest.approx(np.mean(seen), abs=2e-4),
    }


def epochs(settings: Any) -> dict[str, Any]:
    train, valid = split(settings.pets)
    squares = [first_of(settings), *(pet(settings.pets, i) for i in train[:3])]
    transforms = transforms_of(settings)
    with from_seed(settings.seed):
        seen = np.concatenate([made(squares, transforms, 0) for _ in range(6)])
        plain = np.concatenate([made([pet(settings.pets, valid[0])], transforms, 1) for _ in range(6)])
    return {
        "pictures in the data set": len(squares),
        "epochs": 6,
        "pictures seen": len(seen),
        "different pictures seen": different(seen),
        "different validation pictures seen": different(plain),
    }


def batches(settings: Any) -> dict[str, Any]:
    drawn = drawn_batches(settings, [5, 5, 5])
    matrices = np.concatenate([batch.matrices for batch in drawn])
    return {
        "pictures in a batch": 5,
        "batches": 3,
        "crop boxes": len({batch.box for batch in drawn}),
        "most crop boxes within a batch": 1,
        "angles": len({round(angle(matrix), 5) for matrix in matrices}),
        "flipped": int((np.linalg.det(matrices) < 0).sum()),
    }
