"""The training run: stochastic gradient descent on plain tensors, recorded so that it can be replayed.

Training these models is faster than watching them, so a run is trained at full speed, with its parameters,
gradients and losses kept at evenly spaced steps, and played back later at any speed and in both directions.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits
from core.device import wait_for
from core.nn.kernels import kernel_for
from core.nn.losses import mnist_loss
from core.nn.models import (
    HIDDEN,
    InitName,
    ModelName,
    flatten,
    forward,
    gradients,
    init_params,
    simple_net,
    unflatten,
)

FRAMES = {"linear": 241, "relu": 101}
"""Most instants that are kept of a run; the ReLU net's 23,581 parameters are kept less often."""


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


def shuffled_orders(items: int, epochs: int, seed: int) -> Iterator[Tensor]:
    """A permutation of the items for each epoch."""
    generator = torch.Generator().manual_seed(seed + 1)
    for _ in range(epochs):
        yield torch.randperm(items, generator=generator)


def epoch_orders(items: int, epochs: int, shuffle: bool, seed: int) -> Iterator[Tensor | None]:
    """The order of the items in each epoch, a permutation; None where they keep their own order."""
    return shuffled_orders(items, epochs, seed) if shuffle else repeat(None, epochs)


def kept_steps(steps: int, most: int) -> Array:
    """At most `most` step counts from 0 to `steps`, evenly spread, both ends among them."""
    return np.unique(np.linspace(0, steps, min(most, steps + 1)).round().astype(np.int64))


def train_plainly(recipe: Recipe, digits: Digits) -> Iterator[tuple[float, list[Tensor]]]:
    """The lesson's loop, and nothing else: after each step, the mini-batch's loss before it and the parameters."""
    parameters = [p.requires_grad_() for p in init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)]
    size = recipe.batch_size or len(digits.x_train)
    for order in epoch_orders(len(digits.x_train), recipe.epochs, recipe.shuffle, recipe.seed):
        x, y = (digits.x_train, digits.y_train) if order is None else (digits.x_train[order], digits.y_train[order])
        for xb, yb in zip(x.split(size), y.split(size), strict=True):
            logits = forward(recipe.model, xb, parameters)  # predict
            loss = mnist_loss(logits, yb)  # loss
            loss.backward()  # gradient
            with torch.no_grad():
                for p in parameters:
                    p -= recipe.learning_rate * p.grad  # type: ignore[operator]  # step
                    p.grad.zero_()  # type: ignore[union-attr]
            yield loss.item(), parameters


def train(recipe: Recipe, digits: Digits, stop: Callable[[], bool] = lambda: False) -> Run:
    """Run `recipe` on `digits` and record it; `stop` is asked once an epoch, and what was done by then is kept."""
    items = len(digits.x_train)
    size = min(recipe.batch_size or items, items)
    starts = np.arange(0, items, size)
    sizes = np.diff(starts, append=items)
    spans = [slice(start, start + size) for start in starts.tolist()]
    kept = kept_steps(len(spans) * recipe.epochs, FRAMES[recipe.model])
    initial = init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)
    kernel = kernel_for(recipe.model, recipe.device, initial, digits.x_train, size)
    y, each = kernel.place(digits.y_train[:, 0]), kernel.place(torch.from_numpy(np.repeat(sizes, sizes)).float())
    outputs, targets = kernel.place(
        torch.empty(2, recipe.epochs, items)
    )  # predictions and targets in the order trained
    frames, slopes = kernel.place(torch.zeros(2, len(kept), len(kernel.parameters)))

    shuffle = recipe.shuffle and size < items  # one batch of everything is the same in every order
    due, frame, done, started = kept.tolist(), 0, 0, time.perf_counter()
    with np.errstate(all="ignore"):  # too high a learning rate overflows: that is recorded, not warned about
        for epoch, order in enumerate(epoch_orders(items, recipe.epochs, shuffle, recipe.seed)):
            if stop():
                break
            rows = None if order is None else kernel.place(order)
            targets[epoch] = y if rows is None else y[rows]
            signs, predictions = (1 - 2 * targets[epoch]) / each, outputs[epoch]
            for span in spans:
                slope = kernel.gradient(span if rows is None else rows[span], signs[span], predictions[span])
                if due[frame] == done:
                    frames[frame], slopes[frame] = kernel.parameters, slope
                    frame += 1
                kernel.descend(recipe.learning_rate)
                done += 1
    frames[frame], slopes[frame] = kernel.parameters, kernel.slope
    wait_for(recipe.device)
    seconds = time.perf_counter() - started

    kept = np.append(kept[:frame], done)
    frames, slopes = _on_cpu(frames[: frame + 1]), _on_cpu(slopes[: frame + 1])
    trained = done // len(spans)  # epochs; what a stopped run left of the buffers is no number
    distance = _on_cpu(targets[:trained] - outputs[:trained]).abs().double().numpy()
    losses = (np.add.reduceat(distance, starts, axis=1) / sizes).ravel().astype(np.float32)
    valid_loss, valid_accuracy = validate(recipe, frames, initial, digits)
    recorded, recorded_slopes = frames.numpy(), slopes.numpy()
    for array in (losses, kept, recorded, recorded_slopes, valid_loss, valid_accuracy):
        array.setflags(write=False)
    return Run(
        recipe=recipe,
        items=items,
        steps_per_epoch=len(spans),
        losses=losses,
        kept=kept,
        parameters=recorded,
        gradients=recorded_slopes,
        valid_loss=valid_loss,
        valid_accuracy=valid_accuracy,
        seconds=seconds,
    )


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


def _on_cpu(values: Array | Tensor) -> Tensor:
    return torch.as_tensor(values).cpu()
