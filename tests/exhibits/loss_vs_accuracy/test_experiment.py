"""Loss against accuracy: held against the lesson's own functions, autograd, finite differences and plain loops."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from core.data.digits import Digits, load
from core.exhibits.loss_vs_accuracy.experiment import (
    ANOTHER,
    CORNER,
    LIT,
    ZOOMS,
    Result,
    Settings,
    experiment,
    findings,
    how_many,
    numbers,
    table,
)
from core.exhibits.loss_vs_accuracy.staircase import (
    CELLS,
    POSITIONS,
    Sweep,
    distance,
    many_models,
    one_weight,
    room,
    two_surfaces,
)
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import PIXELS, flatten, init_params, linear1
from core.nn.staircase import flip_points, staircase
from core.nn.surfaces import Plane, loss_surface
from core.words import format_number

SEEDS = st.integers(0, 999)
LIT_PIXELS = st.sampled_from([LIT, 378, 405, 437, 211, 183])
ZOOM = st.sampled_from(ZOOMS)


@cache
def digits() -> Digits:
    return load("built-in")


@cache
def found(**change: object) -> Result:
    return experiment(Settings(digits="built-in", **change))  # type: ignore[arg-type]


def model(seed: int) -> list[Tensor]:
    return init_params("linear", "randn", seed)


def sweep(seed: int, pixel: int, zoom: float) -> Sweep:
    return one_weight(model(seed), pixel, zoom, digits())


def moved(seed: int, moves: dict[int, float]) -> Tensor:
    """Logits (800, 1) in float64, from the lesson's float32 ones, when weights move by these shares of themselves."""
    parameters = model(seed)
    logits = linear1(digits().x_train, parameters).double()
    for pixel, share in moves.items():
        logits += share * parameters[0][pixel].double() * digits().x_train[:, [pixel]].double()
    return logits


def loss_of(logits: Tensor) -> float:
    return mnist_loss(logits, digits().y_train.double()).item()


def correct(logits: Tensor) -> int:
    return round(batch_accuracy(logits, digits().y_train).item() * len(logits))


