"""A linear model of all ten digits, trained with its loss and gradient written out, and recorded (fastbook chapter 5).

The gradient of cross-entropy in the logits is p − y, and that of ten independent sigmoids too. `train_ten_plainly` is
the lesson's loop; `train_ten` takes the same steps in NumPy, as core/nn/kernels.py does: for arrays this small torch
wakes threads that cost many times the arithmetic. The tests hold the two equal, and both against torch.optim.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.arrays import Array
from core.data.digits import TenDigits, ten_digits
from core.nn.models import PIXELS
from core.nn.training import kept_steps, shuffled_orders

LossName = Literal["safe", "naive", "sigmoids"]
"""Cross-entropy by `log_softmax`; the same as its formula reads, log(eᵃ / Σeᵃ); a binary one for each sigmoid."""

CLASSES = 10
MOST = 41  # instants that are kept of a run


@dataclass(frozen=True, kw_only=True)
class TenRun:
    """A recorded run. `F` frames are kept; frame `f` stands after `kept[f]` steps, the first after none."""

    learning_rate: float
    epochs: int
    batch_size: int
    seed: int
    loss: LossName
    steps_per_epoch: int
    losses: Array  # (steps,) float32: each mini-batch's loss, before its step
    kept: Array  # (F,) int64
    weights: Array  # (F, 784, 10) float32
    biases: Array  # (F, 10) float32
    valid_loss: Array  # (F,) float32, by the loss that it was trained with
    valid_accuracy: Array  # (F,) float32; where the logits are no numbers, `argmax` says 0

    @property
    def steps(self) -> int:
        return len(self.losses)

    @property
    def diverged_at(self) -> int | None:
        """The first step whose loss is no longer a finite number, if there is one."""
        broken = np.flatnonzero(~np.isfinite(self.losses))
        return int(broken[0]) if len(broken) else None

    def frame_of_epoch(self, epoch: int) -> int:
        """The frame that stands at the end of `epoch` (0: before training), or the nearest one kept."""
        return int(np.abs(self.kept - epoch * self.steps_per_epoch).argmin())

    def logits(self, images: Tensor, frame: int = -1) -> Tensor:
        """Activations (n, 10) of images (n, 784) with the parameters of one frame."""
        return images @ torch.from_numpy(self.weights[frame].copy()) + torch.from_numpy(self.biases[frame].copy())


def first_parameters(seed: int) -> tuple[Tensor, Tensor]:
    """Weights (784, 10) and biases (10,) uniform within ±1/28, as `nn.Linear` draws them."""
    generator = torch.Generator().manual_seed(seed)
    bound = PIXELS**-0.5
    draw = [torch.rand(shape, generator=generator) * 2 * bound - bound for shape in ((PIXELS, CLASSES), (CLASSES,))]
    return draw[0], draw[1]


def losses_and_slopes(logits: Array, targets: Array, loss: LossName) -> tuple[Array, Array]:
    """Every item's loss (n,) and its slope in the item's logits (n, 10), by hand; `targets` are (n,) whole numbers."""
    rows, y = np.arange(len(logits)), np.eye(logits.shape[1], dtype=logits.dtype)[targets]
    if loss == "safe":
        lowered = logits - logits.max(1, keepdims=True)
        exponents = np.exp(lowered)
        sums = exponents.sum(1, keepdims=True)
        return np.log(sums[:, 0]) - lowered[rows, targets], exponents / sums - y
    if loss == "sigmoids":
        return (np.logaddexp(0, logits) - logits * y).sum(1), 1 / (1 + np.exp(-logits)) - y
    exponents = np.exp(logits)  # float32 has none above 3.4e38, so from a logit of 88.73 on they are infinite
    sums = exponents.sum(1)
    picked = exponents[rows, targets] / sums
    n = logits.dtype.type(len(logits))
    through_log = -(1 / n) / picked  # autograd's order, from the mean down: it decides what overflows
    through_sum = -through_log * (picked / sums)  # and what is lost: a tiny p divided by a large sum is 0
    slopes = through_sum[:, None] + y * (through_log / sums)[:, None]
    return -np.log(picked), slopes * exponents * n


def train_ten_plainly(
    learning_rate: float,
    epochs: int,
    batch_size: int,
    seed: int,
    loss_function: Callable[[Tensor, Tensor], Tensor] = cross_entropy,
) -> Iterator[tuple[float, list[Tensor]]]:
    """The lesson's loop, and nothing else: after each step, the mini-batch's loss before it and the parameters."""
    digits = ten_digits()
    weights, bias = parameters = [p.requires_grad_() for p in first_parameters(seed)]
    for order in shuffled_orders(len(digits.x_train), epochs, seed):
        for rows in order.split(batch_size):
            logits = digits.x_train[rows] @ weights + bias  # predict
            loss = loss_function(logits, digits.y_train[rows])  # loss
            loss.backward()  # gradient
            with torch.no_grad():
                for p in parameters:  # step
                    p -= learning_rate * p.grad  # type: ignore[operator]
                    p.grad.zero_()  # type: ignore[union-attr]
            yield loss.item(), parameters


def take_step(weights: Array, bias: Array, xb: Array, yb: Array, learning_rate: float, loss: LossName) -> float:
    """One step in place, on images (n, 784) and their targets (n,); gives the mean loss before it."""
    losses, slopes = losses_and_slopes(xb @ weights + bias, yb, loss)
    slopes *= learning_rate / len(xb)
    weights -= xb.T @ slopes  # w -= lr * gradient of the mean
    bias -= slopes.sum(0)
    return losses.mean()


@lru_cache(maxsize=8)
def train_ten(
    learning_rate: float = 0.5, epochs: int = 5, batch_size: int = 64, seed: int = 42, loss: LossName = "safe"
) -> TenRun:
    """Stochastic gradient descent on 4,000 digits in shuffled mini-batches; kept for whoever asks the same again."""
    digits = ten_digits()
    x, y = digits.x_train.numpy(), digits.y_train.numpy()
    weights, bias = (parameter.numpy() for parameter in first_parameters(seed))
    per_epoch = -(-len(x) // batch_size)
    kept = kept_steps(per_epoch * epochs, MOST)
    losses, frames = [], [(weights.copy(), bias.copy())]
    with np.errstate(all="ignore"):  # what overflows is recorded, not warned about
        for order in shuffled_orders(len(x), epochs, seed):
            for rows in np.split(order.numpy(), range(batch_size, len(x), batch_size)):
                losses.append(take_step(weights, bias, x.take(rows, 0), y[rows], learning_rate, loss))
                if len(losses) == kept[len(frames)]:
                    frames.append((weights.copy(), bias.copy()))
        recorded = [np.stack(parts) for parts in zip(*frames, strict=True)]
        valid_loss, valid_accuracy = validate_ten(recorded[0], recorded[1], digits, loss)
    run = TenRun(
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        loss=loss,
        steps_per_epoch=per_epoch,
        losses=np.array(losses, np.float32),
        kept=kept,
        weights=recorded[0],
        biases=recorded[1],
        valid_loss=valid_loss,
        valid_accuracy=valid_accuracy,
    )
    for array in (run.losses, kept, *recorded, valid_loss, valid_accuracy):
        array.setflags(write=False)
    return run


def validate_ten(weights: Array, biases: Array, digits: TenDigits, loss: LossName) -> tuple[Array, Array]:
    """Loss and accuracy of F models on the validation digits: two (F,) arrays.

    Weights are (F, 784, 10), biases (F, 10).
    """
    outputs = digits.x_valid.numpy() @ weights.transpose(1, 0, 2).reshape(PIXELS, -1) + biases.ravel()
    logits = outputs.reshape(-1, len(weights), CLASSES)  # (n, F, 10): one matrix product for every frame
    targets = digits.y_valid.numpy()[:, None].repeat(len(weights), 1)
    losses = losses_and_slopes(logits.reshape(-1, CLASSES), targets.ravel(), loss)[0].reshape(targets.shape)
    return losses.mean(0), (logits.argmax(2) == targets).mean(0, dtype=np.float32)
