"""The four ways, held against the recorded run, torch.optim, fastai's own validation, and each other."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.data.digits import Digits, load
from core.exhibits.training_loop import versions as module
from core.exhibits.training_loop.versions import (
    RECIPE,
    WAYS,
    BasicOptim,
    Batches,
    Loaders,
    Way,
    agreement,
    fastai_learner,
    linear_model,
    reporting,
    train_ways,
    two_averages,
    two_starts,
)
from core.export import bundle, shown
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import flatten, init_params
from core.nn.training import Recipe, train
from tests.few_digits import few_digits

SHORT = replace(RECIPE, init="uniform", epochs=3)
FIELDS = ("epoch_accuracy", "batch_mean_accuracy", "epoch_loss", "parameters")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def digits() -> Digits:
    return few_digits()


@pytest.fixture(scope="module")
def ways(digits: Digits) -> list[Way]:
    return list(train_ways(SHORT, digits))


def first_parameters() -> list[Tensor]:
    return init_params("linear", SHORT.init, SHORT.seed)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"shuffle": False},
        {"init": "randn", "seed": 7},
        {"batch_size": 37},
        {"batch_size": 109, "shuffle": False},
        {"batch_size": 0},
        {"batch_size": 1, "epochs": 1},
        {"learning_rate": 0.01},
    ],
    ids=str,
)
def test_four_ways_and_the_recorded_run_are_one_training(changes: dict, digits: Digits) -> None:
    recipe = replace(SHORT, **changes)
    run, ways = train(recipe, digits), list(train_ways(recipe, digits))
    ends = [run.frame_of_epoch(epoch) for epoch in range(recipe.epochs + 1)]
    assert [way.name for way in ways] == [version.name for version in WAYS]
    for way in ways:
        np.testing.assert_allclose(way.parameters, run.parameters[-1], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(way.epoch_loss, run.valid_loss[ends], rtol=1e-4)
        np.testing.assert_allclose(way.epoch_accuracy, run.valid_accuracy[ends], atol=1e-6)
    apart = agreement(ways)
    assert apart["parameters"] < 1e-5
    assert apart["loss"] < 1e-5
    assert apart["accuracy"] < 1e-6


def test_default_is_the_lessons_training_and_learns() -> None:
    digits = load("built-in")
    (way,) = train_ways(RECIPE, digits, ways=WAYS[:1])
    assert (RECIPE.model, RECIPE.batch_size, RECIPE.learning_rate, RECIPE.epochs) == ("linear", 16, 1.0, 10)
    assert len(way.epoch_accuracy) == 11
    assert way.epoch_accuracy[-1] > 0.9 > 0.8 > way.epoch_accuracy[0]


def test_results_are_whole_and_not_written_to(ways: list[Way]) -> None:
    for way, version in zip(ways, WAYS, strict=True):
        assert (way.name, way.took_away, way.code) == version
        assert [getattr(way, field).shape for field in FIELDS] == [(4,), (4,), (4,), (785,)]
        assert way.seconds > 0
        for field in FIELDS:
            assert getattr(way, field).dtype == np.float32
            assert not getattr(way, field).flags.writeable


def test_optimizer_is_that_of_torch(digits: Digits) -> None:
    ours, theirs = linear_model(first_parameters()), linear_model(first_parameters())
    own, oracle = BasicOptim(ours.parameters(), 0.3), torch.optim.SGD(theirs.parameters(), 0.3)
    for _ in range(3):
        for model, optimizer in ((ours, own), (theirs, oracle)):
            mnist_loss(model(digits.x_train), digits.y_train).backward()
            optimizer.step()
            optimizer.zero_grad()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)
    assert ours.weight.grad is None
    assert not torch.equal(ours.weight.detach().T, first_parameters()[0])


def test_gradients_pile_up_without_zero_grad(digits: Digits) -> None:
    model = linear_model(first_parameters())
    optimizer = BasicOptim(model.parameters(), 1.0)
    mnist_loss(model(digits.x_train), digits.y_train).backward()
    once = model.weight.grad.clone()
    mnist_loss(model(digits.x_train), digits.y_train).backward()
    torch.testing.assert_close(model.weight.grad, 2 * once)
    optimizer.zero_grad()
    mnist_loss(model(digits.x_train), digits.y_train).backward()
    torch.testing.assert_close(model.weight.grad, once)


def test_every_pass_is_the_next_epoch(digits: Digits) -> None:
    dl = Batches(digits, SHORT, stop=lambda: False)
    epochs = [list(dl) for _ in range(SHORT.epochs)]
    assert [len(epoch) for epoch in epochs] == [len(dl)] * 3 == [7] * 3
    assert [len(xb) for xb, _ in epochs[0]] == [16] * 6 + [14]
    xs, ys = (torch.cat([pair[i] for epoch in epochs for pair in epoch]).view(3, 110, -1) for i in (0, 1))
    assert not torch.equal(xs[0], xs[1])
    torch.testing.assert_close(xs.sum(1), digits.x_train.sum(0).expand(3, -1))
    assert ys.sum(1).tolist() == [[60.0]] * 3


# What the Learner measures


def test_accuracy_and_loss_of_the_learner_are_its_own(digits: Digits, ways: list[Way]) -> None:
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner

    learned = ways[-1]
    weights, bias = torch.tensor(learned.parameters[:-1])[:, None], torch.tensor(learned.parameters[-1:])
    valid = list(zip(digits.x_valid.split(16), digits.y_valid.split(16), strict=True))
    dls = DataLoaders(*Loaders(Batches(digits, SHORT, lambda: False), valid))
    learn = Learner(dls, linear_model([weights, bias]), loss_func=mnist_loss, metrics=batch_accuracy)
    loss, accuracy = learn.validate()
    assert learned.epoch_loss[-1] == pytest.approx(loss, rel=1e-6)
    assert learned.epoch_accuracy[-1] == pytest.approx(accuracy, rel=1e-6)


def test_the_learners_numbers_are_preferred_to_our_own(digits: Digits) -> None:
    history = module._History(digits, 16)

    def both(model: nn.Module, loss: float, accuracy: float) -> None:
        history(model, loss, accuracy)
        history(model)

    loaders = Loaders(Batches(digits, SHORT, lambda: False), [(digits.x_valid, 1 - digits.y_valid)])  # all mislabelled
    fastai_learner(loaders, first_parameters(), 1.0, 3, both)
    theirs, ours = history.rows[::2], history.rows[1::2]
    assert len(theirs) == 3
    assert [row[0] for row in theirs] == pytest.approx([1 - row[0] for row in ours])
    assert [row[2] for row in theirs] == pytest.approx([1 - row[2] for row in ours])


def test_validation_as_the_lesson_writes_it(digits: Digits, ways: list[Way]) -> None:
    for way in ways:
        model = linear_model([torch.tensor(way.parameters[:-1])[:, None], torch.tensor(way.parameters[-1:])])
        batches = zip(digits.x_valid.split(16), digits.y_valid.split(16), strict=True)
        means = [batch_accuracy(model(xb), yb) for xb, yb in batches]  # 16, 16, 16 and 12 images
        assert way.batch_mean_accuracy[-1] == pytest.approx(torch.stack(means).mean().item(), abs=1e-6)


def test_everything_called_three_has_two_accuracies() -> None:
    right = torch.cat([torch.ones(1010, 1), torch.zeros(1028, 1)]) == 1
    assert [round(value, 4) for value in two_averages(right, 256)] == [0.4956, 0.4932]
    assert [round(value, 4) for value in two_averages(right, 2038)] == [0.4956, 0.4956]


def test_learner_weighs_by_size_and_the_lesson_does_not() -> None:
    seed = next(seed for seed in range(99) if init_params("linear", "randn", seed)[1] > 0)
    black, y = torch.zeros(2038, 784), torch.cat([torch.ones(1010, 1), torch.zeros(1028, 1)])
    digits = Digits(
        name="full", x_train=black[:256], y_train=y[:256], x_valid=black, y_valid=y
    )  # all black: the bias alone calls every image a three
    (way,) = train_ways(Recipe(learning_rate=0.0, epochs=1, batch_size=256, seed=seed), digits, ways=WAYS[-1:])
    assert way.epoch_accuracy.round(4).tolist() == pytest.approx([0.4956, 0.4956])
    assert way.batch_mean_accuracy.round(4).tolist() == pytest.approx([0.4932, 0.4932])


# fastai, kept quiet and kept out


def test_nothing_is_printed_and_no_generator_moved(digits: Digits, capsys: pytest.CaptureFixture) -> None:
    import fastai.callback.progress  # noqa: F401 - from now on every Learner has a progress bar

    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    first = train_ways(SHORT, digits)
    results = list(first)
    assert torch.equal(torch_state, torch.get_rng_state())
    np.testing.assert_array_equal(numpy_state, np.random.get_state()[1])
    assert len(results) == 4
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_reporting_gives_the_learner_back_as_it_was(digits: Digits) -> None:
    import fastai.callback.progress  # noqa: F401
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner

    dls = DataLoaders(*Loaders(Batches(digits, SHORT, lambda: False), []))
    learn = Learner(dls, linear_model(first_parameters()), loss_func=mnist_loss)
    before = {callback.name for callback in learn.cbs}
    with reporting(learn, lambda *_: None):
        assert "progress" not in {callback.name for callback in learn.cbs}
    assert {callback.name for callback in learn.cbs} == before
    assert "progress" in before
    assert learn.logger is print


def test_learner_stays_on_the_cpu(digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    import fastai.callback.core
    import fastai.learner

    for place in (fastai.learner, fastai.callback.core):
        monkeypatch.setattr(place, "default_device", lambda: torch.device("meta"))
    (way,) = train_ways(replace(SHORT, epochs=1), digits, ways=WAYS[-1:])
    assert np.isfinite(way.parameters).all()


def test_first_results_do_not_wait_for_fastai() -> None:
    code = """
