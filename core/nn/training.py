"""The training run: stochastic gradient descent on plain tensors, recorded so that it can be replayed.

Training these models is faster than watching them, so a run is trained at full speed, with its parameters,
gradients and losses kept at evenly spaced steps, and played back later at any speed and in both directions.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits
from core.nn.models import (
    HIDDEN,
    InitName,
    ModelName,
    flatten,
    gradients,
    init_params,
    linear1,
    simple_net,
    unflatten,
)

FRAMES = {"linear": 241, "relu": 101}
"""Most instants that are kept of a run; the ReLU net's 23,581 parameters are kept less often."""


@dataclass(frozen=True)
class Recipe:
    """All that decides a run, besides the digits. `batch_size` 0 is the whole training set."""

    model: ModelName = "linear"
    init: InitName = "randn"
    learning_rate: float = 1.0
    epochs: int = 20
    batch_size: int = 16
    shuffle: bool = True
    seed: int = 42
    hidden: int = HIDDEN
    device: str = "cpu"


@dataclass(frozen=True)
class Run:
    """A recorded run. `F` frames are kept; frame `f` stands after `kept[f]` steps, the first after none."""

    recipe: Recipe
    items: int  # in the training set
    steps_per_epoch: int
    losses: Array  # (steps,) float32: each mini-batch's loss, before its step
    kept: Array  # (F,) int64
    parameters: Array  # (F, P) float32
    gradients: Array  # (F, P) float32: of the mini-batch that comes next; in the last frame, of the last one again
    valid_loss: Array  # (F,) float32, on the whole validation set
    valid_accuracy: Array  # (F,) float32
    seconds: float  # of the steps alone, recording included, validation not

    @property
    def steps(self) -> int:
        return len(self.losses)

    @property
    def epochs(self) -> Array:
        """Epochs passed at every frame, as a fraction."""
        return self.kept / self.steps_per_epoch

    @property
    def diverged_at(self) -> int | None:
        """The first step whose loss is no longer a finite number, if there is one."""
        broken = np.flatnonzero(~np.isfinite(self.losses))
        return int(broken[0]) if len(broken) else None

    def frame_of_epoch(self, epoch: int) -> int:
        """The frame that stands at the end of `epoch` (0: before training), or the nearest one kept."""
        return int(np.abs(self.kept - epoch * self.steps_per_epoch).argmin())

    def tensors(self, frame: int) -> list[Tensor]:
        """The parameters of one frame in the model's own shapes."""
        like = init_params(self.recipe.model, self.recipe.init, self.recipe.seed, self.recipe.hidden)
        return unflatten(torch.from_numpy(self.parameters[frame].copy()), like)


def epoch_orders(items: int, epochs: int, shuffle: bool, seed: int) -> Iterator[Tensor | None]:
    """The order of the items in each epoch, a permutation; None where they keep their own order."""
    generator = torch.Generator().manual_seed(seed + 1)
    for _ in range(epochs):
        yield torch.randperm(items, generator=generator) if shuffle else None


def kept_steps(steps: int, most: int) -> Array:
    """At most `most` step counts from 0 to `steps`, evenly spread, both ends among them."""
    return np.unique(np.linspace(0, steps, min(most, steps + 1)).round().astype(np.int64))


