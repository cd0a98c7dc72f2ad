"""What is read from the transforms is what fastai drew, and where the pixels come from."""

from typing import Any

import numpy as np
import pytest
import torch
from fastai.vision.augment import Brightness, Contrast, Flip, Rotate, Warp, Zoom, aug_transforms, setup_aug_tfms
from fastai.vision.core import TensorImage
from fasttransform import Pipeline

from core.exhibits.augmentation.draws import TRAIN, VALID, augment, pixels, read_draws, recipe
from core.nn.seeded import seeded
from tests.exhibits.augmentation.noise import noise

RECIPE = {"do_flip": True, "max_rotate": 10.0, "max_zoom": 1.1, "max_warp": 0.2, "max_lighting": 0.2, "min_scale": 0.75}
NO_LIGHT = RECIPE | {"max_lighting": 0.0}


def ramp(n: int, side: int) -> np.ndarray:
    """Pictures whose red is the pixel's column and whose green its row."""
    row, column = np.mgrid[:side, :side].astype(np.uint8)
    return np.repeat(np.stack([column, row, row], -1)[None], n, 0)


def tensor(batch: np.ndarray) -> TensorImage:
    return TensorImage(torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255)


@pytest.mark.parametrize("split_idx", [TRAIN, VALID])
@pytest.mark.parametrize("knobs", [RECIPE, RECIPE | {"min_scale": 1.0}, RECIPE | {"flip_vert": True}, NO_LIGHT])
def test_a_batch_is_what_fastais_pipeline_makes_of_it(knobs: dict[str, Any], split_idx: int) -> None:
    batch = noise()
    with seeded(5):
        ours = augment(batch, recipe(knobs, 48), split_idx).pictures
    with seeded(5):
        theirs = Pipeline(aug_transforms(size=48, **knobs), split_idx=split_idx)(tensor(batch))
    np.testing.assert_array_equal(ours, pixels(theirs))


def test_forced_draws_are_read_back() -> None:
    forced: dict[str, list[float]] = {
        "flip": [1, 0, 0, 1],
        "degrees": [30, -12, 0, 100],
        "zoom": [1.2, 1, 1.5, 1.1],
        "x": [0.1, 0, -0.2, 0.05],
        "y": [0, 0.2, 0.1, -0.1],
        "light": [0.5, 0.6, 0.4, 0.5],
        "contrast": [1, 1.3, 0.8, 1],
    }
    transforms = setup_aug_tfms(
        [
            Flip(p=1, draw=forced["flip"]),
            Warp(p=1, draw_x=forced["x"], draw_y=forced["y"]),
            Rotate(p=1, draw=forced["degrees"]),
            Zoom(p=1, draw=forced["zoom"]),
            Brightness(p=1, draw=forced["light"]),
            Contrast(p=1, draw=forced["contrast"]),
        ]
    )
    with seeded(0):
        Pipeline(transforms, split_idx=TRAIN)(tensor(noise(4)))
    draws = read_draws(transforms, 4, 64, 64, TRAIN)
    np.testing.assert_array_equal(draws.flipped, np.array(forced["flip"], bool))
    np.testing.assert_allclose(draws.angle, forced["degrees"], atol=1e-4)
    np.testing.assert_allclose(draws.zoom, forced["zoom"], rtol=1e-5)
    np.testing.assert_allclose(draws.warp, np.transpose([forced["x"], forced["y"]]), atol=1e-6)
    np.testing.assert_allclose(draws.brightness, forced["light"], rtol=1e-6)
    np.testing.assert_allclose(draws.contrast, forced["contrast"], rtol=1e-6)
    np.testing.assert_array_equal(draws.boxes, [[0, 0, 1, 1]] * 4)


@pytest.mark.parametrize(
    "knobs",
    [NO_LIGHT, NO_LIGHT | {"min_scale": 0.3}, NO_LIGHT | {"min_scale": 1.0, "max_rotate": 45.0, "max_zoom": 3.0}],
)
def test_outlines_are_where_the_pixels_come_from(knobs: dict[str, Any]) -> None:
    side, size = 200, 100
    with seeded(3):
        done = augment(ramp(12, side), recipe(knobs, size))
    corners = {0: (0, 0), 6: (0, -1), 12: (-1, -1), 18: (-1, 0)}  # point of the outline: the pixel at that corner
    compared = 0
    for i, outline in enumerate(done.draws.outlines):
        for point, (row, column) in corners.items():
            if ((outline[point] > 0.02) & (outline[point] < 0.98)).all():  # elsewhere the picture is reflected
                place = done.pictures[i, row, column, :2] + 0.5
                assert (
                    np.abs(place - side * outline[point]).max() < 2.5
                )  # pixels: half of one in either picture, and rounding
                compared += 1
    assert compared > 6


