"""A head on a frozen body, trained by plain SGD on softmax and cross-entropy, with the gradient written out.

The features do not change, so only a small matrix is learned: a training takes a fraction of a second. It is recorded
step by step and replayed like any other run.
"""

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.arrays import Array
from core.data.download import Stop

FRAMES = 61  # kept at most of a run
FEWER = 21  # kept of a run on more than MANY pictures: to classify them all takes longer than to train
MANY = 2000


@dataclass(frozen=True, kw_only=True)
class HeadSettings:
    """Everything that decides a head's training, besides the features and their labels."""

    learning_rate: float = 0.03
    epochs: int = 60
    batch_size: int = 64
    weight_decay: float = 0.0
    hidden: int = 0  # units of a hidden layer with ReLU; 0: a linear head
    seed: int = 42


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """A recorded training. F frames are kept; frame f is the state after `kept[f]` steps, the first one after none."""

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
    seconds: float  # of the steps alone, without the frames

    @property
    def epochs(self) -> Array:
        """(F,) epochs passed at every frame, also parts of one."""
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
    """Zeros for a linear head, so that all classes are equally likely; Kaiming's normal for a hidden layer."""
    if not settings.hidden:
        return [torch.zeros(width, classes), torch.zeros(classes)]
    drawn = torch.randn(width, settings.hidden, generator=torch.Generator().manual_seed(settings.seed))
    weights = drawn * (2 / width) ** 0.5
    return [weights, torch.zeros(settings.hidden), torch.zeros(settings.hidden, classes), torch.zeros(classes)]


def forward(x: Tensor, parameters: list[Tensor]) -> list[Tensor]:
    """The activations of every layer, x (n, width) first and the logits (n, classes) last; ReLU between layers."""
    layers = [x]
    for i in range(0, len(parameters), 2):
        layers.append(torch.addmm(parameters[i + 1], layers[-1].relu() if i else x, parameters[i]))
    return layers


