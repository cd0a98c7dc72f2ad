"""The head on a frozen body, trained by the lesson's own loop: softmax, cross-entropy, a gradient written out, a step.

The features stand still, so only a small matrix is learned: a whole training takes a fraction of a second, is recorded
step by step, and is replayed like any other run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.arrays import Array

FRAMES = 61
FEWER = 21  # of more than MANY pictures, which take longer to judge than to learn
MANY = 2000


@dataclass(frozen=True)
class HeadSettings:
    """All that decides a head's training, besides the features and their labels."""

    learning_rate: float = 0.03
    epochs: int = 60
    batch_size: int = 64
    weight_decay: float = 0.0
    hidden: int = 0  # units of a hidden layer with ReLU; 0: a linear head
    seed: int = 42


@dataclass(frozen=True, eq=False)
class Head:
    """A recorded training. `F` frames are kept; frame `f` stands after `kept[f]` steps, the first after none."""

    settings: HeadSettings
    steps_per_epoch: int
    losses: Array  # (steps,) float32: each mini-batch's cross-entropy, before its step
    kept: Array  # (F,) int64
    train_loss: Array  # (F,) float32, mean over the pictures trained on
    valid_loss: Array  # (F,) float32; NaN where none are held out
    train_accuracy: Array  # (F,) float32
    valid_accuracy: Array  # (F,) float32; NaN where none are held out
    predicted: Array  # (F, pictures) int16: the class with the largest logit
    logits: Array  # (pictures, classes) float32, at the end
    parameters: tuple[Array, ...]  # weights and biases at the end, layer after layer, weights (inputs, outputs)
    seconds: float  # of the steps alone

    @property
    def epochs(self) -> Array:
        """Epochs passed at every frame, as a fraction."""
        return self.kept / self.steps_per_epoch

    @property
    def diverged_at(self) -> int | None:
        """The first step whose loss is no longer a finite number, if there is one."""
        broken = np.flatnonzero(~np.isfinite(self.losses))
        return int(broken[0]) if len(broken) else None

    def logits_of(self, features: Array) -> Array:
        """Logits (n, classes) of other pictures' features (n, width)."""
        return forward(torch.tensor(features), [torch.tensor(p) for p in self.parameters])[-1].numpy()


def first_parameters(width: int, classes: int, settings: HeadSettings) -> list[Tensor]:
    """Zeros for a linear head, which makes all classes equally likely; Kaiming's randn for a hidden layer."""
    if not settings.hidden:
        return [torch.zeros(width, classes), torch.zeros(classes)]
    drawn = torch.randn(width, settings.hidden, generator=torch.Generator().manual_seed(settings.seed))
    weights = drawn * (2 / width) ** 0.5
    return [weights, torch.zeros(settings.hidden), torch.zeros(settings.hidden, classes), torch.zeros(classes)]


def forward(x: Tensor, parameters: list[Tensor]) -> list[Tensor]:
    """The activations of every layer, x first, the logits last; ReLU between layers."""
    layers = [x]
    for i in range(0, len(parameters), 2):
        layers.append(torch.addmm(parameters[i + 1], layers[-1].relu() if i else x, parameters[i]))
    return layers


