"""The training loop anew: NumPy in float64 for what a run records, a plain autograd loop for the four ways.

The first parameters are of one generator with the seed, layer by layer, weights before bias: `torch.randn`'s, or
`torch.rand`'s between ±1 / √inputs. The order of the items is `torch.randperm`'s of a generator with the seed + 1, one
permutation an epoch; unshuffled they keep their own. A recorded run is held step by step against float64 from its own
states. The four ways record epochs only, and where steps are long, float32's rounding decides where an epoch ends: so
their first epoch is walked here in float32 too, in the lesson's words and torch's, and their ends are measured anew.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.data.digits import load

TRAIN, VALID = 800, 200
HIDDEN = 30
MOST = 600  # steps of the four ways
CHECKED = 500  # of a run's steps, about so many are taken again
GENTLE, GENTLE_NET = 0.2, 0.005
"""Learning rate over batch size up to which some 500 steps in float32 end where those in float64 do; the second for the
net with ReLU that starts from randn."""


def quick(settings: Any) -> Any:
    """The same with fewer epochs where each has many steps: fastai's loop takes a millisecond for one."""
    if settings.view != "four ways":
        return settings
    epochs = max(1, MOST * size_of(settings.batch_size) // TRAIN)
    return replace(settings, epochs=min(settings.epochs, epochs))


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """The recorded runs' numbers, and those of the four ways or of the race."""
    size = size_of(settings.batch_size)
    a = Walk(
        settings.model, settings.init, settings.learning_rate, settings.epochs, size, settings.shuffle, settings.seed
    )
    if settings.view == "four ways":
        return recorded("A", a, result.runs[0], result.firsts[0]) | four_ways(a, result)
    b = Walk(
        settings.other_model,
        settings.init,
        settings.other_rate,
        settings.epochs,
        size_of(settings.other_batch),
        settings.other_shuffle,
        settings.seed,
    )
    numbers = recorded("A", a, result.runs[0], result.firsts[0]) | recorded("B", b, result.runs[1], result.firsts[1])
    mean = sum(float(numbers[f"recorded run {lane}: last accuracy"].expected) for lane in "AB") / 2
    error = math.sqrt(mean * (1 - mean) / VALID)
    return numbers | {"validation digits": VALID, "one standard error": pytest.approx(error, abs=1e-6)}


def size_of(chosen: int) -> int:
    """Items in a mini-batch; about 50 steps an epoch are 16 of 800."""
    return {-1: 16, 0: TRAIN}.get(chosen, chosen)


@cache
def images() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Digits to train on (800, 784) and whether each is a three (800,), then those to validate, in float64."""
    digits = load("built-in")
    x, y, x_valid, y_valid = (
        t.double().numpy() for t in (digits.x_train, digits.y_train, digits.x_valid, digits.y_valid)
    )
    return x, y[:, 0] == 1, x_valid, y_valid[:, 0] == 1


class Walk:
    """What decides a run."""

    def __init__(self, model: str, init: str, rate: float, epochs: int, size: int, shuffle: bool, seed: int) -> None:
        self.model, self.init, self.rate, self.epochs = model, init, rate, epochs
        self.size, self.shuffle, self.seed = size, shuffle, seed

    def start(self) -> list[Tensor]:
        """The first parameters, float32."""
        sizes = [784, 1] if self.model == "linear" else [784, HIDDEN, 1]
        generator = torch.Generator().manual_seed(self.seed)
        tensors = []
        for inputs, outputs in pairwise(sizes):
            for shape in ((inputs, outputs), (outputs,)):
                if self.init == "randn":
                    tensors.append(torch.randn(shape, generator=generator))
                else:
                    tensors.append((2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(inputs))
        return tensors

    def batches(self, epochs: int) -> Iterator[np.ndarray]:
        """Which items each step is taken on."""
        generator = torch.Generator().manual_seed(self.seed + 1)
        for _ in range(epochs):
            order = torch.randperm(TRAIN, generator=generator).numpy() if self.shuffle else np.arange(TRAIN)
            yield from (order[first : first + self.size] for first in range(0, TRAIN, self.size))


def gentle(walk: Walk) -> bool:
    limit = GENTLE_NET if (walk.model, walk.init) == ("relu", "randn") else GENTLE
    return walk.rate / walk.size <= limit


def layers(model: str, p: np.ndarray) -> list[np.ndarray]:
    """Weights and biases of one flat vector."""
    if model == "linear":
        return [p[:784], p[784:]]
    ends = np.cumsum([784 * HIDDEN, HIDDEN, HIDDEN])
    first, bias, second, last = np.split(p, ends)
    return [first.reshape(784, HIDDEN), bias, second, last]


def logits(model: str, p: np.ndarray, x: np.ndarray) -> np.ndarray:
    parts = layers(model, p)
    if model == "linear":
        return x @ parts[0] + parts[1]
    return np.maximum(x @ parts[0] + parts[1], 0) @ parts[2] + parts[3]


def sigmoid(z: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def gradient(model: str, p: np.ndarray, x: np.ndarray, threes: np.ndarray) -> np.ndarray:
    """Of the mean distance of the sigmoid from the target, by hand."""
    predictions = sigmoid(logits(model, p, x))
    slopes = np.where(threes, -1, 1) * predictions * (1 - predictions) / len(x)
    if model == "linear":
        return np.append(slopes @ x, slopes.sum())
    first, bias, second, _ = layers(model, p)
    hidden = x @ first + bias
    back = np.outer(slopes, second) * (hidden > 0)
    return np.concatenate([(x.T @ back).ravel(), back.sum(0), np.maximum(hidden, 0).T @ slopes, [slopes.sum()]])


def loss(model: str, p: np.ndarray, x: np.ndarray, threes: np.ndarray) -> float:
    predictions = sigmoid(logits(model, p, x))
    return float(np.where(threes, 1 - predictions, predictions).mean())


def right(model: str, p: np.ndarray) -> np.ndarray:
    """Which of the digits to validate are on their side."""
    _, _, x, threes = images()
    return (logits(model, p, x) > 0) == threes


def near(accuracy: float, p: np.ndarray, model: str) -> Any:
    """As exact as digits next to the threshold allow, which float32 may put on the other side."""
    _, _, x, _ = images()
    z = logits(model, p, x)
    close = np.count_nonzero(np.abs(z) < 1e-5 * (1 + np.abs(z).max()))
    return pytest.approx(accuracy, abs=close / VALID + 1e-6)


def recorded(lane: str, walk: Walk, run: Any, first: Any) -> dict[str, Any]:
    """A recorded run, and its first epoch by itself: both are held step by step."""
    check_run(walk, walk.epochs, run)
    check_run(walk, 1, first.run)
    model, (_, _, x, threes) = walk.model, images()
    begin, after_one, end = (
        np.concatenate([t.flatten().double().numpy() for t in walk.start()]),
        first.run.parameters[-1].astype(float),
        run.parameters[-1].astype(float),
    )
    called = float((logits(model, after_one, x) > 0).mean())
    return {
        f"recorded run {lane}: accuracy before training": near(float(right(model, begin).mean()), begin, model),
        f"recorded run {lane}: accuracy after epoch 1": near(float(right(model, after_one).mean()), after_one, model),
        f"recorded run {lane}: taken for threes after epoch 1": near(called, after_one, model),
        f"recorded run {lane}: last accuracy": near(float(right(model, end).mean()), end, model),
        f"recorded run {lane}: last loss": pytest.approx(loss(model, end, x, threes), abs=2e-5),
    }


def check_run(walk: Walk, epochs: int, run: Any) -> None:
    """It begins at the start, has its batches' gradients and losses, and its steps lead from one to the next."""
    x, threes, _, _ = images()
    model, rows, states = walk.model, list(walk.batches(epochs)), run.parameters.astype(float)
    np.testing.assert_allclose(states[0], np.concatenate([t.flatten() for t in walk.start()]), rtol=1e-5, atol=1e-8)
    assert (run.kept[0], run.kept[-1]) == (0, len(rows))
    assert len(run.losses) == len(rows)
    for p, slope, step in list(zip(states, run.gradients, run.kept, strict=True))[:-1]:
        batch = rows[step]
        true = gradient(model, p, x[batch], threes[batch])
        np.testing.assert_allclose(slope, true, rtol=0, atol=2e-4 * np.abs(true).max() + 1e-6)
        assert run.losses[step] == pytest.approx(loss(model, p, x[batch], threes[batch]), abs=2e-5)
    pairs = list(pairwise(zip(states, run.kept, strict=True)))
    for (before, first), (after, last) in pairs[:: max(len(rows) // CHECKED, 1)]:
        if last - first > 1 and not gentle(walk):
            continue  # chaotic: float32 and float64 part between two recorded steps
        p = before.copy()
        for batch in rows[first:last]:
            p -= walk.rate * gradient(model, p, x[batch], threes[batch])
        way = float(np.abs(after - before).max())
        np.testing.assert_allclose(after, p, rtol=0, atol=0.02 * way + 1e-6 * (1 + np.abs(before).max()))


def four_ways(walk: Walk, result: Any) -> dict[str, Any]:
    """Each way's accuracies: before training, after the first epoch, and at the parameters that it ends with."""
    assert len(result.ways) == 4
    start = np.concatenate([t.flatten().double().numpy() for t in walk.start()])
    numbers: dict[str, Any] = {}
    for place, way in enumerate(result.ways):
        assert (
            way.name
            == ["Plain tensors", "nn.Linear and BasicOptim", "nn.Linear and fastai's SGD", "fastai's Learner"][place]
        )
        once = one_epoch(walk, by_hand=place == 0, at_once=place >= 2)
        end = way.parameters.astype(float)
        check_end(walk, end)
        assert way.epoch_loss[-1] == pytest.approx(loss("linear", end, *images()[2:]), abs=2e-5)
        correct = right("linear", once)
        means = [float(correct[first : first + walk.size].mean()) for first in range(0, VALID, walk.size)]
        numbers |= {
            f"{way.name}: accuracy before training": near(float(right("linear", start).mean()), start, "linear"),
            f"{way.name}: accuracy after epoch 1": near(float(correct.mean()), once, "linear"),
            f"{way.name}: mean of the batches' accuracies after epoch 1": near(sum(means) / len(means), once, "linear"),
            f"{way.name}: last accuracy": near(float(right("linear", end).mean()), end, "linear"),
        }
    return numbers


def one_epoch(walk: Walk, *, by_hand: bool, at_once: bool) -> np.ndarray:
    """The parameters after one epoch of autograd in float32.

    `by_hand` multiplies with `@`, else as `nn.Linear` does; `at_once` rounds a step once, as torch's optimizers do.
    """
    digits = load("built-in")
    weights, bias = walk.start()
    weights, bias = (p.requires_grad_() for p in ((weights if by_hand else weights.T.contiguous()), bias))
    for rows in walk.batches(1):
        batch = torch.from_numpy(rows)
        x, y = digits.x_train[batch], digits.y_train[batch]
        z = x @ weights + bias if by_hand else F.linear(x, weights, bias)
        q = z.sigmoid()
        slopes = torch.autograd.grad(torch.where(y == 1, 1 - q, q).mean(), (weights, bias))
        for p, slope in zip((weights, bias), slopes, strict=True):
            if at_once:
                p.data.add_(slope, alpha=-walk.rate)
            else:
                p.data -= slope * walk.rate
    return np.concatenate([p.detach().flatten().double().numpy() for p in (weights, bias)])


def check_end(walk: Walk, end: np.ndarray) -> None:
    """Where steps are short and few, a loop in float64 ends at the same place."""
    steps = walk.epochs * -(-TRAIN // walk.size)
    if not gentle(walk) or steps > 500:
        return
    x, threes, _, _ = images()
    p = np.concatenate([t.flatten().double().numpy() for t in walk.start()])
    for rows in walk.batches(walk.epochs):
        p -= walk.rate * gradient("linear", p, x[rows], threes[rows])
    np.testing.assert_allclose(end, p, rtol=0, atol=1e-4 * (1 + np.abs(p).max()))
