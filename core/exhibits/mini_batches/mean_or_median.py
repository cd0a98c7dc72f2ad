"""The mean of a mini-batch's losses against their median: the gradient of each, and training by each (chapter 4)."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.mini_batches.settings import Settings
from core.nn.models import flatten, gradients, init_params, linear1
from core.nn.training import Recipe, epoch_orders, train, validate

PLACES = 101  # of the loss that is moved, from 0 to 1
EPOCHS = 2
WARM = Recipe(init="uniform", learning_rate=0.3, epochs=1, batch_size=256)
"""The training after which the digits' losses are taken: some are already small, none has settled."""


@dataclass(frozen=True, kw_only=True)
class Averages:
    """n digits of one mini-batch; the last one's loss is moved from 0 to 1 in F places."""

    images: Array  # (n, 784)
    unmoved: Array  # (n,): the digits' losses, before one is moved
    losses: Array  # (F, n)
    mean: Array  # (F,)
    median: Array  # (F,)
    mean_slopes: Array  # (F, n): the slope of the mean in every loss, by autograd
    median_slopes: Array  # (F, n): of the median
    trained: tuple[Array, Array]  # (steps + 1, 785): the parameters, trained by the mean, by the median
    trained_accuracy: tuple[Array, Array]  # (steps + 1,) on the validation digits
    trained_loss: tuple[Array, Array]  # (steps + 1,)
    valid: int  # validation digits

    def findings(self) -> list[str]:
        n, slope = len(self.unmoved), self.mean_slopes[-1, 0]
        steps = len(self.trained_accuracy[0]) - 1
        ends = [float(accuracy[-1]) for accuracy in self.trained_accuracy]
        error = 100 * math.sqrt(np.mean(ends) * (1 - np.mean(ends)) / self.valid)
        return [
            f"The mean's slope is **{slope:.3g}** in each of the {n} losses: every digit teaches a little. The "
            f"median's is **{self._median_slopes()}**: one digit, the one in the middle, is all this step learns from.",
            "Drag the last digit's :red[loss] from 0 to 1: the mean follows all the way, by "
            f"{np.ptp(self.mean):.3f}. The median moves only while that digit is the middle one, by "
            f"{np.ptp(self.median):.3f}; beyond that it does not care how wrong the digit is.",
            f"{steps:,} steps on mini-batches of {n}: :blue[accuracy] {ends[0]:.1%} by the mean, {ends[1]:.1%} by the "
            f"median (standard error {error:.1f} points); :red[loss] on those digits {self.trained_loss[0][-1]:.3f} "
            f"and {self.trained_loss[1][-1]:.3f}.",
        ]

    def _median_slopes(self) -> str:
        """The median's slopes in words: each of a few, of many only the one that is not 0."""
        last, n = self.median_slopes[-1], len(self.unmoved)
        if n <= 8:
            return " ".join(f"{value:g}" for value in last)
        return f"{last.max():g} for digit {int(last.argmax()) + 1} and 0 for the other {n - 1}"

    def numbers(self) -> Numbers:
        return {
            "items": len(self.unmoved),
            "mean's slope in each": float(self.mean_slopes[-1, 0]),
            "median's slope in the middle one": float(self.median_slopes[-1].max()),
            "median's largest slope in another": float(np.sort(np.abs(self.median_slopes[-1]))[-2]),
            "items with a slope, mean": int(np.count_nonzero(self.mean_slopes[-1])),
            "items with a slope, median": int(np.count_nonzero(self.median_slopes[-1])),
            "mean moves by": float(np.ptp(self.mean)),
            "median moves by": float(np.ptp(self.median)),
            "steps": len(self.trained_loss[0]) - 1,
            "accuracy by the mean": float(self.trained_accuracy[0][-1]),
            "accuracy by the median": float(self.trained_accuracy[1][-1]),
            "loss by the mean": float(self.trained_loss[0][-1]),
            "loss by the median": float(self.trained_loss[1][-1]),
        }

    def table(self) -> Table:
        columns: Table = {"moved loss": self.losses[:, -1], "mean": self.mean, "median": self.median}
        for i in range(len(self.unmoved)):
            columns |= {f"mean's slope, digit {i + 1}": self.mean_slopes[:, i]}
            columns |= {f"median's slope, digit {i + 1}": self.median_slopes[:, i]}
        return columns


def averages(n: int, seed: int, digits: Digits) -> Averages:
    """The mean and the median of n digits' losses, their slopes, and a training by each."""
    x, y = digits.x_train, digits.y_train
    rows = shuffled(len(x), 1, seed)[0][:n]  # the first mini-batch of the training
    model = train(replace(WARM, seed=seed), digits).tensors(-1)
    unmoved = distances(x[rows], y[rows], model)
    losses = unmoved.repeat(PLACES, 1)
    losses[:, -1] = torch.linspace(0, 1, PLACES)
    mean, mean_slopes = slopes(losses, "mean")
    median, median_slopes = slopes(losses, "median")
    frames = [train_by(average, n, seed, digits) for average in ("mean", "median")]
    (loss, accuracy), (median_loss, median_accuracy) = (validate(Recipe(), f, [], digits) for f in frames)
    return Averages(
        images=x[rows].numpy(),
        unmoved=unmoved.numpy(),
        losses=losses.numpy(),
        mean=mean.numpy(),
        median=median.numpy(),
        mean_slopes=mean_slopes.numpy(),
        median_slopes=median_slopes.numpy(),
        trained=(frames[0].numpy(), frames[1].numpy()),
        trained_accuracy=(accuracy, median_accuracy),
        trained_loss=(loss, median_loss),
        valid=len(digits.x_valid),
    )


def shuffled(items: int, epochs: int, seed: int) -> list[Tensor]:
    """The order of the items in each epoch."""
    return [order for order in epoch_orders(items, epochs, True, seed) if order is not None]


def distances(x: Tensor, y: Tensor, model: list[Tensor]) -> Tensor:
    """Every item's own loss, the distance of its prediction from its target: (n,)."""
    return (y - linear1(x, model).sigmoid()).abs()[:, 0]


def slopes(losses: Tensor, average: str) -> tuple[Tensor, Tensor]:
    """The "mean" or "median" of every row of (F, n), and its slope in each loss, by autograd: (F,) and (F, n)."""
    leaf = losses.clone().requires_grad_()
    value = leaf.mean(1) if average == "mean" else leaf.median(1).values
    (slope,) = torch.autograd.grad(value.sum(), leaf)
    return value.detach(), slope


def train_by(average: str, size: int, seed: int, digits: Digits) -> Tensor:
    """Train nn.Linear's start by the mean or by the median of each mini-batch's losses: parameters (steps + 1, 785).

    The median is the loss of one item, so its gradient is that item's alone.
    """
    model = init_params("linear", "uniform", seed)
    frames = [flatten(model)]
    for order in shuffled(len(digits.x_train), EPOCHS, seed):
        for rows in order.split(size):
            xb, yb = digits.x_train[rows], digits.y_train[rows]
            if average == "median":
                middle = distances(xb, yb, model).median(0).indices
                xb, yb = xb[middle][None], yb[middle][None]
            model = [p - slope for p, slope in zip(model, gradients("linear", xb, yb, model), strict=True)]  # lr 1
            frames.append(flatten(model))
    return torch.stack(frames)


def experiment(settings: Settings) -> Averages:
    """As many digits as were chosen."""
    return averages(settings.items, settings.seed, load("built-in"))
