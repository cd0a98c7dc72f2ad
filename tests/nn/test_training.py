"""The losses, the models' gradients and the recorded run, held against autograd, finite differences and torch.optim."""

import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from core.data.digits import Digits
from core.nn import training
from core.nn.kernels import DeviceKernel
from core.nn.losses import batch_accuracy, mnist_loss, mse
from core.nn.models import (
    HIDDEN,
    ModelName,
    flatten,
    forward,
    gradients,
    init_params,
    layer_sizes,
    linear1,
    logit_gradient,
    simple_net,
    unflatten,
)
from core.nn.training import Recipe, Run, epoch_orders, gradient_at, kept_steps, train, train_plainly, validate
from tests.few_digits import few_digits

MODELS: tuple[ModelName, ...] = ("linear", "relu")
ITEMS = 110  # 16, 37 and 109 leave a shorter last batch; 109 leaves one of a single image


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """The oracles' arrays are small: more threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def digits() -> Digits:
    return few_digits()


def recipe_of(model: ModelName, **changes) -> Recipe:
    """A short run; the ReLU net at the lesson's learning rate and narrower than there."""
    rate = 1.0 if model == "linear" else 0.1
    return replace(
        Recipe(model=model, init="uniform", learning_rate=rate, epochs=3, batch_size=16, hidden=7), **changes
    )


def batches(recipe: Recipe, items: int) -> list[Tensor]:
    """The rows of every mini-batch of a run, in order."""
    size = recipe.batch_size or items
    orders = epoch_orders(items, recipe.epochs, recipe.shuffle, recipe.seed)
    return [rows for order in orders for rows in (torch.arange(items) if order is None else order).split(size)]


