"""The mean of a mini-batch's losses against their median, and the gradient that each of them gives (fastbook chapter 4)."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits
from core.nn.models import flatten, gradients, init_params, linear1
from core.nn.training import Recipe, epoch_orders, train, validate

PLACES = 101  # of the loss that is moved, from 0 to 1
EPOCHS = 2
WARM = Recipe(init="uniform", learning_rate=0.3, epochs=1, batch_size=256)
"""The training after which the digits' losses are taken: some are already small, none has settled."""


@dataclass(frozen=True)
class Averages:
    """n digits of one mini-batch; the last one's loss is moved from 0 to 1 in F places."""

    images: Array  # (n, 784)
    own: Array  # (n,): their own losses
    losses: Array  # (F, n)
    mean: Array  # (F,)
    median: Array  # (F,)
    mean_slopes: Array  # (F, n): the slope of the mean in every loss, by autograd
    median_slopes: Array  # (F, n): of the median
    accuracy: tuple[Array, Array]  # (steps + 1,) on the validation digits: trained by the mean, by the median
    loss: tuple[Array, Array]
    valid: int

    @property
    def place(self) -> int:
        """The place that is nearest to the moved digit's own loss."""
        return int(np.abs(self.losses[:, -1] - self.own[-1]).argmin())

    def findings(self) -> list[str]:
        n = len(self.own)
        slopes = " ".join(f"{value:g}" for value in self.median_slopes[-1])
        middle = int(self.median_slopes[-1].argmax()) + 1
        slopes = (
            slopes if n <= 8 else f"{self.median_slopes[-1].max():g} for digit {middle} and 0 for the other {n - 1}"
        )
        ends = [float(accuracy[-1]) for accuracy in self.accuracy]
        error = 100 * math.sqrt(np.mean(ends) * (1 - np.mean(ends)) / self.valid)
        return [
            f"The mean's slope is **{self.mean_slopes[-1, 0]:.3g}** in each of the {n} losses: every digit teaches a little. The median's "
            f"is **{slopes}**: one digit, the one in the middle, is all this step learns from.",
            f"Drag the last digit's :red[loss] from 0 to 1: the mean follows all the way, by {np.ptp(self.mean):.3f}. The median moves "
            f"only while that digit is the middle one, by {np.ptp(self.median):.3f}; beyond that it does not care how wrong the digit is.",
            f"{len(self.accuracy[0]) - 1:,} steps on mini-batches of {n}: :blue[accuracy] {ends[0]:.1%} by the mean, {ends[1]:.1%} by the "
            f"median (standard error {error:.1f} points); :red[loss] on those digits {self.loss[0][-1]:.3f} and {self.loss[1][-1]:.3f}.",
        ]

    def numbers(self) -> dict[str, float]:
        return {
            "mean's slope in each": float(self.mean_slopes[-1, 0]),
            "items with a slope, mean": int(np.count_nonzero(self.mean_slopes[-1])),
            "items with a slope, median": int(np.count_nonzero(self.median_slopes[-1])),
            "accuracy by the mean": float(self.accuracy[0][-1]),
            "accuracy by the median": float(self.accuracy[1][-1]),
            "loss by the mean": float(self.loss[0][-1]),
            "loss by the median": float(self.loss[1][-1]),
        }

    def table(self) -> dict[str, Array]:
        columns = {"moved loss": self.losses[:, -1], "mean": self.mean, "median": self.median}
        for i in range(len(self.own)):
            columns |= {f"mean's slope, digit {i + 1}": self.mean_slopes[:, i]}
            columns |= {f"median's slope, digit {i + 1}": self.median_slopes[:, i]}
        return columns


def averages(n: int, seed: int, digits: Digits) -> Averages:
    """The mean and the median of n digits' losses, their slopes, and a training by each."""
    x, y = digits.x_train, digits.y_train
    order = next(epoch_orders(len(x), 1, True, seed))
    rows = torch.arange(n) if order is None else order[:n]  # the first mini-batch of the training
    model = train(replace(WARM, seed=seed), digits).tensors(-1)
    own = distances(x[rows], y[rows], model)
    losses = own.repeat(PLACES, 1)
    losses[:, -1] = torch.linspace(0, 1, PLACES)
    mean, mean_slopes = slopes(losses, "mean")
    median, median_slopes = slopes(losses, "median")
    walks = [walk(average, n, seed, digits) for average in ("mean", "median")]
    (loss, accuracy), (other_loss, other_accuracy) = (validate(Recipe(), frames, [], digits) for frames in walks)
    return Averages(
        x[rows].numpy(),
        own.numpy(),
        losses.numpy(),
        mean.numpy(),
        median.numpy(),
        mean_slopes.numpy(),
        median_slopes.numpy(),
        (accuracy, other_accuracy),
        (loss, other_loss),
        len(digits.x_valid),
    )


def distances(x: Tensor, y: Tensor, model: list[Tensor]) -> Tensor:
    """Every item's own loss, the distance of its prediction from its target: (n,)."""
    return (y - linear1(x, model).sigmoid()).abs()[:, 0]


def slopes(losses: Tensor, average: str) -> tuple[Tensor, Tensor]:
    """The "mean" or "median" of every row of (F, n), and its slope in each loss, by autograd: (F,) and (F, n)."""
    leaf = losses.clone().requires_grad_()
    value = leaf.mean(1) if average == "mean" else leaf.median(1).values
    value.sum().backward()
    return value.detach(), leaf.grad.detach()


def walk(average: str, size: int, seed: int, digits: Digits) -> Tensor:
    """Train nn.Linear's start by the mean or by the median of each mini-batch's losses: parameters (steps + 1, 785).

    The median is the loss of one item, so its gradient is that item's alone.
    """
    model = init_params("linear", "uniform", seed)
    frames = [flatten(model)]
    for order in epoch_orders(len(digits.x_train), EPOCHS, True, seed):
        for rows in order.split(size):
            xb, yb = digits.x_train[rows], digits.y_train[rows]
            if average == "median":
                middle = distances(xb, yb, model).median(0).indices
                xb, yb = xb[middle][None], yb[middle][None]
            model = [p - slope for p, slope in zip(model, gradients("linear", xb, yb, model), strict=True)]  # lr 1
            frames.append(flatten(model))
    return torch.stack(frames)