def slopes(layers: list[Tensor], targets: Tensor, parameters: list[Tensor]) -> tuple[list[Tensor], Tensor]:
    """The gradient of the mean cross-entropy, a tensor for each parameter, and the loss of every item, (n,).

    The slope with respect to the logits is softmax − one-hot; the rest is the chain rule.
    """
    log = layers[-1].log_softmax(1)
    losses = -log.gather(1, targets[:, None])[:, 0]
    slope = log.exp_()
    slope.scatter_add_(1, targets[:, None], slope.new_full((len(slope), 1), -1.0)).div_(len(slope))
    gradient: list[Tensor] = []
    for i in range(len(parameters) - 2, -1, -2):
        below = layers[i // 2].relu() if i else layers[0]
        gradient[:0] = [below.T @ slope, slope.sum(0)]
        if i:
            slope = (slope @ parameters[i].T).mul_(layers[i // 2] > 0)
    return gradient, losses


def standardised(x: Tensor, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """`x` (n, width) less the mean of its `rows`, divided by their spread, so that one learning rate suits every body.

    Returned with that mean (width,) and spread (), which is one number for all features.
    """
    picked = x[rows]
    mean = picked.mean(0)
    spread = picked.sub_(mean).square_().mean().sqrt().clamp_min(1e-12)
    del picked  # as large as x, nearly
    return (x - mean).div_(spread), mean, spread


def within_span(x: Tensor, rows: Tensor) -> tuple[Tensor, Tensor | None]:
    """`x` (n, width) in coordinates of the space that its `rows` span, and an orthonormal basis of that space.

    A linear head's gradient is a sum of these rows, so weights that start at zero never leave their span. With fewer
    rows than features the training is the same there up to rounding, and takes less arithmetic; otherwise x is returned
    as it is, with None.
    """
    if len(rows) >= x.shape[1]:
        return x, None
    basis = torch.linalg.qr(x[rows].T).Q
    return x @ basis, basis


def sgd_step(xb: Tensor, yb: Tensor, parameters: list[Tensor], settings: HeadSettings) -> Tensor:
    """One step of SGD on a mini-batch, with weight decay of the weights; changes them in place, returns the loss ()."""
    gradient, losses = slopes(forward(xb, parameters), yb, parameters)
    for parameter, slope in zip(parameters, gradient, strict=True):
        if settings.weight_decay and parameter.dim() > 1:
            slope.add_(parameter, alpha=settings.weight_decay)
        parameter.sub_(slope, alpha=settings.learning_rate)
    return losses.mean()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Frame:
    """What a head says of all n pictures; the logits, n times the classes, are not kept."""

    losses: Tensor  # (n,) cross-entropy
    predicted: Tensor  # (n,) int16


@dataclass(frozen=True, kw_only=True, eq=False)
class _Run:
    """What is noted while a head is trained."""

    batches: int  # mini-batches in an epoch
    losses: list[float]  # of every step
    kept: Array  # (F,) steps taken at every frame
    frames: list[_Frame]
    seconds: float  # of the steps alone


def frame(x: Tensor, y: Tensor, parameters: list[Tensor]) -> _Frame:
    """The head as it is, on all pictures x (n, width) with classes y (n,)."""
    logits = forward(x, parameters)[-1]
    return _Frame(losses=cross_entropy(logits, y, reduction="none"), predicted=logits.argmax(1).to(torch.int16))


def descend(x: Tensor, y: Tensor, rows: Tensor, parameters: list[Tensor], settings: HeadSettings, stop: Stop) -> _Run:
    """Train the parameters in place on the `rows` of x (n, width), in shuffled mini-batches."""
    size = min(settings.batch_size or len(rows), len(rows))
    batches = -(-len(rows) // size)
    due = _kept(batches * settings.epochs, FRAMES if len(x) <= MANY else FEWER)
    generator = torch.Generator().manual_seed(settings.seed + 1)
    frames: list[_Frame] = []
    losses: list[float] = []  # as tensors, they would keep apart what each step gives back
    seconds = 0.0
    for _ in range(settings.epochs):
        if stop():
            break
        started = time.perf_counter()
        order = rows[torch.randperm(len(rows), generator=generator)]
        for xb, yb in zip(x[order].split(size), y[order].split(size), strict=True):
            if len(losses) == due[len(frames)]:
                seconds += time.perf_counter() - started
                frames.append(frame(x, y, parameters))
                started = time.perf_counter()
            losses.append(sgd_step(xb, yb, parameters, settings).item())
        seconds += time.perf_counter() - started
    kept = np.append(due[: len(frames)], len(losses))
    frames.append(frame(x, y, parameters))
    return _Run(batches=batches, losses=losses, kept=kept, frames=frames, seconds=seconds)


def train_head(
    features: Array,
    targets: Array,
    train: Array,
    valid: Array,
    settings: HeadSettings,
    classes: int | None = None,
    stop: Stop = lambda: False,
) -> Head:
    """Train a head on the rows `train` of `features` (n, width) with classes `targets` (n,) int, and classify all n.

    `classes`: how many there are, if some may have no picture. `stop` is asked once an epoch.
    """
    y, rows = torch.as_tensor(targets, dtype=torch.int64), torch.as_tensor(train, dtype=torch.int64)
    x, mean, spread = standardised(torch.tensor(features), rows)
    x, basis = within_span(x, rows) if not settings.hidden else (x, None)
    parameters = first_parameters(x.shape[1], classes or int(y.max()) + 1, settings)
    run = descend(x, y, rows, parameters, settings, stop)
    logits = forward(x, parameters)[-1]
    if basis is not None:
        parameters[0] = basis @ parameters[0]
    parameters[0] = parameters[0] / spread  # from here on they take the features as the body gives them
    parameters[1] = parameters[1] - mean @ parameters[0]
    return _recorded(settings, run, y, (rows, torch.as_tensor(valid)), (logits, parameters))


def _kept(steps: int, most: int) -> Array:
    """At most `most` step counts from 0 to `steps`, closer together at the start, where most happens."""
    return np.unique((np.linspace(0, 1, min(most, steps + 1)) ** 2 * steps).round().astype(np.int64))


def _recorded(
    settings: HeadSettings, run: _Run, y: Tensor, parts: tuple[Tensor, Tensor], end: tuple[Tensor, list[Tensor]]
) -> Head:
    """The run as it is kept: measured at every frame on both `parts`, the training and the validation rows.

    `end`: the logits (n, classes) and the parameters after the last step.
    """
    logits, parameters = end
    losses = torch.stack([each.losses for each in run.frames])  # (F, n)
    predicted = torch.stack([each.predicted for each in run.frames])  # (F, n)
    right = (predicted == y).float()
    measured = [values[:, rows].mean(1).numpy() for values in (losses, right) for rows in parts]
    train_loss, valid_loss, train_accuracy, valid_accuracy = measured
    head = Head(
        settings=settings,
        steps_per_epoch=run.batches,
        losses=np.array(run.losses, np.float32),
        kept=run.kept,
        train_loss=train_loss,
        valid_loss=valid_loss,
        train_accuracy=train_accuracy,
        valid_accuracy=valid_accuracy,
        predicted=predicted.numpy(),
        logits=logits.numpy(),
        parameters=tuple(parameter.numpy() for parameter in parameters),
        seconds=run.seconds,
    )
    for array in (head.losses, head.kept, *measured, head.predicted, head.logits, *head.parameters):
        array.setflags(write=False)
    return head
