"""One training, written four times, each time with less to write (fastbook chapter 4, "Creating an Optimizer").

The four functions start from the same parameters and walk the same mini-batches in the same order, so they end
with the same numbers, up to the rounding of float32. Their sources are what the page shows side by side.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from core.arrays import Array
from core.data.digits import Digits
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import PIXELS, flatten, init_params, linear1
from core.nn.training import Recipe, epoch_orders

RECIPE = Recipe(epochs=10)
"""What the page starts with: the linear model, mini-batches of 16, learning rate 1, ten epochs."""


def plain_tensors(dls, initial, learning_rate, epochs, after_epoch):
    """Everything by hand but the gradient."""
    weights, bias = (p.clone().requires_grad_() for p in initial)

    def model(xb):
        return xb @ weights + bias

    for _ in range(epochs):
        for xb, yb in dls.train:
            loss = mnist_loss(model(xb), yb)
            loss.backward()
            for p in (weights, bias):
                p.data -= p.grad * learning_rate
                p.grad.zero_()
        after_epoch(model)
    return weights, bias


class BasicOptim:
    """The lesson's optimizer: a step downhill for every parameter, and a clean slate."""

    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        for p in self.params:
            p.data -= p.grad * self.lr

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def linear_model(initial):
    """`nn.Linear(784, 1)`, started from the given parameters; its weights are one row of 784."""
    weights, bias = initial
    model = nn.utils.skip_init(nn.Linear, len(weights), 1)  # draws nothing: its parameters come now
    model.weight.data, model.bias.data = weights.T.clone(), bias.clone()
    return model


def own_optimizer(dls, initial, learning_rate, epochs, after_epoch):
    """`nn.Linear` holds the parameters, `BasicOptim` moves them."""
    model = linear_model(initial)
    opt = BasicOptim(model.parameters(), learning_rate)

    for _ in range(epochs):
        for xb, yb in dls.train:
            loss = mnist_loss(model(xb), yb)
            loss.backward()
            opt.step()
            opt.zero_grad()
        after_epoch(model)
    return tuple(model.parameters())


def fastai_sgd(dls, initial, learning_rate, epochs, after_epoch):
    """fastai's `SGD` in place of `BasicOptim`; the loop stays as it was."""
    from fastai.optimizer import SGD

    model = linear_model(initial)
    opt = SGD(model.parameters(), learning_rate)

    for _ in range(epochs):
        for xb, yb in dls.train:
            loss = mnist_loss(model(xb), yb)
            loss.backward()
            opt.step()
            opt.zero_grad()
        after_epoch(model)
    return tuple(model.parameters())


def fastai_learner(dls, initial, learning_rate, epochs, after_epoch):
    """fastai's `Learner` has the loop inside, and the validation."""
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.optimizer import SGD

    model = linear_model(initial)
    learn = Learner(DataLoaders(*dls), model, loss_func=mnist_loss, opt_func=SGD, metrics=batch_accuracy)
    with reporting(learn, after_epoch):  # our measuring, in place of the table that fastai prints
        learn.fit(epochs, lr=learning_rate)
    return tuple(model.parameters())


@contextmanager
def reporting(learn, after_epoch):
    """Within, `learn` reports every epoch to `after_epoch`, in place of the table and the progress bar it prints."""
    from fastai.callback.core import Callback

    report = Callback(after_epoch=lambda self: after_epoch(self.model, *self.final_record[1:]))
    report.order = 60  # after fastai's Recorder, whose validation loss and accuracy it passes on
    bars = [callback for callback in learn.cbs if callback.name == "progress"]
    with learn.no_logging(), learn.removed_cbs(bars), learn.added_cbs(report):
        yield


class Version(NamedTuple):
    """One of the four ways to write it."""

    name: str
    took_away: str  # what need not be written any more
    code: tuple[Callable, ...]  # the function itself, then what of ours it is the first to call