@settings(max_examples=15)
@given(SEEDS, LIT_PIXELS, ZOOM)
def test_sweep_is_the_lessons_loss_and_accuracy_at_every_place(seed: int, pixel: int, zoom: float) -> None:
    result = sweep(seed, pixel, zoom)
    start = moved(seed, {})
    assert result.loss == pytest.approx(loss_of(start), rel=1e-12)
    assert result.accuracy * 800 == pytest.approx(correct(start))
    for place in (0, 37, 99, 100, 101, 200):
        share = result.share[place]
        logits = moved(seed, {pixel: share})
        assert result.loss_change[place] == pytest.approx(loss_of(logits) - loss_of(start), rel=1e-6, abs=1e-14)
        assert result.correct_change[place] == correct(logits) - correct(start)
        assert result.flipped[place] == ((logits > 0) != (start > 0)).sum()
    assert result.share[POSITIONS // 2] == result.loss_change[POSITIONS // 2] == 0
    assert (result.share[0], result.share[-1]) == (-zoom, zoom)


@settings(max_examples=20)
@given(SEEDS, LIT_PIXELS)
def test_flips_are_where_brute_force_finds_them(seed: int, pixel: int) -> None:
    flips = sweep(seed, pixel, 1.0).flips
    grid = np.linspace(-3, 3, 150)
    sides = np.stack([(moved(seed, {pixel: s}) > 0).numpy()[:, 0] for s in grid])
    seen = (sides[1:] != sides[:-1]).sum(1)
    told = np.diff(np.searchsorted(flips, grid))
    assert (told == seen).all()
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
    result = sweep(seed, CORNER, zoom)
    assert result.lit == 0
    assert not result.loss_change.any()
    assert not result.correct_change.any()
    assert not result.flipped.any()
    assert (result.slope, result.rise_over_run) == (0, 0)
    assert (result.nudge.loss, result.nudge.loss32, result.nudge.accuracy, result.nudge.flipped) == (0, 0, 0, 0)
    assert result.nearest == (-np.inf, np.inf)
    assert result.stairs[1].tolist() == [0, 0]


@pytest.mark.parametrize("seed", [3, 42])
def test_gradient_is_autograds(seed: int) -> None:
    weights, bias = model(seed)
    weights = weights.double().requires_grad_()
    mnist_loss(linear1(digits().x_train.double(), [weights, bias.double()]), digits().y_train).backward()
    result = sweep(seed, LIT, 1.0)
    np.testing.assert_allclose(result.gradient, weights.grad[:, 0], rtol=1e-3, atol=1e-7)
    assert result.slope == pytest.approx(weights.grad[LIT, 0].item(), rel=1e-4)


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
    result = sweep(42, LIT, 1.0)
    black = (digits().x_train == 0).all(0).numpy()
    assert (np.isinf(result.room) == black).all()
    weights = model(42)[0][:, 0].numpy()
    start = moved(42, {}) > 0
    for pixel in np.argsort(result.room)[[0, 1, 50, 400]]:
        share = float(result.room[pixel]) / weights[pixel]

        def flipped(move: float, pixel: int = int(pixel)) -> int:
            return int(((moved(42, {pixel: move}) > 0) != start).sum())

        assert flipped(0.999 * share) == flipped(-0.999 * share) == 0
        assert flipped(1.001 * share) + flipped(-1.001 * share) >= 1
    assert (result.accuracy_gradient == 0).all()


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


def test_random_models_are_measured_one_by_one() -> None:
    draws = found(view="models", seed=900).found
    x, y = digits().x_train, digits().y_train
    for seed in (0, 1, 42, 199):
        assert draws.accuracies[seed] == pytest.approx(batch_accuracy(linear1(x, model(seed)), y).item(), abs=1e-6)
        assert (draws.weights[seed] == model(seed)[0][:, 0].numpy()).all()
    assert draws.own == pytest.approx(batch_accuracy(linear1(x, model(900)), y).item(), abs=1e-6)
    assert len(draws.accuracies) == 200
    assert many_models()[1][7] == model(7)[1]


def test_a_random_model_is_luck_as_the_notes_found() -> None:
    """Claim 13: about one half on average, but spread far more widely than coin tosses are."""
    a = found(view="models").found.accuracies
    assert a.mean() == pytest.approx(0.5, abs=4 * a.std() / np.sqrt(200))
    assert a.std() > 5 * np.sqrt(0.25 / 800)
    assert numbers(found(view="models"))["sd"] == pytest.approx(np.sqrt(((a - a.mean()) ** 2).mean()))


@settings(max_examples=8)
@given(SEEDS, ZOOM)
def test_surfaces_are_the_lessons_loss_and_accuracy_in_every_cell(seed: int, zoom: float) -> None:
    result = two_surfaces(model(seed), (LIT, 378), zoom, digits())
    start = moved(seed, {})
    for row, column in ((0, 0), (30, 30), (12, 44), (60, 2)):
        logits = moved(seed, {LIT: result.cells[column], 378: result.cells[row]})
        assert result.correct_change[row, column] == correct(logits) - correct(start)
        change = loss_of(logits) - loss_of(start)
        assert result.loss_change[row // 2, column // 2] == pytest.approx(change, rel=1e-6, abs=1e-14)
    assert result.levels == len(set(result.correct_change.ravel().tolist()))
    np.testing.assert_allclose(result.path[::2], result.loss_change[15], rtol=1e-9, atol=1e-15)


def test_surfaces_are_those_of_the_loss_surface_page() -> None:
    result = two_surfaces(model(42), (LIT, 378), 10.0, digits())
    axes = []
    for pixel in (LIT, 378):
        axis = torch.zeros(PIXELS + 1)
        axis[pixel] = model(42)[0][pixel]
        axes.append(axis)
    plane = Plane(flatten(model(42)), *axes, (-10.0, 10.0, -10.0, 10.0), "random")
    surface = loss_surface("linear", plane, digits().x_train, digits().y_train, len(result.nodes))
    np.testing.assert_allclose(result.nodes, surface.a, atol=1e-5)
    assert surface.loss is not None
    np.testing.assert_allclose(result.loss_change, surface.loss - surface.loss[15, 15], atol=1e-5)


@given(st.sampled_from([CORNER, LIT, ANOTHER]), st.integers(0, PIXELS - 1))
def test_the_two_weights_of_the_surfaces_differ(pixel: int, other: int) -> None:
    chosen = Settings(pixel=pixel, other=other)
    assert chosen.nudged == (other if pixel == ANOTHER else pixel)
    assert chosen.second != chosen.nudged


def test_views_agree_on_the_weight_that_moves() -> None:
    result, surfaces = found(zoom=10.0).found, found(view="surfaces", zoom=10.0).found
    at = np.searchsorted(result.share, surfaces.cells[[0, 15, 30, 45, 60]] - 1e-9)
    np.testing.assert_allclose(result.loss_change[at], surfaces.path[[0, 15, 30, 45, 60]], atol=1e-12)
    assert (result.correct_change[at] == surfaces.correct_change[CELLS // 2][[0, 15, 30, 45, 60]]).all()


def test_findings_are_made_from_the_result() -> None:
    result = found()
    sweep = result.found
    sentences = " ".join(findings(result))
    assert format_number(sweep.nudge.loss) in sentences
    assert "none of 800 predictions" in sentences
    assert f"{sweep.accuracy:.4f} to {sweep.accuracy + sweep.correct_change[-1] / 800:.4f}" in sentences
    assert f"it is {sweep.flipped[-1]} of them" in sentences
    assert format_number(sweep.room.min()) in sentences
    assert "none does" in findings(found(zoom=0.0001))[1]
    nudge = replace(sweep.nudge, flipped=3, accuracy=-0.00125)
    assert "**−0.0013**: 3 of 800" in findings(replace(result, found=replace(sweep, nudge=nudge)))[0]


def test_findings_say_when_nothing_can_move() -> None:
    assert "black in all 800 images" in findings(found(pixel=CORNER))[0]
    assert "both are flat" in findings(found(view="surfaces", pixel=CORNER, other=27))[0]
    assert "table top" in findings(found(view="surfaces", zoom=0.0001))[0]
    levels = found(view="surfaces").found.levels
    assert f"only {levels} values" in findings(found(view="surfaces"))[0]
    edge = replace(found().found, room=np.array([0.0, 1.0]))
    assert "edge of a step" in findings(replace(found(), found=edge))[-1]


@pytest.mark.parametrize(("flipped", "answer"), [(0, "none"), (1, "1 to 10"), (10, "1 to 10"), (11, "more than 10")])
def test_the_questions_answer_counts_the_predictions(flipped: int, answer: str) -> None:
    result = found()
    nudge = replace(result.found.nudge, flipped=flipped)
    assert how_many(replace(result, found=replace(result.found, nudge=nudge))) == answer


@pytest.mark.parametrize("view", ["weight", "models", "surfaces"])
@pytest.mark.parametrize("pixel", [CORNER, LIT])
def test_numbers_and_table_are_whole(view: str, pixel: int) -> None:
    result = found(view=view, pixel=pixel)
    assert all(np.isfinite(value) for value in numbers(result).values())
    columns = table(result)
    assert len({len(column) for column in columns.values()}) == 1
    assert all(np.isfinite(column).all() for column in columns.values())


@pytest.mark.parametrize(("value", "words"), [(-3.437e-8, "−3.4e-8"), (0.0, "0"), (1.5e-5, "1.5e-5"), (-0.25, "−0.25")])
def test_numbers_as_words(value: float, words: str) -> None:
    assert format_number(value) == words
