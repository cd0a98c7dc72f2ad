"""Functions to put between two linear layers: each with its slope, by the formula that training uses."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import torch
from torch import Tensor
from torch.nn.functional import leaky_relu, relu, silu

LEAK = 0.01  # slope of leaky ReLU below zero, PyTorch's default


Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True, kw_only=True)
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
    "relu": Activation(name="ReLU", formula="max(x, 0)", function=relu, slope=relu_slope),
    "leaky": Activation(name="leaky ReLU", formula="max(x, 0.01·x)", function=leaky_relu, slope=leaky_slope),
    "gelu": Activation(name="GELU", formula="x·Φ(x)", function=gelu, slope=gelu_slope),
    "silu": Activation(name="SiLU", formula="x·sigmoid(x)", function=silu, slope=silu_slope),
    "tanh": Activation(name="tanh", formula="tanh(x)", function=torch.tanh, slope=tanh_slope),
    "sigmoid": Activation(name="sigmoid", formula="1 / (1 + e⁻ˣ)", function=torch.sigmoid, slope=sigmoid_slope),
    "identity": Activation(name="identity", formula="x", function=identity, slope=torch.ones_like),
}
"""By the name that settings use."""


NAMES = {key: activation.name for key, activation in ACTIVATIONS.items()}


def values_and_slopes(function: Function, x: Tensor) -> tuple[Tensor, Tensor]:
    """The function at every x, and its slope there by autograd; two tensors of the shape and precision of `x`."""
    x = x.clone().requires_grad_()
    y = function(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope
