"""One step of the lesson's training as fast as the machine allows: the gradient written out, buffers made once.

`train_plainly` in core/nn/training.py is the same loop as the lesson writes it; the tests hold the two equal.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.nn.models import flatten, linear1, unflatten

Values = Any
"""An array on the kernel's own side: NumPy's on the CPU, torch's on another device."""


class Kernel(Protocol):
    """Flat parameters (P,) and what one step does to them; `slope` is the last mini-batch's gradient (P,)."""

    parameters: Values
    slope: Values

    def place(self, tensor: Tensor) -> Values:
        """`tensor` as this kernel computes with it."""

    def gradient(self, rows: Any, signs: Values, out: Values) -> Values:
        """The flat gradient; `signs` are 1 - 2·target over the batch's length, `out` receives the predictions."""

    def descend(self, learning_rate: float) -> None:
        """`w -= lr * gradient`."""


class CpuKernel:
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

    def place(self, tensor: Tensor) -> Array:
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


class LinearKernel(CpuKernel):
    def gradient(self, rows: slice | Array, signs: Array, out: Array) -> Array:
        """The flat gradient; `signs` are 1 - 2·target over the batch's length, `out` receives the predictions."""
        xb, ones = self.images(rows), self.ones[: len(out)]
        (weights, bias), (to_weights, to_bias) = self.views, self.slope_views
        np.dot(xb, weights[:, 0], out=out)
        slopes = self.logit_slopes(out, bias, signs, ones)
        np.dot(slopes, xb, out=to_weights[:, 0])
        to_bias[0] = np.dot(slopes, ones)
        return self.slope


class ReluKernel(CpuKernel):
    def gradient(self, rows: slice | Array, signs: Array, out: Array) -> Array:
        """As `LinearKernel.gradient`."""
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


class DeviceKernel:
    """The same for either model on any device of torch's, as plain as it can be written."""

    def __init__(self, device: str, initial: list[Tensor], x: Tensor):
        self.device, self.x = device, x.to(device)
        self.parameters = flatten(initial).to(device)
        self.slope = torch.zeros_like(self.parameters)
        self.views = unflatten(self.parameters, initial)

    def place(self, tensor: Tensor) -> Tensor:
        return tensor.to(self.device)

    def gradient(self, rows: slice | Tensor, signs: Tensor, out: Tensor) -> Tensor:
        """As `LinearKernel.gradient`."""
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


def kernel_for(model: str, device: str, initial: list[Tensor], x: Tensor, size: int) -> Kernel:
    """What computes the gradients of `model` on `device`, from the parameters `initial` and the images x (n, 784)."""
    if device != "cpu":
        return DeviceKernel(device, initial, x)
    return (LinearKernel if model == "linear" else ReluKernel)(initial, x, size)


def kernel_functions(model: str, device: str) -> tuple[Callable[..., Any], ...]:
    """What takes one step where `kernel_for` chooses the kernel: the gradient, what it calls, and the descent."""
    if device != "cpu":
        return DeviceKernel.gradient, DeviceKernel.descend
    kernel = LinearKernel if model == "linear" else ReluKernel
    return kernel.gradient, CpuKernel.logit_slopes, CpuKernel.descend
