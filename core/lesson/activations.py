"""Functions to put between two linear layers: each with its slope, by the formula that training uses."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import leaky_relu, relu, silu

from core.lesson.loss_vs_accuracy import text

LEAK = 0.01  # slope of leaky ReLU below zero, PyTorch's default

Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Activation:
    """One of them: `function` and `slope` work element by element, on tensors of any shape."""

    name: str
    formula: str
    function: Function
    slope: Function


def relu_slope(x: Tensor) -> Tensor:
    """1 where x is positive, else exactly 0; at 0 itself, where there is a kink, PyTorch takes 0 as well."""
    return (x > 0).to(x.dtype)


def leaky_slope(x: Tensor) -> Tensor:
    return torch.where(x > 0, 1.0, LEAK).to(x.dtype)


def gelu(x: Tensor) -> Tensor:
    """x·Φ(x), with the standard normal's distribution Φ: the exact form, as in PyTorch."""
    return x * 0.5 * (1 + torch.erf(x / sqrt(2)))


def gelu_slope(x: Tensor) -> Tensor:
    """Φ(x) + x·φ(x), with the standard normal's distribution Φ and density φ (Hendrycks and Gimpel, 2016)."""
    return 0.5 * (1 + torch.erf(x / sqrt(2))) + x * torch.exp(-x * x / 2) / sqrt(2 * pi)


def silu_slope(x: Tensor) -> Tensor:
    s = x.sigmoid()
    return s * (1 + x * (1 - s))


def tanh_slope(x: Tensor) -> Tensor:
    return 1 - x.tanh() ** 2


def sigmoid_slope(x: Tensor) -> Tensor:
    s = x.sigmoid()
    return s * (1 - s)


def identity(x: Tensor) -> Tensor:
    """Nothing between the layers."""
    return x


ACTIVATIONS = {
    "relu": Activation("ReLU", "max(x, 0)", relu, relu_slope),
    "leaky": Activation("leaky ReLU", "max(x, 0.01·x)", leaky_relu, leaky_slope),
    "gelu": Activation("GELU", "x·Φ(x)", gelu, gelu_slope),
    "silu": Activation("SiLU", "x·sigmoid(x)", silu, silu_slope),
    "tanh": Activation("tanh", "tanh(x)", torch.tanh, tanh_slope),
    "sigmoid": Activation("sigmoid", "1 / (1 + e⁻ˣ)", torch.sigmoid, sigmoid_slope),
    "identity": Activation("identity", "x", identity, torch.ones_like),
}
"""By the name that settings use."""

NAMES = {key: activation.name for key, activation in ACTIVATIONS.items()}


def values_and_slopes(function: Function, x: Tensor) -> tuple[Tensor, Tensor]:
    """The function at every x, and its slope there by autograd; two tensors of the shape and precision of `x`."""
    x = x.clone().requires_grad_()
    y = function(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope


@dataclass(frozen=True)
class Curve:
    """One activation over F places; the slopes of all seven there, by autograd, in float64."""

    key: str
    x: np.ndarray  # (F,)
    values: dict[str, np.ndarray]  # (F,) of each
    slopes: dict[str, np.ndarray]

    def at(self, x: float) -> int:
        """The frame nearest to `x`."""
        return int(np.abs(self.x - x).argmin())

    def findings(self) -> list[str]:
        name, slope = ACTIVATIONS[self.key].name, self.slopes[self.key]
        below, above = self.at(-3), self.at(3)
        sentences = [
            f"{name} at x = −3: :orange[value] {text(self.values[self.key][below], 3)}, :violet[slope] "
            f"{_exact(slope[below])}; at x = 3: value {text(self.values[self.key][above], 3)}, slope {_exact(slope[above])}."
        ]
        negative = self.x < 0
        dead = [ACTIVATIONS[key].name for key in ACTIVATIONS if (self.slopes[key][negative] == 0).all()]
        if self.key in ("relu", "leaky"):
            sentences.append(
                f"Of the seven only {' and '.join(dead)} has a slope of exactly 0 at every negative x: a unit whose input is "
                f"negative for every image gets no :violet[gradient] and stays as it is, dead. Leaky ReLU keeps "
                f"{text(self.slopes['leaky'][below])}, so it can come back."
            )
        elif self.key == "identity":
            sentences.append("The slope is the same everywhere: no bend, so stacked layers stay one line.")
        else:
            most = int(slope.argmax())
            sentences.append(
                f"Its slope is largest at x = {text(self.x[most])}, {text(slope[most], 3)}, and at x = {text(self.x[0])} it is "
                f"{text(slope[0])}: small, but not 0."
            )
        return sentences

    def numbers(self) -> dict[str, float]:
        below = self.at(-3)
        return {f"slope of {ACTIVATIONS[key].name} at -3": float(self.slopes[key][below]) for key in ACTIVATIONS}

    def table(self) -> dict[str, np.ndarray]:
        columns = {"x": self.x}
        for key, activation in ACTIVATIONS.items():
            columns |= {activation.name: self.values[key], f"slope of {activation.name}": self.slopes[key]}
        return columns


def _exact(slope: float) -> str:
    return "exactly 0" if slope == 0 else text(slope, 3)


def curve(key: str) -> Curve:
    """All seven at 201 places from -5 to 5; `key` is the one that is drawn."""
    x = torch.arange(-100, 101, dtype=torch.float64) / 20
    both = {key: values_and_slopes(activation.function, x) for key, activation in ACTIVATIONS.items()}
    values, slopes = ({k: pair[i].numpy() for k, pair in both.items()} for i in (0, 1))
    return Curve(key, x.numpy(), values, slopes)
