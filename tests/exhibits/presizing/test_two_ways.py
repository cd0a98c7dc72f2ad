"""The two ways against fastai's own calls, the lesson's figures, and geometry worked out from the matrices."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from fastai.torch_core import TensorImage
from fastai.vision.augment import Resize, Rotate, Warp, Zoom, setup_aug_tfms
from fastai.vision.core import PILImage
from fasttransform import Pipeline
from torch import Tensor

from core.exhibits.presizing.pictures import subject
from core.exhibits.presizing.resamplings import traced
from core.exhibits.presizing.settings import BOOK, SAME
from core.exhibits.presizing.two_ways import BOOK_DRAW, SIZE, Draw, Pair, Ways, compare, draw_of, square
from core.nn.seeded import seeded

NO_DRAW = Draw(degrees=0, zoom=1.0, warp_x=0, warp_y=0)


@cache
def pair(name: str = "cat", geometry: str = SAME, draw: Draw = BOOK_DRAW, extra: int = 0, seed: int = 0) -> Pair:
    return compare(squared(name), draw, Ways(geometry, extra=extra), seed)


@cache
def squared(name: str) -> Tensor:
    return square(subject(name, "", 0, 42), 460)


def shown(x: Tensor) -> np.ndarray:
    """A batch of one as the page shows it."""
    return (x[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()


def test_the_books_figure_is_what_the_books_own_calls_give() -> None:
    x = squared("cat")
    with seeded(7):
        tfms = setup_aug_tfms(
            [
                Rotate(draw=30, p=1, size=224),
                Zoom(draw=1.2, p=1.0, size=224),
                Warp(draw_x=-0.2, draw_y=0.2, p=1.0, size=224),
            ]
        )
        left = Pipeline(tfms)(x)
        right = TensorImage(x.clone()).affine_coord(sz=224).rotate(draw=30, p=1.0).zoom(draw=1.2, p=1.0)
        right = right.warp(draw_x=-0.2, draw_y=0.2, p=1.0)
    ours = pair(geometry=BOOK, seed=7)
    assert np.array_equal(ours.presized.picture, shown(left))
    assert np.array_equal(ours.standard.picture, shown(right))


def test_the_isolated_comparison_is_fastais_calls_in_the_composed_order() -> None:
    x = squared("cat").affine_coord(sz=224).warp(draw_x=-0.2, draw_y=0.2, p=1.0).rotate(draw=30, p=1.0)
    x = x.zoom(draw=1.2, draw_x=0.5, draw_y=0.5, p=1.0)
    assert np.array_equal(pair().standard.picture, shown(x))


def test_the_square_is_fastais_resize_of_validation() -> None:
    image = subject("cat", "", 0, 42)
    resized = np.array(Resize(460)(PILImage(image), split_idx=1))
    assert np.array_equal(shown(squared("cat")), resized)


@pytest.mark.parametrize("geometry", [SAME, BOOK])
def test_one_interpolation_against_four(geometry: str) -> None:
    ours = pair(geometry=geometry)
    assert (ours.presized.interpolations, ours.standard.interpolations) == (1, 4)
    hidden = [[c for c in side.calls if c.name == "interpolate"] for side in (ours.presized, ours.standard)]
    assert [[(c.before, c.after) for c in calls] for calls in hidden] == [[((460, 460), (448, 448))]] * 2


def test_white_noise_keeps_what_the_lesson_says() -> None:
    ours = pair("noise")
    assert ours.presized.sharpness == pytest.approx(0.17, abs=0.006)
    assert 0.005 < ours.standard.sharpness < 0.015
    assert ours.lost > 0.9


def test_centres_agree_to_a_fiftieth_of_a_pixel_only_where_the_geometry_is_the_same() -> None:
    assert pair().apart < 0.02
    assert min(pair(geometry=BOOK, seed=seed).apart for seed in range(4)) > 5


def test_same_geometry_holds_at_every_place_that_is_not_invented() -> None:
    ours = pair()
    far = (ours.presized.places - ours.standard.places).norm(dim=-1)
    inside = [
        ~traced([c.grid for c in side.calls if c.grid is not None])[1][0] for side in (ours.presized, ours.standard)
    ]
    assert far[inside[0] & inside[1]].max() < 0.02


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_places_and_invented_pixels_are_those_of_the_rotation_worked_out(zoom: float) -> None:
    ours = pair(draw=replace(NO_DRAW, degrees=30, zoom=zoom))
    line = np.linspace(-1, 1, SIZE)
    x, y = np.meshgrid(line, line)
    turn = np.radians(30)
    across, down = (np.cos(turn) * x + np.sin(turn) * y) / zoom, (np.cos(turn) * y - np.sin(turn) * x) / zoom
    outside = (np.abs(across) > 1) | (np.abs(down) > 1)
    assert ours.presized.invented == pytest.approx(outside.mean(), abs=1e-4)
    expected = np.stack([(across + 1) / 2 * 459, (down + 1) / 2 * 459], -1)
    assert np.abs(ours.presized.places.numpy() - expected)[~outside].max() < 0.02


def counted(draw: Draw) -> tuple[float, float]:
    """The shares of pixels that are invented, presized and in the standard way, in the same geometry, by a loop.

    The warp's look-up leads to where the corners of the picture lie in a square that is tilted; every step of the
    standard way invents what it looks up outside.
    """
    x, y = draw.warp_x, draw.warp_y
    tilted = ((-1 - y, -1 - x), (-1 + y, 1 + x), (1 + y, -1 + x), (1 - y, 1 - x))
    rows, corners = [], (-1, -1, -1, 1, 1, -1, 1, 1)
    for (u, v), at in zip(tilted, ((-1, -1), (-1, 1), (1, -1), (1, 1)), strict=True):
        rows += [[u, v, 1, 0, 0, 0, -at[0] * u, -at[0] * v], [0, 0, 0, u, v, 1, -at[1] * u, -at[1] * v]]
    a, b, c, d, e, f, g, h = np.linalg.solve(np.array(rows), np.array(corners))
    cos, sin = math.cos(math.radians(draw.degrees)), math.sin(math.radians(draw.degrees))
    presized = standard = 0
    for row in range(224):
        for column in range(224):
            u, v = (2 * column / 223 - 1) / draw.zoom, (2 * row / 223 - 1) / draw.zoom
            turned = cos * u + sin * v, cos * v - sin * u
            u, v = turned
            deep = g * u + h * v + 1
            last = (a * u + b * v + c) / deep, (d * u + e * v + f) / deep
            presized += max(map(abs, last)) > 1
            standard += max(map(abs, (*turned, *last))) > 1
    return presized / 224**2, standard / 224**2


@pytest.mark.parametrize(
    ("draw", "presized", "standard"),
    [
        (BOOK_DRAW, 0.0369, 0.0466),
        (draw_of(6, 30, 1.0, 0.2), 0.0294, 0.0409),
        (replace(BOOK_DRAW, degrees=45, zoom=1.0), 0.1836, 0.1991),
    ],
)
def test_invented_pixels_are_counted_one_by_one(draw: Draw, presized: float, standard: float) -> None:
    ours, plain = pair(draw=draw), counted(draw)
    assert plain == pytest.approx((presized, standard), abs=5e-5)
    assert (ours.presized.invented, ours.standard.invented) == pytest.approx(plain, abs=1e-4)  # five pixels


def test_in_the_books_geometry_more_is_invented() -> None:
    ours = pair(geometry=BOOK, seed=42)
    assert (ours.presized.invented, ours.standard.invented) == pytest.approx((0.0699, 0.1110), abs=1e-4)


def test_black_padding_shows_the_share_that_is_invented() -> None:
    white = TensorImage(torch.ones(1, 3, 460, 460))
    ours = compare(white, replace(NO_DRAW, degrees=45), Ways(SAME, "zeros"), 0)
    one, many = (side.picture[..., 0] for side in (ours.presized, ours.standard))
    assert ours.presized.invented == pytest.approx((one < 255).mean(), abs=1e-3)  # each has some black in it
    assert (many < 128).mean() <= ours.standard.invented <= (many < 255).mean()  # more has, by interpolating again
    for side in (ours.presized, ours.standard):
        assert side.invented == pytest.approx(1 - 2 * (np.sqrt(2) - 1), abs=0.006)  # the octagon that stays


def test_nothing_is_lost_without_a_transform() -> None:
    ours = pair("noise", draw=NO_DRAW)
    assert ours.kept == pytest.approx(1, abs=1e-3)
    assert abs(ours.lost) < 1e-3
    assert ours.standard.interpolations == 4


def test_more_interpolations_lose_more_and_leave_the_geometry() -> None:
    pairs = [pair("noise", extra=extra) for extra in (0, 2, 4)]
    assert [one.standard.interpolations for one in pairs] == [4, 8, 12]
    assert pairs[0].lost < pairs[1].lost < pairs[2].lost
    assert max(one.apart for one in pairs) < 0.02


def test_draw_0_is_the_books_and_others_stay_within_the_strengths() -> None:
    assert draw_of(0, 30, 1.2, 0.2) == BOOK_DRAW
    draws = [draw_of(number, 30, 1.2, 0.2) for number in range(1, 41)]
    assert len(set(draws)) == 40
    assert max(abs(d.degrees) for d in draws) <= 30
    assert all(1 <= d.zoom <= 1.2 and max(abs(d.warp_x), abs(d.warp_y)) <= 0.2 for d in draws)