import sys
import torch
from dataclasses import replace
from core.data.digits import Digits
from core.exhibits.training_loop.versions import RECIPE, train_ways
x, y = torch.ones(20, 784), torch.ones(20, 1)
arriving = train_ways(replace(RECIPE, epochs=1), Digits(name="built-in", x_train=x, y_train=y, x_valid=x, y_valid=y))
next(arriving), next(arriving)
assert "fastai" not in sys.modules
next(arriving)
assert "fastai" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=inspect.getfile(module).split("/core/")[0])


# Stopping, and odd settings


def test_stop_is_asked_once_an_epoch_and_ends_it_all(digits: Digits) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 5  # in the third epoch of the second way

    stopped = list(train_ways(SHORT, digits, stop=stop))
    assert [way.name for way in stopped] == [WAYS[0].name]
    assert len(asked) == 6
    assert list(train_ways(SHORT, digits, stop=lambda: True)) == []


def test_the_learner_can_be_stopped_and_started_again(digits: Digits, ways: list[Way]) -> None:
    answers = iter([False, True])
    assert list(train_ways(SHORT, digits, ways=WAYS[-1:], stop=lambda: next(answers))) == []
    (again,) = train_ways(SHORT, digits, ways=WAYS[-1:])
    np.testing.assert_array_equal(again.parameters, ways[-1].parameters)