WAYS = (
    Version(
        "Plain tensors",
        "Nothing yet: parameters, model, step and zeroing are all written out, and torch works out the gradient.",
        (plain_tensors,),
    ),
    Version(
        "nn.Linear and BasicOptim",
        "The two parameters and xb @ weights + bias, which nn.Linear holds, and the loop over the parameters, "
        "which the optimizer holds.",
        (own_optimizer, BasicOptim, linear_model),
    ),
    Version(
        "nn.Linear and fastai's SGD",
        "The class BasicOptim, and nothing else: SGD steps and zeroes. Predicting, the loss and backward() stay yours.",
        (fastai_sgd,),
    ),
    Version(
        "fastai's Learner",
        "Both loops with all that stood in them, and the validation after every epoch.",
        (fastai_learner,),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """What one of the four came to; epoch 0 is before training. Arrays are float32."""

    name: str
    took_away: str
    code: tuple[Callable, ...]
    epoch_accuracy: Array  # (E+1,) on the validation set, every image alike; the Learner's own from epoch 1 on
    batch_mean_accuracy: Array  # (E+1,) as the lesson's validate_epoch has it: the mean of the mini-batches' means
    epoch_loss: Array  # (E+1,) on the validation set; the Learner's own from epoch 1 on
    parameters: Array  # (785,) after training: 784 weights, then the bias
    seconds: float  # in the passes over the training set alone: without validation, imports and setting up


def train_ways(
    recipe: Recipe, digits: Digits, ways: Sequence[Version] = WAYS, stop: Callable[[], bool] = lambda: False
) -> Iterator[Way]:
    """Train the linear model by `recipe`, on the CPU, in each of `ways`; every result comes as soon as it is there.

    `stop` is asked once an epoch; a way that is stopped gives no result, and those after it do not start.
    """
    for version in ways:
        try:
            way = _train_one(version, recipe, digits, stop)
        except Stopped:
            return
        yield way


def agreement(ways: Sequence[Way]) -> dict[str, float]:
    """The largest difference between any two of `ways`, at any place or epoch: parameters, accuracy and loss."""
    fields = {"parameters": "parameters", "accuracy": "epoch_accuracy", "loss": "epoch_loss"}
    return {key: float(np.ptp([getattr(way, field) for way in ways], axis=0).max()) for key, field in fields.items()}


def two_averages(right: Tensor, size: int) -> tuple[float, float]:
    """Accuracy on `right` (n, …; 1 where right), over all items, and as the mean of the means of batches of `size`.

    The first is the Learner's, the second the lesson's: there a short last batch weighs as much as a full one.
    """
    means = torch.stack([batch.mean() for batch in right.float().split(size)])
    return right.float().mean().item(), means.mean().item()


def two_starts(seed: int) -> dict[str, list[Tensor]]:
    """Weights and bias before training: the lesson's `randn`, (784, 1) and (1,); `nn.Linear`'s own, (1, 784) and (1,).

    The second are uniform within ±1/28, drawn as `nn.Linear.reset_parameters` draws them, but from a generator
    of their own.
    """
    generator = torch.Generator().manual_seed(seed)
    weights, bias = torch.empty(1, PIXELS), torch.empty(1)
    nn.init.kaiming_uniform_(weights, a=math.sqrt(5), generator=generator)
    nn.init.uniform_(bias, -1 / math.sqrt(PIXELS), 1 / math.sqrt(PIXELS), generator=generator)
    return {"randn": init_params("linear", "randn", seed), "nn.Linear": [weights, bias]}


class Stopped(Exception):  # noqa: N818 - no error
    """The person has asked to stop."""


class Batches:
    """The training set's mini-batches: each pass over them is the next epoch, in the order of `training.train`."""

    device = torch.device("cpu")  # a Learner would else choose one

    def __init__(self, digits: Digits, recipe: Recipe, stop: Callable[[], bool]):
        self.x, self.y, self.stop = digits.x_train, digits.y_train, stop
        self.size = recipe.batch_size or len(self.x)
        self.orders = epoch_orders(len(self.x), recipe.epochs, recipe.shuffle, recipe.seed)
        self.seconds = 0.0  # spent in passes so far, with all that was done between one mini-batch and the next

    def __len__(self) -> int:
        return -(-len(self.x) // self.size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        if self.stop():
            raise Stopped
        started = time.perf_counter()
        order = next(self.orders)
        x, y = (self.x, self.y) if order is None else (self.x[order], self.y[order])
        yield from zip(x.split(self.size), y.split(self.size), strict=True)
        self.seconds += time.perf_counter() - started


class Loaders(NamedTuple):
    """Mini-batches to train on and to validate on, as `DataLoaders` takes them."""

    train: Batches
    valid: list[tuple[Tensor, Tensor]]


class _History:
    """Validation after every epoch; what a Learner has measured itself is taken from it."""

    def __init__(self, digits: Digits, size: int):
        self.x, self.y, self.size = digits.x_valid, digits.y_valid, size
        self.rows: list[tuple[float, float, float]] = []

    @torch.no_grad()
    def __call__(self, model: Callable[[Tensor], Tensor], loss: float | None = None, accuracy: float | None = None):
        logits = model(self.x)
        by_item, by_batch = two_averages((logits > 0) == (self.y == 1), self.size)
        own_loss = mnist_loss(logits, self.y).item()
        self.rows.append((by_item if accuracy is None else accuracy, by_batch, own_loss if loss is None else loss))


def _train_one(version: Version, recipe: Recipe, digits: Digits, stop: Callable[[], bool]) -> Way:
    initial = init_params("linear", recipe.init, recipe.seed)
    batches = Batches(digits, recipe, stop)
    valid = list(zip(digits.x_valid.split(batches.size), digits.y_valid.split(batches.size), strict=True))
    history = _History(digits, batches.size)
    history(lambda xb: linear1(xb, initial))
    parameters = version.code[0](Loaders(batches, valid), initial, recipe.learning_rate, recipe.epochs, history)
    accuracy, batch_means, loss = np.array(history.rows, np.float32).T
    final = flatten([p.detach() for p in parameters]).numpy()
    for array in (accuracy, batch_means, loss, final):
        array.setflags(write=False)
    return Way(
        name=version.name,
        took_away=version.took_away,
        code=version.code,
        epoch_accuracy=accuracy,
        batch_mean_accuracy=batch_means,
        epoch_loss=loss,
        parameters=final,
        seconds=batches.seconds,
    )