def slopes(layers: list[Tensor], targets: Tensor, parameters: list[Tensor]) -> tuple[list[Tensor], Tensor]:
    """The gradient of the mean cross-entropy, a tensor for each parameter, and the loss of each item.

    Its slope with respect to the logits is softmax − one-hot; the rest is the chain rule.
    """
    log = layers[-1].log_softmax(1)
    losses = -log.gather(1, targets[:, None])[:, 0]
    slope = log.exp_()
    slope.scatter_add_(1, targets[:, None], slope.new_full((len(slope), 1), -1.0)).div_(len(slope))
    found: list[Tensor] = []
    for i in range(len(parameters) - 2, -1, -2):
        below = layers[i // 2].relu() if i else layers[0]
        found[:0] = [below.T @ slope, slope.sum(0)]
        if i:
            slope = (slope @ parameters[i].T).mul_(layers[i // 2] > 0)
    return found, losses


def standardised(x: Tensor, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """`x` less the mean of its `rows`, over their spread: one number, so that one learning rate suits every body.

    Returned with that mean (width) and spread ().
    """
    mean = x[rows].mean(0)
    spread = (x[rows] - mean).square().mean().sqrt().clamp_min(1e-12)
    return (x - mean) / spread, mean, spread


def within_span(x: Tensor, rows: Tensor) -> tuple[Tensor, Tensor | None]:
    """`x` (n, width) in coordinates of the space that its `rows` span, and that space's orthonormal basis.

    A linear head's gradient is a sum of these rows, so from zero its weights never leave their span: with fewer rows
    than features the training is the same there, number for number up to rounding, and takes less arithmetic.
    """
    if len(rows) >= x.shape[1]:
        return x, None
    basis = torch.linalg.qr(x[rows].T).Q
    return x @ basis, basis


def train_head(
    features: Array,
    targets: Array,
    train: Array,
    valid: Array,
    settings: HeadSettings,
    classes: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Head:
    """Train a head on the rows `train` of `features` (n, width) with classes `targets` (n) int, and judge all n.

    `classes`: how many there are, if some may have no picture. `stop` is asked once an epoch.
    """
    y, rows, items = torch.as_tensor(targets, dtype=torch.int64), torch.as_tensor(train, dtype=torch.int64), len(train)
    x, mean, spread = standardised(torch.tensor(features), rows)
    x, basis = within_span(x, rows) if not settings.hidden else (x, None)
    size = min(settings.batch_size or items, items)
    batches = -(-items // size)
    parameters = first_parameters(x.shape[1], classes or int(y.max()) + 1, settings)
    due = _kept(batches * settings.epochs, FRAMES if len(x) <= MANY else FEWER)
    generator = torch.Generator().manual_seed(settings.seed + 1)
    frames: list[Tensor] = []
    losses: list[Tensor] = []
    done, seconds = 0, 0.0
    for _ in range(settings.epochs):
        if stop():
            break
        started = time.perf_counter()
        order = rows[torch.randperm(items, generator=generator)]
        for xb, yb in zip(x[order].split(size), y[order].split(size), strict=True):
            if done == due[len(frames)]:
                seconds += time.perf_counter() - started
                frames.append(forward(x, parameters)[-1])
                started = time.perf_counter()
            gradient, loss = slopes(forward(xb, parameters), yb, parameters)
            for parameter, slope in zip(parameters, gradient, strict=True):
                if settings.weight_decay and parameter.dim() > 1:
                    slope.add_(parameter, alpha=settings.weight_decay)
                parameter.sub_(slope, alpha=settings.learning_rate)
            losses.append(loss.mean())
            done += 1
        seconds += time.perf_counter() - started
    kept = np.append(due[: len(frames)], done)
    frames.append(forward(x, parameters)[-1])
    if basis is not None:
        parameters[0] = basis @ parameters[0]
    parameters[0] = parameters[0] / spread  # from here on they take the features as the body gives them
    parameters[1] = parameters[1] - mean @ parameters[0]
    return _recorded(settings, batches, losses, kept, frames, y, (rows, torch.as_tensor(valid)), parameters, seconds)


def _kept(steps: int, most: int) -> Array:
    """At most `most` step counts from 0 to `steps`, closer together at the start, where most happens."""
    return np.unique((np.linspace(0, 1, min(most, steps + 1)) ** 2 * steps).round().astype(np.int64))


def _recorded(
    settings: HeadSettings,
    batches: int,
    losses: list[Tensor],
    kept: Array,
    frames: list[Tensor],
    y: Tensor,
    parts: tuple[Tensor, Tensor],
    parameters: list[Tensor],
    seconds: float,
) -> Head:
    logits = torch.stack(frames)  # (F, n, classes)
    every = cross_entropy(logits.flatten(0, 1), y.repeat(len(frames)), reduction="none").view(len(frames), -1)
    predicted = logits.argmax(2)
    right = (predicted == y).float()
    measured = [each[:, rows].mean(1).numpy() for each in (every, right) for rows in parts]
    train_loss, valid_loss, train_accuracy, valid_accuracy = measured
    steps = torch.stack(losses).numpy() if losses else np.zeros(0, np.float32)
    head = Head(
        settings=settings,
        steps_per_epoch=batches,
        losses=steps,
        kept=kept,
        train_loss=train_loss,
        valid_loss=valid_loss,
        train_accuracy=train_accuracy,
        valid_accuracy=valid_accuracy,
        predicted=predicted.to(torch.int16).numpy(),
        logits=frames[-1].numpy(),
        parameters=tuple(parameter.numpy() for parameter in parameters),
        seconds=seconds,
    )
    for array in (steps, kept, *measured, head.predicted, head.logits, *head.parameters):
        array.setflags(write=False)
    return head
