"""Drawings: what may arrive, and MNIST's steps held against its own digits and against plain loops."""

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import UserError
from core.exhibits.neural_net.strokes import (
    BOX,
    BROKEN,
    FIELD,
    LARGE,
    MIDDLE,
    MOST_POINTS,
    MOST_STROKES,
    PAPER,
    PEN,
    RASTER,
    bounding_box,
    centre_of_mass,
    fit,
    prepare,
    rasterise,
    read_strokes,
    what_is_wrong,
)
from tests.exhibits.neural_net.results import SEVEN, THREE, digits

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)
POINT = st.integers(0, PAPER)
STROKES = st.lists(st.lists(st.tuples(POINT, POINT), min_size=1, max_size=8), max_size=4)


def all_digits() -> torch.Tensor:
    return torch.cat([digits().x_train, digits().x_valid]).view(-1, 28, 28)


def test_strokes_are_read_as_points() -> None:
    assert read_strokes(None) == read_strokes([]) == ()
    assert read_strokes(SEVEN) == (((280, 180), (720, 180)), ((720, 180), (560, 500), (430, 850)))


@pytest.mark.parametrize(
    "sent",
    [
        *("a drawing", 7, {"strokes": []}, [7], [[]], [[1]], [[1, 2, 3]], [["1", "2"]], [[1.0, 2.0]], [[True, False]]),
        *([[-1, 0]], [[0, PAPER + 1]], [[float("nan"), 0]], [[10**400, 0]], [[[1, 2]]], [None], [[None, None]]),
    ],
    ids=repr,
)
def test_what_is_no_drawing_is_refused(sent: Any) -> None:
    with pytest.raises(UserError) as refused:
        read_strokes(sent)
    assert str(refused.value) == BROKEN


@pytest.mark.parametrize(
    "sent", [[[1, 2]] * (MOST_STROKES + 1), [[1, 2] * (MOST_POINTS + 1)]], ids=["strokes", "points"]
)
def test_what_is_too_large_is_refused(sent: Any) -> None:
    with pytest.raises(UserError) as refused:
        read_strokes(sent)
    assert str(refused.value) == LARGE


def test_the_largest_drawing_is_taken() -> None:
    assert len(read_strokes([[1, 2]] * MOST_STROKES)) == MOST_STROKES
    assert len(read_strokes([[1, 2] * MOST_POINTS])[0]) == MOST_POINTS


@given(JSON)
def test_whatever_arrives_becomes_strokes_or_one_sentence(sent: Any) -> None:
    with suppress(UserError):  # and nothing else
        strokes = read_strokes(sent)
        assert all(0 <= number <= PAPER for stroke in strokes for point in stroke for number in point)


def test_ink_lies_within_half_a_pen_of_the_line() -> None:
    ink = rasterise(read_strokes([[200, 500, 800, 500]]))
    assert set(ink.unique().tolist()) == {0.0, 1.0}
    unit, pen = RASTER / PAPER, PEN * RASTER
    for row, column in ((140, 140), (140, 57), (130, 100)):
        assert ink[row, column] == 1
    rows, columns = np.mgrid[:RASTER, :RASTER]
    nearest = np.clip(columns, 200 * unit, 800 * unit)
    distance = np.hypot(columns - nearest, rows - 500 * unit)
    assert bool((ink[torch.from_numpy(distance < pen / 2 - 1.5)] == 1).all())
    assert bool((ink[torch.from_numpy(distance > pen / 2 + 1.5)] == 0).all())


def test_mnists_own_digits_come_out_as_they_are() -> None:
    same = [torch.equal(prepare(picture).placed, picture) for picture in all_digits()]
    assert sum(same) == 999  # of 1,000, as the page's prose says


def test_a_cut_out_digit_finds_its_place_again() -> None:
    for picture in all_digits()[::97]:
        moved = torch.zeros(60, 50)
        moved[3:31, 20:48] = picture
        assert torch.equal(prepare(moved).placed, prepare(picture).placed)


@settings(max_examples=40)
@given(STROKES)
def test_every_drawing_with_ink_fits(points: list[list[tuple[int, int]]]) -> None:
    ink = rasterise(tuple(map(tuple, points)))
    if not ink.any():
        return
    prepared = prepare(ink)
    assert prepared.fitted.shape == (BOX, BOX)
    assert prepared.placed.shape == (FIELD, FIELD)
    assert prepared.placed.min() >= 0
    assert 0 < prepared.placed.max() <= 1
    assert max(bounding_box(prepared.placed)[2:]) <= BOX
    assert torch.isclose(prepared.placed.sum(), prepared.fitted.sum())


def test_bounding_box_and_centre_of_mass_against_loops() -> None:
    picture = rasterise(read_strokes(THREE))[::5, ::7].contiguous()
    inked = [(r, c) for r in range(picture.shape[0]) for c in range(picture.shape[1]) if picture[r, c] > 0]
    rows, columns = zip(*inked, strict=True)
    top, left, height, width = bounding_box(picture)
    assert (top, left) == (min(rows), min(columns))
    assert (height, width) == (max(rows) - top + 1, max(columns) - left + 1)
    assert centre_of_mass(picture) == pytest.approx((np.mean(rows), np.mean(columns)), abs=1e-3)


def test_fitting_is_pillows_antialiased_resize() -> None:
    ink = rasterise(read_strokes(SEVEN))
    top, left, height, width = bounding_box(ink)
    cut = ink[top : top + height, left : left + width]
    ours = fit(cut)
    assert max(ours.shape) == BOX
    assert ours.shape[1] / ours.shape[0] == pytest.approx(width / height, abs=0.03)
    theirs = Image.fromarray((cut.numpy() * 255).astype(np.uint8)).resize(ours.shape[::-1], Image.Resampling.BILINEAR)
    assert np.abs(ours.numpy() - np.asarray(theirs) / 255).max() < 0.01


def test_the_centre_of_mass_lies_in_the_middle() -> None:
    for strokes in (THREE, SEVEN):
        prepared = prepare(rasterise(read_strokes(strokes)))
        assert prepared.centre == pytest.approx((MIDDLE, MIDDLE), abs=0.5)


def test_where_and_how_large_it_is_drawn_does_not_matter() -> None:
    small = [[number // 2 + 20 for number in stroke] for stroke in THREE]
    moved = [[number + (150 if i % 2 else 0) for i, number in enumerate(stroke)] for stroke in small]
    first, second = (prepare(rasterise(read_strokes(strokes))).placed for strokes in (small, moved))
    assert (first - second).abs().mean() < 0.01


def test_a_digit_has_nothing_wrong() -> None:
    for strokes in (THREE, SEVEN, [[500, 200, 500, 800]]):
        points = read_strokes(strokes)
        assert what_is_wrong(points, rasterise(points)) is None
