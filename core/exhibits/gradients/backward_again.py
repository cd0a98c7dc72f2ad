"""`backward()` adds to what `.grad` holds: three calls on the same images (fastbook chapter 4)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.gradients.settings import Settings
from core.nn.losses import mnist_loss
from core.nn.models import flatten, forward, init_params
from core.words import format_number

CALLS = 3


@dataclass(frozen=True)
class Accumulated:
    """`.grad` after each call of `backward()` on the same 4 images."""

    zeroed: bool  # between the calls
    losses: Array  # (CALLS,)
    grads: Array  # (CALLS, 785): the bias last

    @property
    def ratio(self) -> list[float]:
        """How many times the first gradient each one is, if that is the same in every parameter; else NaN."""
        first = self.grads[0]
        times = np.arange(1, CALLS + 1, dtype=np.float32)
        matches = [[k for k in times if np.array_equal(row, k * first)] for row in self.grads]
        return [float(match[0]) if match else float("nan") for match in matches]

    def findings(self) -> list[str]:
        bias, weights = (
            ", ".join(format_number(v) for v in values) for values in (self.grads[:, -1], self.grads[:, :-1].mean(1))
        )
        ratio = " : ".join(f"{r:g}" for r in self.ratio)
        end = (
            "`backward()` *adds* to `.grad`. These are sums, not new answers: the images and the parameters are the "
            "same."
        )
        if self.zeroed:
            end = "With `zero_()` in between, the same question gets the same answer."
        return [
            f"Three calls on the same 4 images: `bias.grad` is {bias} and `weights.grad.mean()` is {weights}.",
            f"In every one of the 785 parameters the ratio is exactly **{ratio}**. {end}",
        ]

    def numbers(self) -> Numbers:
        biases = {f"bias.grad after call {i + 1}": float(row[-1]) for i, row in enumerate(self.grads)}
        means = {f"weights.grad.mean() after call {i + 1}": float(row[:-1].mean()) for i, row in enumerate(self.grads)}
        return biases | means | {f"times the first, call {i + 1}": r for i, r in enumerate(self.ratio)}

    def table(self) -> Table:
        columns = {f"grad after call {i + 1}": row for i, row in enumerate(self.grads)}
        return {"parameter": np.arange(self.grads.shape[1])} | columns


def after_three_calls(result: Accumulated) -> str:
    """The answer to the page's question: what three calls of `backward()` on the same images leave behind."""
    return {1.0: "the same as after one", 3.0: "three times as large"}.get(result.ratio[-1], "something else")


def experiment(settings: Settings) -> Accumulated:
    """Three calls, with zero_() in between or without."""
    return accumulate(settings.zero, settings.seed, load(settings.digits))


def accumulate(zeroed: bool, seed: int, digits: Digits) -> Accumulated:
    """Predict, loss, `backward()`: three times on the first 4 training digits, as in the book."""
    xb, yb = digits.x_train[:4], digits.y_train[:4]
    params = [p.requires_grad_() for p in init_params("linear", "randn", seed)]
    losses: list[float] = []
    grads: list[Tensor] = []
    for _ in range(CALLS):
        loss = mnist_loss(forward("linear", xb, params), yb)
        if zeroed and grads:
            for p in params:
                p.grad.zero_()  # type: ignore[union-attr]
        loss.backward()
        losses.append(loss.item())
        grads.append(flatten([p.grad for p in params]))  # type: ignore[misc]
    return Accumulated(zeroed, np.array(losses), torch.stack(grads).numpy())
