"""The training run: stochastic gradient descent on plain tensors, recorded so that it can be replayed.

Training these models is faster than watching them, so a run is trained at full speed, with its parameters,
gradients and losses kept at evenly spaced steps, and played back later at any speed and in both directions.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.data.digits import Digits
from core.lesson.models import HIDDEN, InitName, ModelName, flatten, forward, gradients, init_params, unflatten

FRAMES = {"linear": 241, "relu": 101}
"""Most instants that are kept of a run; the ReLU net's 23,581 parameters are kept less often."""

Array = np.ndarray


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
    gradients: Array  # (F, P) float32: of the mini-batch that comes next; of the last one again in the last frame
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
    x, y = digits.x_train.to(recipe.device), digits.y_train.to(recipe.device)
    items = len(x)
    size = min(recipe.batch_size or items, items)
    per_epoch = -(-items // size)
    steps = per_epoch * recipe.epochs
    initial = init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)
    step = _Linear(initial, x, size) if recipe.model == "linear" else _Relu(initial, x, size)
    kept = kept_steps(steps, FRAMES[recipe.model])
    frames = torch.empty(len(kept), step.parameters.numel(), device=recipe.device)
    slopes = torch.empty_like(frames)
    outputs = torch.empty(recipe.epochs * items, device=recipe.device)
    targets = torch.empty_like(outputs)

    done, frame, started = 0, 0, time.perf_counter()
    for epoch, order in enumerate(epoch_orders(items, recipe.epochs, recipe.shuffle, recipe.seed)):
        if stop():
            break
        order = order if order is None else order.to(recipe.device)
        seen = slice(epoch * items, (epoch + 1) * items)
        targets[seen] = y[:, 0] if order is None else y[order, 0]
        signs = 1 - 2 * targets[seen]
        for start in range(0, items, size):
            end = min(start + size, items)
            rows = slice(start, end) if order is None else order[start:end]
            slope = step.gradient(rows, signs[start:end], outputs[seen][start:end])
            if kept[frame] == done:
                frames[frame], slopes[frame] = step.parameters, slope
                frame += 1
            step.parameters.sub_(slope, alpha=recipe.learning_rate)
            done += 1
    frames[frame] = step.parameters
    slopes[frame] = slopes[max(frame - 1, 0)]
    seconds = time.perf_counter() - started

    frames, slopes, kept = frames[: frame + 1].cpu(), slopes[: frame + 1].cpu(), kept[: frame + 1].copy()
    kept[frame] = done
    distance = (targets - outputs).abs()[: done // per_epoch * items].double().cpu().numpy()
    starts = (np.arange(0, items, size) + np.arange(done // per_epoch)[:, None] * items).ravel()
    sizes = np.diff(np.append(starts, len(distance)))
    losses = (np.add.reduceat(distance, starts) / sizes if len(starts) else distance).astype(np.float32)
    valid_loss, valid_accuracy = validate(recipe, frames, initial, digits)
    arrays = [losses, kept, frames.numpy(), slopes.numpy(), valid_loss, valid_accuracy]
    for array in arrays:
        array.setflags(write=False)
    return Run(recipe, items, per_epoch, *arrays, seconds)


def validate(recipe: Recipe, frames: Tensor, like: list[Tensor], digits: Digits) -> tuple[Array, Array]:
    """`mnist_loss` and accuracy on the validation set for every row of parameters in `frames`; two (F,) arrays."""
    x, y = digits.x_valid, digits.y_valid
    if recipe.model == "linear":
        logits = x @ frames[:, :-1].T + frames[:, -1]  # one matrix product for every frame
    else:
        logits = torch.cat([forward("relu", x, unflatten(row, like)) for row in frames], dim=1)
    distance = (y - logits.sigmoid()).abs().mean(0)
    accuracy = ((logits > 0) == (y == 1)).float().mean(0)
    return distance.numpy(), accuracy.numpy()


class _Linear:
    """One mini-batch's gradient of the linear model into buffers made once.

    On the CPU the two matrix-vector products go through NumPy, on the tensors' own memory: the BLAS behind
    it reads a batch from memory about twice as fast as the one behind torch.
    """

    def __init__(self, initial: list[Tensor], x: Tensor, size: int):
        self.x, self.on_cpu = x, x.device.type == "cpu"
        self.parameters = flatten(initial).to(x.device)
        self.slope = torch.empty_like(self.parameters)
        self.rows, self.slopes = x.new_empty(size, x.shape[1]), x.new_empty(size)
        self.w, self.b, self.grad = self.parameters[:-1], self.parameters[-1:], self.slope[:-1]
        if self.on_cpu:
            self.w, self.grad = self.w.numpy(), self.grad.numpy()

    def gradient(self, rows: slice | Tensor, signs: Tensor, out: Tensor) -> Tensor:
        """The flat gradient; `signs` are 1 - 2·target, and `out` receives the predictions after the sigmoid."""
        n = len(out)
        xb = self.x[rows] if isinstance(rows, slice) else torch.index_select(self.x, 0, rows, out=self.rows[:n])
        slopes = self.slopes[:n]
        if self.on_cpu:
            xb = xb.numpy()
            np.dot(xb, self.w, out=out.numpy())
            torch.add(out, self.b, out=out).sigmoid_()
        else:
            torch.addmv(self.b, xb, self.w, out=out).sigmoid_()
        torch.ops.aten.sigmoid_backward.grad_input(signs, out, grad_input=slopes)
        slopes.div_(n)
        if self.on_cpu:
            np.dot(slopes.numpy(), xb, out=self.grad)
        else:
            torch.mv(xb.T, slopes, out=self.grad)
        torch.sum(slopes, 0, keepdim=True, out=self.slope[-1:])
        return self.slope


class _Relu:
    """One mini-batch's gradient of linear, ReLU, linear."""

    def __init__(self, initial: list[Tensor], x: Tensor, size: int):
        self.x = x
        self.parameters = flatten(initial).to(x.device)
        self.views = unflatten(self.parameters, initial)
        self.slope = torch.empty_like(self.parameters)
        self.slope_views = unflatten(self.slope, initial)

    def gradient(self, rows: slice | Tensor, signs: Tensor, out: Tensor) -> Tensor:
        """As `_Linear.gradient`."""
        w1, b1, w2, b2 = self.views
        xb = self.x[rows]
        hidden = torch.addmm(b1, xb, w1).clamp_min_(0.0)
        torch.addmv(b2, hidden, w2[:, 0], out=out).sigmoid_()
        slopes = torch.ops.aten.sigmoid_backward(signs, out).div_(len(out))
        back = torch.outer(slopes, w2[:, 0]).masked_fill_(hidden <= 0, 0.0)
        g1, gb1, g2, gb2 = self.slope_views
        torch.mm(xb.T, back, out=g1)
        torch.sum(back, 0, out=gb1)
        torch.mv(hidden.T, slopes, out=g2[:, 0])
        torch.sum(slopes, 0, keepdim=True, out=gb2)
        return self.slope


def gradient_at(recipe: Recipe, parameters: list[Tensor], digits: Digits, rows: slice | Tensor) -> Tensor:
    """The flat gradient of one mini-batch, by the readable route; the oracle of the recorded one."""
    return flatten(gradients(recipe.model, digits.x_train[rows], digits.y_train[rows], parameters))