def by_optim(recipe: Recipe, digits: Digits) -> tuple[list[Tensor], list[float]]:
    """The oracle: autograd and torch.optim.SGD; flat parameters before every step and at the end, and the losses."""
    parameters = init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)
    optimizer = torch.optim.SGD([p.requires_grad_() for p in parameters], lr=recipe.learning_rate)
    before, losses = [flatten(parameters).detach()], []
    for rows in batches(recipe, len(digits.x_train)):
        loss = mnist_loss(forward(recipe.model, digits.x_train[rows], parameters), digits.y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        before.append(flatten(parameters).detach())
        losses.append(loss.item())
    return before, losses


def assert_as_by_optim(run: Run, digits: Digits) -> None:
    before, losses = by_optim(run.recipe, digits)
    np.testing.assert_allclose(run.losses, losses, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(run.parameters, torch.stack(before).numpy()[run.kept], rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("size", [16, 37, 109, 0])
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_the_lessons_own_loop_and_the_recorded_run_are_equal(model, shuffle, size, digits: Digits) -> None:
    recipe = recipe_of(model, shuffle=shuffle, batch_size=size)
    run = train(recipe, digits)
    plain = [(loss, flatten(parameters).detach().numpy()) for loss, parameters in train_plainly(recipe, digits)]
    np.testing.assert_allclose(run.losses, [loss for loss, _ in plain], rtol=1e-4, atol=1e-6)
    after = [flatten(init_params(model, recipe.init, recipe.seed, recipe.hidden)).numpy(), *(p for _, p in plain)]
    np.testing.assert_allclose(run.parameters, np.stack(after)[run.kept], rtol=1e-4, atol=2e-5)


# Losses and the metric


def test_mnist_loss_is_the_mean_distance_after_the_sigmoid() -> None:
    targets = torch.tensor([[1.0], [0.0], [1.0]])
    assert mnist_loss(torch.tensor([[0.9], [0.4], [0.2]]).logit(), targets).item() == pytest.approx(0.4333, abs=1e-4)
    assert mnist_loss(torch.tensor([[0.9], [0.4], [0.8]]).logit(), targets).item() == pytest.approx(0.2333, abs=1e-4)


@given(st.lists(st.tuples(st.floats(-50, 50, width=32), st.booleans()), min_size=1, max_size=40))
def test_losses_and_accuracy_against_plain_python(items: list[tuple[float, bool]]) -> None:
    logits, targets = (torch.tensor(each, dtype=torch.float64)[:, None] for each in zip(*items, strict=True))
    chances = [1 / (1 + np.exp(-z)) for z, _ in items]
    distances = [1 - p if y else p for p, (_, y) in zip(chances, items, strict=True)]
    assert mnist_loss(logits, targets).item() == pytest.approx(np.mean(distances), rel=1e-9)
    assert mse(logits, targets).item() == pytest.approx(np.mean([(z - y) ** 2 for z, y in items]), rel=1e-9)
    assert batch_accuracy(logits, targets).item() == pytest.approx(np.mean([(z > 0) == y for z, y in items]))


# Models and gradients


@pytest.mark.parametrize("init", ["randn", "uniform"])
@pytest.mark.parametrize("model", MODELS)
def test_first_parameters(model: ModelName, init) -> None:
    state = torch.get_rng_state()
    parameters = init_params(model, init, seed=3)
    assert torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(a, b) for a, b in zip(parameters, init_params(model, init, seed=3), strict=True))
    assert not torch.equal(parameters[0], init_params(model, init, seed=4)[0])
    assert sum(p.numel() for p in parameters) == (785 if model == "linear" else 23_581)
    weights = parameters[0]
    if init == "randn":
        assert weights.std().item() == pytest.approx(1, abs=0.08)
    else:
        bounds = [1 / np.sqrt(inputs) for inputs in layer_sizes(model)[:-1] for _ in range(2)]
        assert all(p.abs().max() <= bound for p, bound in zip(parameters, bounds, strict=True))
        assert weights.abs().max() > 0.95 / 28
        assert weights.std().item() == pytest.approx(1 / 28 / np.sqrt(3), rel=0.08)
    assert weights.mean().item() == pytest.approx(0, abs=3 * weights.std().item() / np.sqrt(weights.numel()))


def test_models_are_those_of_torch_nn(digits: Digits) -> None:
    w1, b1, w2, b2 = parameters = init_params("relu", "uniform", 0)
    net = nn.Sequential(nn.Linear(784, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
    for p, value in zip(net.parameters(), (w1.T, b1, w2.T, b2), strict=True):
        p.data = value
    torch.testing.assert_close(simple_net(digits.x_train, parameters), net(digits.x_train).detach())
    wide = nn.Linear(784, 1)
    wide.weight.data, wide.bias.data = w1[:, :1].T, b1[:1]
    torch.testing.assert_close(linear1(digits.x_train, [w1[:, :1], b1[:1]]), wide(digits.x_train).detach())


@pytest.mark.parametrize("model", MODELS)
def test_flatten_and_back(model: ModelName) -> None:
    parameters = init_params(model, "randn", 1)
    vector = flatten(parameters)
    assert all(torch.equal(a, b) for a, b in zip(unflatten(vector, parameters), parameters, strict=True))
    unflatten(vector, parameters)[-1].fill_(9.0)
    assert vector[-1] == 9.0  # views, no copies


def doubles(model: ModelName, digits: Digits) -> tuple[Tensor, Tensor, list[Tensor]]:
    rows = torch.arange(0, ITEMS, 9)
    parameters = [p.double() for p in init_params(model, "uniform", 5, hidden=7)]
    return digits.x_train[rows].double(), digits.y_train[rows].double(), parameters


@pytest.mark.parametrize("model", MODELS)
def test_gradients_against_autograd(model: ModelName, digits: Digits) -> None:
    xb, yb, parameters = doubles(model, digits)
    ours = gradients(model, xb, yb, parameters)
    mnist_loss(forward(model, xb, [p.requires_grad_() for p in parameters]), yb).backward()
    for gradient, p in zip(ours, parameters, strict=True):
        torch.testing.assert_close(gradient.detach(), p.grad, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("model", MODELS)
def test_gradients_against_finite_differences(model: ModelName, digits: Digits) -> None:
    xb, yb, parameters = doubles(model, digits)
    flat, gradient = flatten(parameters), flatten(gradients(model, xb, yb, parameters))
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        way = torch.randn(len(flat), generator=generator, dtype=torch.float64) * 1e-6
        up, down = (mnist_loss(forward(model, xb, unflatten(flat + s * way, parameters)), yb) for s in (1, -1))
        assert ((up - down) / 2).item() == pytest.approx((gradient @ way).item(), rel=1e-5)


def test_logit_gradient_against_autograd() -> None:
    logits = torch.linspace(-8, 8, 31, dtype=torch.float64)[:, None].requires_grad_()
    targets = (torch.arange(31) % 2).double()[:, None]
    mnist_loss(logits, targets).backward()
    torch.testing.assert_close(logit_gradient(logits.detach().sigmoid(), targets), logits.grad)


# The order of the items, and which steps are kept


def test_orders_are_permutations_of_their_own() -> None:
    state = torch.get_rng_state()
    orders = list(epoch_orders(50, 4, True, seed=7))
    assert torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(order.sort().values, torch.arange(50)) for order in orders)
    assert len({tuple(order.tolist()) for order in orders}) == 4
    again, other = list(epoch_orders(50, 4, True, seed=7)), list(epoch_orders(50, 4, True, seed=8))
    assert all(torch.equal(a, b) for a, b in zip(orders, again, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(orders, other, strict=True))
    assert list(epoch_orders(50, 4, False, seed=7)) == [None] * 4


@given(st.integers(0, 5000), st.integers(2, 300))
def test_kept_steps_spread_from_end_to_end(steps: int, most: int) -> None:
    kept = kept_steps(steps, most)
    gaps = np.diff(kept)
    assert (kept[0], kept[-1]) == (0, steps)
    assert len(kept) == min(most, steps + 1)
    assert (gaps > 0).all()
    assert np.ptp(gaps) <= 1 if len(gaps) else steps == 0


# The run


@pytest.mark.parametrize("size", [1, 16, 37, ITEMS - 1, 0, 500])
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_run_is_that_of_torch_optim(model: ModelName, shuffle: bool, size: int, digits: Digits) -> None:
    run = train(recipe_of(model, shuffle=shuffle, batch_size=size, epochs=1 if size == 1 else 3), digits)
    assert run.steps == run.steps_per_epoch * run.recipe.epochs == len(batches(run.recipe, ITEMS))
    assert run.items == ITEMS
    assert_as_by_optim(run, digits)


@pytest.mark.parametrize("model", MODELS)
def test_run_from_randn_and_at_the_lessons_width(model: ModelName, digits: Digits) -> None:
    assert_as_by_optim(train(recipe_of(model, init="randn", hidden=HIDDEN, epochs=1), digits), digits)


@pytest.mark.parametrize("size", [16, 37, 0])
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_recorded_gradients_are_those_of_the_next_batch(model, shuffle, size, digits: Digits) -> None:
    run = train(recipe_of(model, shuffle=shuffle, batch_size=size), digits)
    steps = batches(run.recipe, ITEMS)
    coming = [*steps, steps[-1]]
    for frame, done in enumerate(run.kept[:-1]):
        expected = gradient_at(run.recipe, run.tensors(frame), digits, coming[done])
        np.testing.assert_allclose(run.gradients[frame], expected, rtol=1e-4, atol=1e-7)
    np.testing.assert_array_equal(run.gradients[-1], run.gradients[-2])


@pytest.mark.parametrize("model", MODELS)
def test_a_long_run_is_thinned_and_nothing_else(model, digits: Digits, monkeypatch) -> None:
    whole = train(recipe_of(model), digits)
    monkeypatch.setitem(training.FRAMES, model, 5)
    thin = train(recipe_of(model), digits)
    np.testing.assert_array_equal(thin.kept, kept_steps(whole.steps, 5))
    np.testing.assert_array_equal(thin.losses, whole.losses)
    for field in ("parameters", "gradients", "valid_loss", "valid_accuracy"):
        np.testing.assert_allclose(getattr(thin, field), getattr(whole, field)[thin.kept], rtol=1e-6, err_msg=field)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_any_other_device_runs_the_same(model, shuffle, digits: Digits, monkeypatch) -> None:
    recipe = recipe_of(model, shuffle=shuffle, batch_size=37)
    here = train(recipe, digits)
    monkeypatch.setattr(
        training, "kernel_for", lambda _model, _device, initial, x, _size: DeviceKernel("cpu", initial, x)
    )
    there = train(recipe, digits)
    for field in ("losses", "kept", "parameters", "gradients", "valid_loss", "valid_accuracy"):
        np.testing.assert_allclose(getattr(there, field), getattr(here, field), rtol=1e-4, atol=1e-6, err_msg=field)


@pytest.mark.parametrize("model", MODELS)
def test_validation_of_every_frame(model: ModelName, digits: Digits) -> None:
    run = train(recipe_of(model), digits)
    logits = [forward(model, digits.x_valid, run.tensors(frame)) for frame in range(len(run.kept))]
    losses = [mnist_loss(each, digits.y_valid).item() for each in logits]
    accuracies = [batch_accuracy(each, digits.y_valid).item() for each in logits]
    np.testing.assert_allclose(run.valid_loss, losses, rtol=1e-5)
    np.testing.assert_allclose(run.valid_accuracy, accuracies, atol=1e-6)
    like, frames = run.tensors(0), torch.from_numpy(run.parameters[-2:].copy())
    np.testing.assert_allclose(validate(run.recipe, frames, like, digits)[0], losses[-2:], rtol=1e-5)


def test_training_lowers_the_loss(digits: Digits) -> None:
    run = train(recipe_of("linear", epochs=20), digits)
    assert run.valid_loss[-1] < 0.5 * run.valid_loss[0]
    assert run.valid_accuracy[-1] > 0.8


# What may go otherwise than planned


@pytest.mark.parametrize("asked", [0, 1, 2])
@pytest.mark.parametrize("model", MODELS)
def test_stopping_keeps_what_was_done(model: ModelName, asked: int, digits: Digits) -> None:
    answers = iter([False] * asked + [True])
    run = train(recipe_of(model), digits, stop=lambda: next(answers))
    whole = train(recipe_of(model), digits)
    done = asked * whole.steps_per_epoch
    assert run.steps == done
    np.testing.assert_array_equal(run.kept, whole.kept[: done + 1])
    np.testing.assert_array_equal(run.losses, whole.losses[:done])
    np.testing.assert_array_equal(run.parameters, whole.parameters[: done + 1])
    np.testing.assert_array_equal(run.gradients[:-1], whole.gradients[:done])
    assert len(run.valid_loss) == len(run.valid_accuracy) == len(run.gradients) == done + 1


def test_stopping_between_two_kept_steps(digits: Digits, monkeypatch) -> None:
    monkeypatch.setitem(training.FRAMES, "linear", 3)  # of 21 steps 0, 10 and 21
    answers = iter([False, False, True])
    run = train(recipe_of("linear"), digits, stop=lambda: next(answers))
    assert run.kept.tolist() == [0, 10, 14]
    assert_as_by_optim(replace(run, recipe=replace(run.recipe, epochs=2)), digits)


def test_stop_is_asked_once_an_epoch(digits: Digits) -> None:
    asked = []
    train(recipe_of("linear", epochs=5), digits, stop=lambda: bool(asked.append(1)))
    assert len(asked) == 5


@pytest.mark.parametrize("model", MODELS)
def test_no_epochs_leave_the_first_parameters(model: ModelName, digits: Digits) -> None:
    run = train(recipe_of(model, epochs=0), digits)
    initial = init_params(model, "uniform", 42, hidden=7)
    np.testing.assert_array_equal(run.parameters[0], flatten(initial))
    assert run.parameters.shape == run.gradients.shape == (1, flatten(initial).numel())
    assert (run.steps, run.kept.tolist(), run.gradients.any()) == (0, [0], False)
    assert run.valid_loss[0] == pytest.approx(mnist_loss(forward(model, digits.x_valid, initial), digits.y_valid))


@pytest.mark.parametrize("rate", [1e9, 1e30])
@pytest.mark.parametrize("model", MODELS)
def test_a_learning_rate_far_too_high_is_recorded_in_silence(model: ModelName, rate: float, digits: Digits) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = train(recipe_of(model, learning_rate=rate), digits)
    assert run.steps == 21
    finite = np.isfinite(run.losses)
    assert run.diverged_at == (None if finite.all() else int(finite.argmin()))
    assert (np.abs(run.parameters[-1]).max() > 1e3) or not np.isfinite(run.parameters[-1]).all()


def test_a_run_that_breaks_says_when(digits: Digits) -> None:
    run = train(recipe_of("relu"), digits)
    assert run.diverged_at is None
    assert replace(run, losses=np.array([0.5, np.nan, np.inf], np.float32)).diverged_at == 1


@pytest.mark.parametrize("model", MODELS)
def test_a_run_leaves_the_world_alone_and_is_not_written_to(model: ModelName, digits: Digits) -> None:
    state, x, y = torch.get_rng_state(), digits.x_train.clone(), digits.y_train.clone()
    run, again = train(recipe_of(model), digits), train(recipe_of(model), digits)
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(x, digits.x_train)
    assert torch.equal(y, digits.y_train)
    for field in ("losses", "kept", "parameters", "gradients", "valid_loss", "valid_accuracy"):
        array = getattr(run, field)
        np.testing.assert_array_equal(array, getattr(again, field))
        assert not array.flags.writeable
    assert run.losses.dtype == run.parameters.dtype == run.gradients.dtype == run.valid_loss.dtype == np.float32


def test_frames_and_epochs(digits: Digits) -> None:
    run = train(recipe_of("linear"), digits)
    assert [run.frame_of_epoch(epoch) for epoch in range(4)] == [0, 7, 14, 21]
    np.testing.assert_allclose(run.epochs, np.arange(22) / 7)
    weights, bias = run.tensors(3)
    assert (weights.shape, bias.shape) == ((784, 1), (1,))
    np.testing.assert_array_equal(flatten([weights, bias]), run.parameters[3])