@pytest.mark.parametrize(
    "knobs", [NO_LIGHT, NO_LIGHT | {"max_rotate": 90.0}, NO_LIGHT | {"max_warp": 0.5, "min_scale": 1.0}]
)
def test_what_is_reflected_is_black_without_reflection(knobs: dict[str, Any]) -> None:
    white = np.full((12, 96, 96, 3), 255, np.uint8)
    with seeded(2):
        done = augment(white, recipe(knobs | {"pad_mode": "zeros"}, 80))
    touched, black = ((done.pictures[..., 0] < level).mean((1, 2)) for level in (255, 128))
    reflected = done.draws.reflected
    assert reflected.max() > 0.01
    assert (black <= reflected).all()
    assert (reflected <= touched + 1e-3).all()
    if knobs["min_scale"] == 1:  # one interpolation: a pixel that is looked up outside has some black in it
        np.testing.assert_allclose(reflected, touched, atol=1e-3)


def warp_of(x: float, y: float) -> np.ndarray:
    """The warp's look-up (3, 3), worked out: where in a square that is tilted the corners of the picture lie."""
    tilted = ((-1 - y, -1 - x), (-1 + y, 1 + x), (1 + y, -1 + x), (1 - y, 1 - x))
    rows, at = [], [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    for (u, v), (a, b) in zip(tilted, at, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -a * u, -a * v], [0, 0, 0, u, v, 1, -b * u, -b * v]]
    return np.append(np.linalg.solve(np.array(rows, float), np.ravel(at)), 1.0).reshape(3, 3)


@pytest.mark.parametrize(
    "knobs", [NO_LIGHT, NO_LIGHT | {"max_rotate": 45.0, "min_scale": 1.0}, NO_LIGHT | {"min_scale": 0.2}]
)
def test_pixels_that_are_reflected_and_seen_are_counted_one_by_one(knobs: dict[str, Any]) -> None:
    n, side, size = 3, 48, 32
    transforms = recipe(knobs, size)
    with seeded(11):
        draws = augment(noise(n, side), transforms).draws
    crop = next((t for t in transforms if hasattr(t, "tl")), None)
    (top, left), (height, width) = (crop.tl, crop.cp_size) if crop else ((0, 0), (size, size))
    out = side if crop else size
    for i in range(n):
        back = warp_of(*draws.warp[i].astype(float)) @ np.vstack([transforms[0].mat[i].numpy(), [0, 0, 1]])
        outside = 0
        for row in range(size):
            for column in range(size):
                x, y = left + column * (width - 1) / (size - 1), top + row * (height - 1) / (size - 1)
                u, v, w = back @ [2 * x / (out - 1) - 1, 2 * y / (out - 1) - 1, 1]
                outside += max(abs(u / w), abs(v / w)) > 1
        assert draws.reflected[i] == pytest.approx(outside / size**2, abs=1e-3)  # one pixel
        seen = np.zeros((side, side), bool)
        for row in range(side):
            for column in range(side):
                u, v, w = np.linalg.solve(back, [2 * column / (side - 1) - 1, 2 * row / (side - 1) - 1, 1])
                x, y = (u / w + 1) / 2 * (out - 1) - left, (v / w + 1) / 2 * (out - 1) - top
                seen[row, column] = -0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5
        assert (draws.shown[i] != seen).sum() <= 1


@pytest.mark.parametrize(
    "tilt", [(0.3, 0.3), (0.9, 0.0), (0.9, 0.05), (0.6, 0.5), (-0.6, 0.5), (0.2, -0.9), (-0.35, -0.35), (-0.4, -0.4)]
)
def test_a_picture_is_said_to_fold_where_it_is_turned_over(tilt: tuple[float, float]) -> None:
    warp = Warp(p=1, draw_x=tilt[0], draw_y=tilt[1])
    with seeded(0):
        warp(tensor(noise(1)), split_idx=TRAIN)
    line = torch.linspace(-1, 1, 201, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1)[None].float()
    places = warp.coord_fs[0](grid).as_subclass(torch.Tensor)[0].double()
    along, down = (places[:-1, 1:] - places[:-1, :-1]), (places[1:, :-1] - places[:-1, :-1])
    area = along[..., 0] * down[..., 1] - along[..., 1] * down[..., 0]  # of each cell, negative where it is turned over
    assert read_draws([warp], 1, 64, 64, TRAIN).folded.tolist() == [bool((area < 0).any())]