def test_no_epochs_leave_the_first_parameters(digits: Digits) -> None:
    for way in train_ways(replace(SHORT, epochs=0), digits):
        np.testing.assert_array_equal(way.parameters, flatten(first_parameters()))
        assert len(way.epoch_accuracy) == len(way.epoch_loss) == 1
        assert way.seconds == 0


def test_a_learning_rate_far_too_high_does_not_raise(digits: Digits) -> None:
    results = list(train_ways(replace(SHORT, learning_rate=1e9), digits))
    assert all(np.abs(way.parameters).max() > 1e6 for way in results)
    assert len(results) == 4


def test_given_parameters_are_left_alone(digits: Digits) -> None:
    for version in WAYS:
        initial = first_parameters()
        loaders = Loaders(Batches(digits, SHORT, lambda: False), [(digits.x_valid, digits.y_valid)])
        trained = version.code[0](loaders, initial, 1.0, 1, lambda *_: None)
        assert all(torch.equal(a, b) for a, b in zip(initial, first_parameters(), strict=True))
        assert not any(p.requires_grad for p in initial)
        assert not torch.equal(flatten([p.detach() for p in trained]), flatten(initial))


def test_agreement_sees_a_difference(ways: list[Way]) -> None:
    moved = ways[2].parameters.copy()
    moved[700] += 0.25
    late = ways[3].epoch_accuracy.copy()
    late[1] -= 0.5
    altered = [ways[0], ways[1], replace(ways[2], parameters=moved), replace(ways[3], epoch_accuracy=late)]
    apart = agreement(altered)
    assert apart["parameters"] == pytest.approx(0.25, abs=1e-5)
    assert apart["accuracy"] == pytest.approx(0.5, abs=1e-5)
    assert agreement(ways[:1]) == {"parameters": 0, "accuracy": 0, "loss": 0}


# The code that is shown


def test_shown_code_is_the_code_that_runs(digits: Digits, ways: list[Way]) -> None:
    names = {
        "torch": torch,
        "nn": nn,
        "mnist_loss": mnist_loss,
        "batch_accuracy": batch_accuracy,
        "reporting": reporting,
    }
    for way in ways:  # in the order of the page, where nn.Linear's helper is shown once
        exec(shown(way.code), names)
        loaders = Loaders(Batches(digits, SHORT, lambda: False), [(digits.x_valid, digits.y_valid)])
        run = names[way.code[0].__name__]
        trained = run(loaders, first_parameters(), SHORT.learning_rate, SHORT.epochs, lambda *_: None)
        np.testing.assert_array_equal(flatten([p.detach() for p in trained]), way.parameters)


def test_code_can_be_exported(digits: Digits, ways: list[Way]) -> None:
    names: dict = {"__name__": "exported"}
    exec(bundle([train_ways]), names)
    (way,) = names["train_ways"](SHORT, digits, ways=names["WAYS"][:1])
    np.testing.assert_array_equal(way.parameters, ways[0].parameters)


# Where training starts


def test_nn_linear_starts_small_and_the_lesson_does_not() -> None:
    state = torch.get_rng_state()
    starts = two_starts(seed=11)
    assert torch.equal(state, torch.get_rng_state())
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(11)
        layer = nn.Linear(784, 1)
    weights, bias = starts["nn.Linear"]
    assert torch.equal(weights, layer.weight)
    assert torch.equal(bias, layer.bias)
    assert (weights.shape, bias.shape) == ((1, 784), (1,))
    assert [p.shape for p in starts["randn"]] == [(784, 1), (1,)]
    assert 0.95 / 28 < weights.abs().max() <= 1 / 28
    assert starts["randn"][0].abs().max() > 2


def test_linear_model_draws_nothing_of_the_global_generator() -> None:
    state = torch.get_rng_state()
    model = linear_model(first_parameters())
    assert torch.equal(state, torch.get_rng_state())
    assert (model.weight.shape, model.bias.shape) == ((1, 784), (1,))
    torch.testing.assert_close(model.weight.detach().T, first_parameters()[0], rtol=0, atol=0)
