"""Surfaces against the plain loop, planes against NumPy's SVD and least squares,
directions against their definition.
"""

from collections.abc import Iterator
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from core.data.digits import load
from core.device import available
from core.nn import surfaces
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import ModelName, flatten, forward, init_params, unflatten
from core.nn.surfaces import MARGIN, Plane, PlaneError, Surface, loss_surface, losses_at, path_plane, random_plane
from core.nn.training import Recipe, train

MODELS = st.sampled_from(get_args(ModelName))
SEEDS = st.integers(0, 999)
both_models = pytest.mark.parametrize("model", get_args(ModelName))

Point = tuple[int, int, list[Tensor]]


def digits(n: int = 120) -> tuple[Tensor, Tensor]:
    """As many threes as sevens: the middle of the training set."""
    built_in = load("built-in")
    middle = slice(400 - n // 2, 400 + n // 2)
    return built_in.x_train[middle], built_in.y_train[middle]


def skew_plane(like: list[Tensor], seed: int, scale: float = 1.0) -> Plane:
    """Two random directions that are neither orthogonal nor of one length, off-centre extents."""
    generator = torch.Generator().manual_seed(seed)
    origin = flatten(like)
    one, two = (torch.randn(len(origin), generator=generator) for _ in range(2))
    reach = (-0.7 * scale, 0.9 * scale, -0.2 * scale, 1.3 * scale)
    return Plane(origin=origin, first=0.2 * one, second=0.1 * one - 0.3 * two, extents=reach, made="random")


def points(plane: Plane, surface: Surface, like: list[Tensor], step: int = 1) -> Iterator[Point]:
    """Row, column and parameters of every `step`-th point of the grid."""
    for j in range(0, len(surface.b), step):
        for i in range(0, len(surface.a), step):
            yield j, i, unflatten(plane.at(np.array([[surface.a[i], surface.b[j]]]))[0], like)


def doubt(model: ModelName, plane: Plane, a: float, b: float, like: list[Tensor], x: Tensor) -> Tensor:
    """How far float32 rounding can move each logit (n, 1): some units in the last place of its terms' sizes."""
    sizes = plane.origin.abs() + abs(a) * plane.first.abs() + abs(b) * plane.second.abs()
    return 2e-6 * forward(model, x.abs().double(), unflatten(sizes.double(), like))


def between(model: ModelName, plane: Plane, surface: Surface, like: list[Tensor], x: Tensor, y: Tensor) -> None:
    """Every value lies where rounding lets it lie around the exact one, which is computed in float64."""
    for j, i, _ in points(plane, surface, like):
        a, b = float(surface.a[i]), float(surface.b[j])
        exact = plane.origin.double() + a * plane.first.double() + b * plane.second.double()
        logits = forward(model, x.double(), unflatten(exact, like))
        room = doubt(model, plane, a, b, like, x)
        wrong_way = (1 - 2 * y) * logits
        low, high = (wrong_way - room).sigmoid().mean().item(), (wrong_way + room).sigmoid().mean().item()
        assert surface.loss is not None
        assert surface.accuracy is not None
        assert low - 1e-6 <= surface.loss[j, i] <= high + 1e-6
        undecided = (logits.abs() <= room).double().mean().item()
        assert abs(surface.accuracy[j, i] - batch_accuracy(logits, y).item()) <= undecided + 1e-6


@settings(max_examples=8)
@given(MODELS, SEEDS, st.sampled_from([1, 2, 3, 6]), st.sampled_from(["randn", "uniform"]), st.sampled_from([1, 4, 30]))
def test_surface_is_the_plain_loop(model: ModelName, seed: int, size: int, init: str, hidden: int) -> None:
    like = init_params(model, init, seed, hidden)  # type: ignore[arg-type]
    plane, (x, y) = skew_plane(like, seed), digits()
    surface = loss_surface(model, plane, x, y, size)
    assert surface.loss is not None
    assert surface.loss.shape == surface.accuracy.shape == (size, size)
    assert surface.loss.dtype == surface.accuracy.dtype == np.float32
    for j, i, parameters in points(plane, surface, like):
        logits = forward(model, x, parameters)
        assert surface.loss[j, i] == pytest.approx(mnist_loss(logits, y).item(), abs=1e-5)
        room = doubt(model, plane, surface.a[i], surface.b[j], like, x)
        undecided = int((logits.abs() <= room).sum())
        assert abs(surface.accuracy[j, i] - batch_accuracy(logits, y).item()) * len(x) <= undecided + 1e-3


@both_models
@pytest.mark.parametrize("scale", [1.0, 1e2, 1e4, 1e8])
def test_surface_is_right_where_the_sigmoid_saturates(model: ModelName, scale: float) -> None:
    like = init_params(model, "randn", 3)
    plane, (x, y) = skew_plane(like, 3, scale), digits(60)
    surface = loss_surface(model, plane, x, y, 5)
    assert np.isfinite(surface.loss).all()
    between(model, plane, surface, like, x, y)


@both_models
@pytest.mark.parametrize("device", available())
def test_a_picture_sized_surface_on_all_built_in_digits(model: ModelName, device: str) -> None:
    like = init_params(model, "uniform", 5)
    plane, (x, y) = random_plane(flatten(like), like, 5), digits(800)
    surface = loss_surface(model, plane, x.to(device), y.to(device))
    assert (surface.a[[0, -1]] == [-1, 1]).all()
    for j, i, parameters in points(plane, surface, like, step=10):
        logits = forward(model, x, parameters)
        assert surface.loss[j, i] == pytest.approx(mnist_loss(logits, y).item(), abs=1e-5)
        assert surface.accuracy[j, i] == pytest.approx(batch_accuracy(logits, y).item(), abs=1.1 / 800)


@both_models
def test_chunks_change_nothing(model: ModelName, monkeypatch: pytest.MonkeyPatch) -> None:
    like = init_params(model, "randn", 1)
    plane, (x, y) = skew_plane(like, 1), digits()
    whole = loss_surface(model, plane, x, y, 7)
    monkeypatch.setattr(surfaces, "CHUNK", 7 * 11 if model == "linear" else 30 * 11)
    parts = loss_surface(model, plane, x, y, 7)
    np.testing.assert_allclose(parts.loss, whole.loss, atol=1e-6)
    np.testing.assert_allclose(parts.accuracy, whole.accuracy, atol=1e-6)
    monkeypatch.setattr(surfaces, "CHUNK", 1)  # an image at a time
    single = loss_surface(model, plane, x[55:65], y[55:65], 7)
    monkeypatch.undo()
    np.testing.assert_allclose(single.loss, loss_surface(model, plane, x[55:65], y[55:65], 7).loss, atol=1e-6)


@both_models
def test_logits_of_exactly_zero_count_as_sevens_as_in_the_lesson(model: ModelName) -> None:
    like = [torch.zeros_like(p) for p in init_params(model, "randn", 0)]
    zero, (x, y) = flatten(like), digits(40)
    plane = Plane(origin=zero, first=zero, second=zero, extents=(-1.0, 1.0, -1.0, 1.0), made="random")
    for targets in (y, torch.zeros_like(y), torch.ones_like(y)):
        surface = loss_surface(model, plane, x, targets, 3)
        assert (surface.accuracy == batch_accuracy(forward(model, x, like), targets).item()).all()
        assert (surface.loss == 0.5).all()


def test_only_what_is_asked_for_and_read_only() -> None:
    like = init_params("linear", "randn", 0)
    plane, (x, y) = random_plane(flatten(like), like, 0), digits(20)
    whole = loss_surface("linear", plane, x, y, 5)
    loss, accuracy = (loss_surface("linear", plane, x, y, 5, (what,)) for what in ("loss", "accuracy"))
    assert loss.accuracy is None
    assert accuracy.loss is None
    assert (loss.loss == whole.loss).all()
    assert (accuracy.accuracy == whole.accuracy).all()
    for array in (whole.a, whole.b, whole.loss, whole.accuracy):
        assert array is not None
        assert not array.flags.writeable


@pytest.mark.parametrize(("model", "count"), [("linear", 1), ("linear", 250), ("relu", 1), ("relu", 19)])
def test_losses_at_is_the_plain_loop(model: ModelName, count: int) -> None:
    like = init_params(model, "randn", 2)
    x, y = digits(30)
    generator = torch.Generator().manual_seed(count)
    path = flatten(like) + 0.3 * torch.randn(count, len(flatten(like)), generator=generator)
    loop = [mnist_loss(forward(model, x, unflatten(point, like)), y).item() for point in path]
    np.testing.assert_allclose(losses_at(model, path, x, y), loop, atol=1e-5)
    np.testing.assert_allclose(losses_at(model, path.numpy(), x, y), loop, atol=1e-5)


@settings(max_examples=15)
@given(MODELS, SEEDS)
def test_random_filters_have_the_norms_of_the_centers(model: ModelName, seed: int) -> None:
    like = init_params(model, "randn", seed + 1)
    before = torch.get_rng_state()
    plane = random_plane(flatten(like), like, seed)
    assert (torch.get_rng_state() == before).all()
    assert (plane.origin == flatten(like)).all()
    assert plane.extents == (-1, 1, -1, 1)
    generator = torch.Generator().manual_seed(seed)
    for direction in (plane.first, plane.second):
        for given_, made in zip(like, unflatten(direction, like), strict=True):
            if given_.ndim == 1:
                assert (made == 0).all()
                continue
            noise = torch.randn(given_.shape, generator=generator).double().numpy()
            for unit in range(given_.shape[1]):
                own, random = given_[:, unit].double().numpy(), noise[:, unit]
                expected = random / np.sqrt((random**2).sum()) * np.sqrt((own**2).sum())
                np.testing.assert_allclose(made[:, unit].numpy(), expected, rtol=1e-4, atol=1e-6)


def test_random_planes_differ_with_their_seed_only() -> None:
    like = init_params("linear", "randn", 0)
    one, same, other = (random_plane(flatten(like), like, seed) for seed in (1, 1, 2))
    assert (one.first == same.first).all()
    assert not (one.first == other.first).all()
    cosine = one.first @ one.second / (one.first.norm() * one.second.norm())
    assert abs(cosine.item()) < 0.2


def random_path(frames: int, parameters: int, seed: int) -> np.ndarray:
    """A random walk (frames, parameters) with a drift, float32."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal((frames, parameters)) * rng.uniform(0.1, 2, parameters)
    return np.cumsum(steps, 0).astype(np.float32)


@given(st.integers(3, 12), st.integers(2, 60), SEEDS)
def test_path_plane_is_the_svd_of_the_centred_path(frames: int, parameters: int, seed: int) -> None:
    path = random_path(frames, parameters, seed)
    plane = path_plane(path)
    directions = torch.stack([plane.first, plane.second]).double().numpy()
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-6)
    assert (plane.origin.numpy() == path[-1]).all()
    centred = path.astype(np.float64) - path.astype(np.float64).mean(0)
    _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
    share = (sizes[:2] ** 2).sum() / (sizes**2).sum()
    assert plane.variance_explained(path) == pytest.approx(share, abs=1e-6)
    gaps = np.diff(sizes[:3]) / sizes[0]
    if (gaps < -1e-2).all():  # otherwise the directions are not determined by the path
        np.testing.assert_allclose(np.abs((directions * rows[:2]).sum(1)), 1, atol=1e-4)
    assert (plane.project(path)[0] <= 1e-5).all()
    assert np.abs(plane.project(path)[-1]).max() <= 1e-5


@given(st.integers(1, 9), st.integers(2, 40), SEEDS, st.floats(-4, 4), st.floats(-0.99, 0.99))
def test_projection_is_least_squares(frames: int, parameters: int, seed: int, power: float, mix: float) -> None:
    rng = np.random.default_rng(seed)
    origin, one, two = rng.standard_normal((3, parameters))
    vectors = torch.tensor(np.stack([origin, one, 10**power * (mix * one + two)]), dtype=torch.float32)
    plane = Plane(origin=vectors[0], first=vectors[1], second=vectors[2], extents=(-1.0, 1.0, -1.0, 1.0), made="random")
    path = random_path(frames, parameters, seed)
    directions = vectors[1:].double().numpy().T
    differences = path.astype(np.float64) - vectors[0].double().numpy()
    expected = np.linalg.lstsq(directions, differences.T, rcond=None)[0].T
    np.testing.assert_allclose(plane.project(path), expected, rtol=1e-6, atol=1e-8 * np.abs(expected).max())
    coordinates = rng.uniform(-3, 3, (frames, 2))
    np.testing.assert_allclose(
        (plane.project(plane.at(coordinates)) - coordinates) @ directions.T, 0, atol=1e-4 * np.abs(directions).max()
    )
    centred = path.astype(np.float64) - path.astype(np.float64).mean(0)
    basis = np.linalg.qr(directions)[0]
    if frames > 1:
        share = ((centred @ basis) ** 2).sum() / (centred**2).sum()
        assert plane.variance_explained(path) == pytest.approx(share, abs=1e-6)


@given(st.integers(3, 12), SEEDS)
def test_the_path_fills_the_picture_but_for_the_margin(frames: int, seed: int) -> None:
    path = random_path(frames, 20, seed)
    like = [torch.from_numpy(path[-1, :, None].copy())]
    for plane in (path_plane(path), random_plane(flatten(like), like, seed).fitted(path)):
        a_min, a_max, b_min, b_max = plane.extents
        a, b = plane.project(path).T
        for low, high, along in ((a_min, a_max, a), (b_min, b_max, b)):
            width = np.ptp(along)
            assert low == pytest.approx(along.min() - MARGIN * width, abs=1e-5 * width)
            assert high == pytest.approx(along.max() + MARGIN * width, abs=1e-5 * width)


def test_a_straight_path_gets_a_second_direction_at_right_angles() -> None:
    path = np.linspace(0, 1, 6)[:, None] * np.arange(10.0, dtype=np.float32)
    for line in (path, path[[0, -1]]):
        plane = path_plane(line)
        assert "straight line" in plane.note
        assert abs((plane.first @ plane.second).item()) < 1e-6
        assert plane.second.norm().item() == pytest.approx(1, abs=1e-6)
        assert plane.variance_explained(line) == pytest.approx(1)
        a_min, a_max, b_min, b_max = plane.extents
        assert b_max - b_min == pytest.approx(a_max - a_min)
        assert path_plane(line).second.tolist() == plane.second.tolist()


def test_points_that_are_not_finite_are_left_out_and_named() -> None:
    path = random_path(6, 10, 0)
    broken = np.concatenate([path, np.full((2, 10), np.nan, np.float32)])
    broken[6, 3] = np.inf
    plane, whole = path_plane(broken), path_plane(path)
    assert plane.note.startswith("2 of 8 recorded points")
    assert (plane.first == whole.first).all()
    assert plane.extents == whole.extents
    assert np.isnan(plane.project(broken)[7]).all()
    assert plane.variance_explained(broken) == whole.variance_explained(path)


def test_what_has_no_plane_is_refused_with_a_sentence() -> None:
    path = random_path(4, 10, 0)
    like = init_params("linear", "randn", 0)
    with pytest.raises(PlaneError, match="look at a random plane"):
        path_plane(path[:1])
    with pytest.raises(PlaneError, match="look at a random plane"):
        path_plane(path[[1, 1, 1]])
    with pytest.raises(PlaneError, match="lower learning rate"):
        path_plane(np.full((3, 10), np.nan))
    with pytest.raises(PlaneError, match="choose an earlier step"):
        path_plane(path, center=np.full(10, np.inf))
    with pytest.raises(PlaneError, match="lower learning rate"):
        random_plane(flatten(like) / 0, like, 0)
    with pytest.raises(PlaneError, match="All weights are 0"):
        random_plane(torch.zeros(785), like, 0)
    assert np.isnan(path_plane(path).variance_explained(path[:1]))


def test_another_center_moves_the_plane_but_not_its_directions() -> None:
    path = random_path(8, 30, 4)
    ends, starts = path_plane(path), path_plane(path, center=path[0])
    np.testing.assert_allclose(starts.project(path)[0], 0, atol=1e-6)
    alignment = np.abs([(ends.first @ starts.first).item(), (ends.second @ starts.second).item()])
    np.testing.assert_allclose(alignment, 1, atol=1e-5)
    assert ends.variance_explained(path) == pytest.approx(starts.variance_explained(path))


@both_models
def test_a_recorded_run_ends_on_its_own_surface(model: ModelName) -> None:
    built_in = load("built-in")
    run = train(Recipe(model=model, init="uniform", epochs=2, batch_size=80, learning_rate=0.5), built_in)
    plane, x, y = path_plane(run.parameters), built_in.x_train, built_in.y_train
    path = plane.project(run.parameters)
    assert 0.5 < plane.variance_explained(run.parameters) <= 1
    on_path, on_plane = losses_at(model, run.parameters, x, y), losses_at(model, plane.at(path), x, y)
    assert on_path[-1] == pytest.approx(on_plane[-1], abs=1e-6)
    assert on_path[-1] == pytest.approx(mnist_loss(forward(model, x, run.tensors(-1)), y).item(), abs=1e-6)
    surface = loss_surface(model, plane, x, y, 5, ("loss",))
    assert surface.loss is not None
    corner = np.array([[surface.a[4], surface.b[0]]])
    assert surface.loss[0, 4] == pytest.approx(losses_at(model, plane.at(corner), x, y)[0], abs=1e-5)