def train(recipe: Recipe, digits: Digits, stop: Callable[[], bool] = lambda: False) -> Run:
    """Run `recipe` on `digits` and record it; `stop` is asked once an epoch, and what was done by then is kept."""
    items = len(digits.x_train)
    size = min(recipe.batch_size or items, items)
    starts = np.arange(0, items, size)
    sizes = np.diff(starts, append=items)
    spans = [slice(start, start + size) for start in starts.tolist()]
    kept = kept_steps(len(spans) * recipe.epochs, FRAMES[recipe.model])
    initial = init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)
    step = _step(recipe, initial, digits.x_train, size)
    y, each = step.own(digits.y_train[:, 0]), step.own(torch.from_numpy(np.repeat(sizes, sizes)).float())
    outputs, targets = step.own(torch.empty(2, recipe.epochs, items))  # predictions and targets in the order trained
    frames, slopes = step.own(torch.zeros(2, len(kept), len(step.parameters)))

    shuffle = recipe.shuffle and size < items  # one batch of everything is the same in every order
    due, frame, done, started = kept.tolist(), 0, 0, time.perf_counter()
    with np.errstate(all="ignore"):  # too high a learning rate overflows: that is recorded, not warned about
        for epoch, order in enumerate(epoch_orders(items, recipe.epochs, shuffle, recipe.seed)):
            if stop():
                break
            rows = None if order is None else step.own(order)
            targets[epoch] = y if rows is None else y[rows]
            signs, predictions = (1 - 2 * targets[epoch]) / each, outputs[epoch]
            for span in spans:
                slope = step.gradient(span if rows is None else rows[span], signs[span], predictions[span])
                if due[frame] == done:
                    frames[frame], slopes[frame] = step.parameters, slope
                    frame += 1
                step.descend(recipe.learning_rate)
                done += 1
    frames[frame], slopes[frame] = step.parameters, step.slope
    seconds = time.perf_counter() - started

    kept = np.append(kept[:frame], done)
    frames, slopes = _on_cpu(frames[: frame + 1]), _on_cpu(slopes[: frame + 1])
    distance = _on_cpu(targets - outputs)[: done // len(spans)].abs().double().numpy()
    losses = (np.add.reduceat(distance, starts, axis=1) / sizes).ravel().astype(np.float32)
    arrays = (losses, kept, frames.numpy(), slopes.numpy(), *validate(recipe, frames, initial, digits))
    for array in arrays:
        array.setflags(write=False)
    return Run(recipe, items, len(spans), *arrays, seconds)


def validate(recipe: Recipe, frames: Tensor, like: list[Tensor], digits: Digits) -> tuple[Array, Array]:
    """`mnist_loss` and accuracy on the validation set for every row of parameters in `frames`; two (F,) arrays."""
    x, y = digits.x_valid, digits.y_valid
    if recipe.model == "linear":
        logits = x @ frames[:, :-1].T + frames[:, -1]  # one matrix product for every frame
    else:
        parts = frames.split([p.numel() for p in like], dim=1)
        w1, b1, w2, b2 = (part.unflatten(1, (-1, p.shape[-1])) for part, p in zip(parts, like, strict=True))
        logits = simple_net(x, [w1, b1, w2, b2])[:, :, 0].T  # (F, n, 1): one matrix product for every frame
    distance = (y - logits.sigmoid()).abs().mean(0)
    accuracy = ((logits > 0) == (y == 1)).float().mean(0)
    return distance.numpy(), accuracy.numpy()


def gradient_at(recipe: Recipe, parameters: list[Tensor], digits: Digits, rows: slice | Tensor) -> Tensor:
    """The flat gradient of one mini-batch, by the readable route; the oracle of the recorded one."""
    return flatten(gradients(recipe.model, digits.x_train[rows], digits.y_train[rows], parameters))


class _OnCpu:
    """Parameters and one mini-batch's gradient in NumPy, in buffers made once.

    NumPy rather than torch: on arrays this small a call costs less than half as much, and none of them wakes
    a pool of threads, which between steps would wait, spinning, on the cores of whoever else trains here.
    """

    def __init__(self, initial: list[Tensor], x: Tensor, size: int):
        parameters = flatten(initial)
        slope, change = torch.zeros(2, len(parameters))
        self.x, self.parameters, self.slope, self.change = (t.numpy() for t in (x, parameters, slope, change))
        self.views = [view.numpy() for view in unflatten(parameters, initial)]
        self.slope_views = [view.numpy() for view in unflatten(slope, initial)]
        self.xb, self.slopes = np.empty((size, x.shape[1]), np.float32), np.empty(size, np.float32)
        self.hidden, self.back = np.empty((2, size, initial[-2].shape[0]), np.float32)
        self.ones = np.ones(size, np.float32)

    def own(self, tensor: Tensor) -> Array:
        """`tensor` as this step computes with it."""
        return tensor.numpy()

    def images(self, rows: slice | Array) -> Array:
        """The mini-batch, (n, 784)."""
        return self.x[rows] if isinstance(rows, slice) else self.x.take(rows, 0, self.xb[: len(rows)], "clip")

    def logit_slopes(self, logits: Array, bias: Array, signs: Array, ones: Array) -> Array:
        """As `logit_gradient`, for logits still without their `bias`; they become the predictions, in place."""
        np.add(logits, bias, out=logits)
        np.negative(logits, out=logits)
        np.exp(logits, out=logits)
        np.add(logits, ones, out=logits)
        predictions = np.reciprocal(logits, out=logits)
        slopes = np.subtract(ones, predictions, out=self.slopes[: len(logits)])
        np.multiply(slopes, predictions, out=slopes)
        return np.multiply(slopes, signs, out=slopes)

    def descend(self, learning_rate: float) -> None:
        """`w -= lr * gradient`."""
        np.multiply(self.slope, learning_rate, out=self.change)
        np.subtract(self.parameters, self.change, out=self.parameters)


class _Linear(_OnCpu):
    def gradient(self, rows: slice | Array, signs: Array, out: Array) -> Array:
        """The flat gradient; `signs` are 1 - 2·target over the batch's length, `out` receives the predictions."""
        xb, ones = self.images(rows), self.ones[: len(out)]
        (weights, bias), (to_weights, to_bias) = self.views, self.slope_views
        np.dot(xb, weights[:, 0], out=out)
        slopes = self.logit_slopes(out, bias, signs, ones)
        np.dot(slopes, xb, out=to_weights[:, 0])
        to_bias[0] = np.dot(slopes, ones)
        return self.slope


class _Relu(_OnCpu):
    def gradient(self, rows: slice | Array, signs: Array, out: Array) -> Array:
        """As `_Linear.gradient`."""
        n = len(out)
        xb, ones, hidden, back = self.images(rows), self.ones[:n], self.hidden[:n], self.back[:n]
        (w1, b1, w2, b2), (to_w1, to_b1, to_w2, to_b2) = self.views, self.slope_views
        np.dot(xb, w1, out=hidden)
        np.add(hidden, b1, out=hidden)
        np.maximum(hidden, 0, out=hidden)
        np.dot(hidden, w2[:, 0], out=out)
        slopes = self.logit_slopes(out, b2, signs, ones)
        np.dot(slopes[:, None], w2.T, out=back)
        np.multiply(back, np.sign(hidden), out=back)  # the slope of ReLU: 1 where it is positive, else 0
        np.dot(xb.T, back, out=to_w1)
        np.dot(ones, back, out=to_b1)
        np.dot(slopes, hidden, out=to_w2[:, 0])
        to_b2[0] = np.dot(slopes, ones)
        return self.slope


class _OnDevice:
    """The same for either model on any device of torch's, as plain as it can be written."""

    def __init__(self, device: str, initial: list[Tensor], x: Tensor):
        self.device, self.x = device, x.to(device)
        self.parameters = flatten(initial).to(device)
        self.slope = torch.zeros_like(self.parameters)
        self.views = unflatten(self.parameters, initial)

    def own(self, tensor: Tensor) -> Tensor:
        return tensor.to(self.device)

    def gradient(self, rows: slice | Tensor, signs: Tensor, out: Tensor) -> Tensor:
        """As `_Linear.gradient`."""
        *first, weights, bias = self.views
        xb = self.x[rows]
        hidden = linear1(xb, first).clamp_min(0.0) if first else xb
        torch.sigmoid(linear1(hidden, [weights, bias])[:, 0], out=out)
        slopes = (out * (1 - out) * signs)[:, None]
        parts = [hidden.T @ slopes, slopes.sum(0)]
        if first:
            back = (slopes @ weights.T) * (hidden > 0)
            parts = [xb.T @ back, back.sum(0), *parts]
        return torch.cat([part.flatten() for part in parts], out=self.slope)

    def descend(self, learning_rate: float) -> None:
        self.parameters.sub_(self.slope, alpha=learning_rate)


def _step(recipe: Recipe, initial: list[Tensor], x: Tensor, size: int) -> Any:
    """What computes this recipe's gradients on its device."""
    if recipe.device != "cpu":
        return _OnDevice(recipe.device, initial, x)
    return (_Linear if recipe.model == "linear" else _Relu)(initial, x, size)


def _on_cpu(values: Array | Tensor) -> Tensor:
    return torch.as_tensor(values).cpu()
