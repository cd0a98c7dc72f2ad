"""One moving weight: held against the lesson's own functions, autograd, finite differences and plain loops."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exhibits.loss_vs_accuracy.one_weight import POSITIONS, Sweep, experiment, how_many, room
from core.exhibits.loss_vs_accuracy.precise import distance
from core.exhibits.loss_vs_accuracy.settings import CORNER, LIT, ZOOMS, Settings
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import linear1
from core.nn.staircase import flip_points, staircase
from core.words import format_number
from tests.exhibits.loss_vs_accuracy.models import (
    LIT_PIXELS,
    SEEDS,
    ZOOM,
    correct,
    digits,
    loss_of,
    model,
    moved,
    sweep,
)


@cache
def result(**change: object) -> Sweep:
    return experiment(Settings(digits="built-in", **change))  # type: ignore[arg-type]


@settings(max_examples=15)
@given(SEEDS, LIT_PIXELS, ZOOM)
def test_sweep_is_the_lessons_loss_and_accuracy_at_every_place(seed: int, pixel: int, zoom: float) -> None:
    swept = sweep(seed, pixel, zoom)
    start = moved(seed, {})
    assert swept.loss == pytest.approx(loss_of(start), rel=1e-12)
    assert swept.accuracy * 800 == pytest.approx(correct(start))
    for place in (0, 37, 99, 100, 101, 200):
        share = swept.share[place]
        logits = moved(seed, {pixel: share})
        assert swept.loss_change[place] == pytest.approx(loss_of(logits) - loss_of(start), rel=1e-6, abs=1e-14)
        assert swept.correct_change[place] == correct(logits) - correct(start)
        assert swept.flipped[place] == ((logits > 0) != (start > 0)).sum()
    assert swept.share[POSITIONS // 2] == swept.loss_change[POSITIONS // 2] == 0
    assert (swept.share[0], swept.share[-1]) == (-zoom, zoom)


@settings(max_examples=20)
@given(SEEDS, LIT_PIXELS)
def test_flips_are_where_brute_force_finds_them(seed: int, pixel: int) -> None:
    flips = sweep(seed, pixel, 1.0).flips
    grid = np.linspace(-3, 3, 150)
    sides = np.stack([(moved(seed, {pixel: s}) > 0).numpy()[:, 0] for s in grid])
    seen = (sides[1:] != sides[:-1]).sum(1)
    expected = np.diff(np.searchsorted(flips, grid))
    assert (expected == seen).all()
    assert len(flips) == (digits().x_train[:, pixel] > 0).sum()


@settings(max_examples=20)
@given(SEEDS, LIT_PIXELS)
def test_accuracy_jumps_at_the_nearest_flips_and_not_before(seed: int, pixel: int) -> None:
    start = moved(seed, {}) > 0
    below, above = sweep(seed, pixel, 1.0).nearest
    assert below < 0 < above
    for flip in (below, above):
        if np.isfinite(flip):
            assert ((moved(seed, {pixel: flip * (1 - 1e-9)}) > 0) == start).all()
            assert ((moved(seed, {pixel: flip * (1 + 1e-9)}) > 0) != start).sum() == 1


@settings(max_examples=20)
@given(SEEDS, LIT_PIXELS, ZOOM, st.floats(-0.999, 0.999))
def test_staircase_is_exact_everywhere(seed: int, pixel: int, zoom: float, place: float) -> None:
    edges, levels = sweep(seed, pixel, zoom).stairs
    step = np.searchsorted(edges, place * zoom, side="right") - 1
    assert levels[step] == correct(moved(seed, {pixel: place * zoom})) - correct(moved(seed, {}))
    assert (np.diff(edges) >= 0).all()
    assert (edges[0], edges[-1]) == (-zoom, zoom)
    assert levels[-1] == levels[-2]


def test_flips_and_stairs_of_three_images_by_hand() -> None:
    logits, targets, pull = (
        np.array([1.0, -2.0, 3.0, 5.0]),
        np.array([1.0, 1.0, 0.0, 1.0]),
        np.array([-2.0, 1.0, 1.5, 0]),
    )
    flips, gains = flip_points(logits, targets, pull)
    assert flips.tolist() == [-2.0, 0.5, 2.0]  # a seven leaves the threes' side, a three leaves it, another joins it
    assert gains.tolist() == [-1, -1, 1]
    edges, levels = staircase(flips, gains, 1.0)
    assert edges.tolist() == [-1.0, 0.5, 1.0]
    assert levels.tolist() == [0, -1, -1]


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("seed", [0, 42, 999])
def test_a_black_pixel_moves_nothing_at_all(seed: int, zoom: float) -> None:
    swept = sweep(seed, CORNER, zoom)
    assert swept.lit == 0
    assert not swept.loss_change.any()
    assert not swept.correct_change.any()
    assert not swept.flipped.any()
    assert (swept.slope, swept.rise_over_run) == (0, 0)
    assert (swept.nudge.loss, swept.nudge.loss32, swept.nudge.accuracy, swept.nudge.flipped) == (0, 0, 0, 0)
    assert swept.nearest == (-np.inf, np.inf)
    assert swept.stairs[1].tolist() == [0, 0]


@pytest.mark.parametrize("seed", [3, 42])
def test_gradient_is_autograds(seed: int) -> None:
    weights, bias = model(seed)
    weights = weights.double().requires_grad_()
    mnist_loss(linear1(digits().x_train.double(), [weights, bias.double()]), digits().y_train).backward()
    swept = sweep(seed, LIT, 1.0)
    np.testing.assert_allclose(swept.gradient, weights.grad[:, 0], rtol=1e-3, atol=1e-7)
    assert swept.slope == pytest.approx(weights.grad[LIT, 0].item(), rel=1e-4)


@settings(max_examples=20)
@given(SEEDS, LIT_PIXELS)
def test_slope_is_the_limit_of_rise_over_run(seed: int, pixel: int) -> None:
    weight = float(model(seed)[0][pixel])
    run = 1e-4 / weight
    central = (loss_of(moved(seed, {pixel: run})) - loss_of(moved(seed, {pixel: -run}))) / 2e-4
    near, nearer = sweep(seed, pixel, 0.01), sweep(seed, pixel, 0.0001)
    assert near.slope == pytest.approx(central, rel=1e-5, abs=1e-10)
    assert abs(nearer.rise_over_run - near.slope) <= abs(near.rise_over_run - near.slope) / 50 + 1e-9


def test_room_is_how_far_each_weight_can_move() -> None:
    swept = sweep(42, LIT, 1.0)
    black = (digits().x_train == 0).all(0).numpy()
    assert (np.isinf(swept.room) == black).all()
    weights = model(42)[0][:, 0].numpy()
    start = moved(42, {}) > 0
    for pixel in np.argsort(swept.room)[[0, 1, 50, 400]]:
        share = float(swept.room[pixel]) / weights[pixel]

        def flipped(move: float, pixel: int = int(pixel)) -> int:
            return int(((moved(42, {pixel: move}) > 0) != start).sum())

        assert flipped(0.999 * share) == flipped(-0.999 * share) == 0
        assert flipped(1.001 * share) + flipped(-1.001 * share) >= 1
    assert (swept.accuracy_gradient == 0).all()


def test_an_image_on_the_threshold_leaves_no_room_and_no_slope() -> None:
    on_edge = room(np.array([0.0, 2.0]), np.array([[0.5, 0.0], [1.0, 1.0]], dtype=np.float32))
    assert on_edge.tolist() == [0.0, 2.0]
    slopes = replace(sweep(42, LIT, 1.0), room=on_edge).accuracy_gradient
    assert np.isnan(slopes[0])
    assert slopes[1] == 0


@pytest.mark.parametrize(("seed", "pixel"), [(1, LIT), (42, LIT), (42, 378), (7, CORNER)])
def test_nudge_in_float32_is_the_lessons_own(seed: int, pixel: int) -> None:
    x, y = digits().x_train, digits().y_train
    weights, bias = model(seed)
    before = linear1(x, [weights, bias])
    weights[pixel] *= 1.0001
    after = linear1(x, [weights, bias])
    nudge = sweep(seed, pixel, 1.0).nudge
    assert nudge.loss32 == (mnist_loss(after, y) - mnist_loss(before, y)).item()
    assert nudge.accuracy == (batch_accuracy(after, y) - batch_accuracy(before, y)).item()
    assert nudge.loss == pytest.approx(loss_of(moved(seed, {pixel: 1e-4})) - loss_of(moved(seed, {})), rel=1e-6)
    assert nudge.loss == pytest.approx(nudge.loss32, abs=1.3e-7)  # float32 rounds losses of this size to 3e-8 or 6e-8


def test_distance_is_mnist_loss_image_by_image() -> None:
    logits, targets = np.array([-3.0, 0.0, 5.0, -3.0, 900.0, -900.0]), np.array([1.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    single = [mnist_loss(torch.tensor([z]), torch.tensor([t])).item() for z, t in zip(logits, targets, strict=True)]
    np.testing.assert_allclose(distance(logits, targets), single, rtol=1e-12, atol=1e-300)


def test_no_random_weight_is_exactly_zero() -> None:
    """So every weight can be multiplied, and a share of it is a move."""
    assert all(bool(model(seed)[0].all()) for seed in range(1000))


def test_findings_are_made_from_the_result() -> None:
    swept = result()
    sentences = " ".join(swept.findings())
    assert format_number(swept.nudge.loss) in sentences
    assert "none of 800 predictions" in sentences
    assert f"{swept.accuracy:.4f} to {swept.accuracy + swept.correct_change[-1] / 800:.4f}" in sentences
    assert f"it is {swept.flipped[-1]} of them" in sentences
    assert format_number(swept.room.min()) in sentences
    assert "none does" in result(zoom=0.0001).findings()[1]
    nudge = replace(swept.nudge, flipped=3, accuracy=-0.00125)
    assert "**−0.0013**: 3 of 800" in replace(swept, nudge=nudge).findings()[0]


def test_findings_say_when_nothing_can_move() -> None:
    assert "black in all 800 images" in result(pixel=CORNER).findings()[0]
    edge = replace(result(), room=np.array([0.0, 1.0]))
    assert "edge of a step" in edge.findings()[-1]


@pytest.mark.parametrize(("flipped", "answer"), [(0, "none"), (1, "1 to 10"), (10, "1 to 10"), (11, "more than 10")])
def test_the_questions_answer_counts_the_predictions(flipped: int, answer: str) -> None:
    nudge = replace(result().nudge, flipped=flipped)
    assert how_many(replace(result(), nudge=nudge)) == answer


@pytest.mark.parametrize("pixel", [CORNER, LIT])
def test_numbers_and_table_are_whole(pixel: int) -> None:
    assert all(np.isfinite(value) for value in result(pixel=pixel).numbers().values())
    columns = result(pixel=pixel).table()
    assert len({len(column) for column in columns.values()}) == 1
    assert all(np.isfinite(column).all() for column in columns.values())


@pytest.mark.parametrize(("value", "words"), [(-3.437e-8, "−3.4e-8"), (0.0, "0"), (1.5e-5, "1.5e-5"), (-0.25, "−0.25")])
def test_numbers_as_words(value: float, words: str) -> None:
    assert format_number(value) == words
