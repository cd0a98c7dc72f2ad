"""Small nets, linear → activation → linear, trained by plain SGD: several at once, each from a start of its own.

The nets of S runs are stacked along the first axis, so one step of all costs hardly more than one step of one.
Their gradients are written out, as in core.nn.models; the tests hold them against autograd.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
import torch
from torch import Tensor

from core.nn.activations import ACTIVATIONS, Function

FRAMES = 81
"""Most instants that are kept of a run, unless its plan says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that decides some runs, besides the data. A run depends on its own seed alone, not on its neighbours."""

    seeds: tuple[int, ...]
    hidden: int
    learning_rate: float
    steps: int
    activation: str = "relu"
    loss: str = "mse"  # or "distance": of the sigmoid from the target, the lesson's mnist_loss
    batch_size: int = 16  # at most; 0: all the data in every step
    momentum: float = 0.0
    shift: float = 0.0  # added to every bias of the first layer at the start
    frames: int = FRAMES  # kept at most

    @property
    def function(self) -> Function:
        return ACTIVATIONS[self.activation].function


def init_nets(inputs: int, plan: Plan) -> list[Tensor]:
    """First parameters as `nn.Linear` draws them, uniform in ±1/sqrt(inputs of the layer).

    w1 (S, inputs, hidden), b1 (S, 1, hidden), w2 (S, hidden, 1), b2 (S, 1, 1).
    """
    shapes = ((inputs, plan.hidden), (1, plan.hidden), (plan.hidden, 1), (1, 1))
    bounds = (1 / sqrt(inputs),) * 2 + (1 / sqrt(plan.hidden),) * 2
    generators = [torch.Generator().manual_seed(seed) for seed in plan.seeds]
    drawn = [
        torch.stack([torch.rand(shape, generator=generator) * 2 * bound - bound for generator in generators])
        for shape, bound in zip(shapes, bounds, strict=True)
    ]
    drawn[1] += plan.shift
    return drawn


def forward(x: Tensor, parameters: list[Tensor], function: Function = torch.relu) -> Tensor:
    """Linear, activation, linear: (n, inputs) → (S, n, 1), or (n, 1) of one net without the first axis."""
    w1, b1, w2, b2 = parameters
    return function(x @ w1 + b1) @ w2 + b2


def losses(outputs: Tensor, targets: Tensor, loss: str) -> Tensor:
    """Each run's loss: (S, n, 1) and (n, 1) → (S,)."""
    each = (outputs - targets) ** 2 if loss == "mse" else (targets - outputs.sigmoid()).abs()
    return each.mean((-2, -1))


def output_slopes(outputs: Tensor, targets: Tensor, loss: str) -> Tensor:
    """Slope of the loss in every output, of the shape of `outputs`."""
    items = outputs.shape[-2]
    if loss == "mse":
        return 2 * (outputs - targets) / items
    p = outputs.sigmoid()
    return (1 - 2 * targets) * p * (1 - p) / items


def net_gradients(x: Tensor, y: Tensor, parameters: list[Tensor], activation: str, loss: str) -> list[Tensor]:
    """Slope of each run's loss in every parameter, of the parameters' shapes."""
    w1, b1, w2, b2 = parameters
    before = x @ w1 + b1
    after = ACTIVATIONS[activation].function(before)
    slope = output_slopes(after @ w2 + b2, y, loss)
    back = (slope @ w2.mT) * ACTIVATIONS[activation].slope(before)
    return [x.mT @ back, back.sum(-2, keepdim=True), after.mT @ slope, slope.sum(-2, keepdim=True)]


def early_steps(steps: int, most: int) -> list[int]:
    """At most `most` step counts from 0 to `steps`, closer together at the start, where most happens."""
    return np.unique((np.linspace(0, 1, most) ** 2 * steps).round().astype(int)).tolist()


def training(x: Tensor, y: Tensor, plan: Plan) -> Iterator[tuple[int, list[Tensor]]]:
    """Train on inputs (n, inputs) and targets (n, 1), and stop by at each kept step: steps taken, parameters.

    The parameters go on changing afterwards: copy what is to stay.
    """
    parameters = init_nets(x.shape[1], plan)
    speed = [torch.zeros_like(p) for p in parameters]
    batches, kept = _batches(x, y, plan), set(early_steps(plan.steps, plan.frames))
    yield 0, parameters
    for step in range(1, plan.steps + 1):
        xb, yb = next(batches)
        slopes = net_gradients(xb, yb, parameters, plan.activation, plan.loss)
        for p, v, slope in zip(parameters, speed, slopes, strict=True):
            if plan.momentum:
                slope = v.mul_(plan.momentum).add_(slope)
            p.sub_(slope, alpha=plan.learning_rate)
        if step in kept:
            yield step, parameters


def _batches(x: Tensor, y: Tensor, plan: Plan) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffled mini-batches: (S, batch, inputs) and (S, batch, 1), in each run's own order, as equal as can be."""
    size = plan.batch_size
    if not size or size >= len(x):
        while True:
            yield x, y
    parts = -(-len(x) // size)
    epochs = -(-plan.steps // parts)
    generators = [torch.Generator().manual_seed(seed + 1) for seed in plan.seeds]
    orders = torch.stack([torch.rand(epochs, len(x), generator=generator).argsort(1) for generator in generators], 1)
    for order in orders:
        for rows in order.tensor_split(parts, dim=1):
            yield x[rows], y[rows]


def record(x: Tensor, y: Tensor, plan: Plan) -> tuple[np.ndarray, list[Tensor]]:
    """Train and keep all: the F kept steps, and the parameters at them, each with its (F, S) in front."""
    kept, frames = [], []
    for step, parameters in training(x, y, plan):
        kept.append(step)
        frames.append([p.clone() for p in parameters])
    return np.array(kept), [torch.stack(parts) for parts in zip(*frames, strict=True)]


def never_on(before: Tensor) -> Tensor:
    """Which units are dead: their input (…, n, hidden) is above 0 for none of the n items; (…, hidden) booleans."""
    return (before <= 0).all(-2)
