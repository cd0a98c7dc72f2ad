"""The lesson's two models as lists of plain tensors, and their gradients by hand (fastbook chapter 4).

A model is its parameters: `[w, b]` for the linear model (784 + 1 numbers), `[w1, b1, w2, b2]` for
`simple_net` (784*30 + 30 + 30 + 1). Weights are (inputs, outputs), as in the lesson's `xb @ weights + bias`.
The gradients are written out because a recorded run takes thousands of steps, and autograd's bookkeeping
costs several times the arithmetic on batches this small. The tests hold them against autograd.
"""

import math
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor

ModelName = Literal["linear", "relu"]
InitName = Literal["randn", "uniform"]

PIXELS = 28 * 28
HIDDEN = 30


def layer_sizes(model: ModelName, hidden: int = HIDDEN) -> list[int]:
    """Inputs and outputs of every layer, first to last."""
    return [PIXELS, 1] if model == "linear" else [PIXELS, hidden, 1]


def init_params(model: ModelName, init: InitName, seed: int, hidden: int = HIDDEN) -> list[Tensor]:
    """Random parameters on the CPU, the same for the same seed and without touching torch's global generator.

    `randn` is the book's `init_params` (standard normal); `uniform` is what `nn.Linear` does: every weight
    and bias between ±1/sqrt(inputs).
    """
    generator = torch.Generator().manual_seed(seed)
    parameters = []
    sizes = layer_sizes(model, hidden)
    for inputs, outputs in pairwise(sizes):
        for shape in ((inputs, outputs), (outputs,)):
            if init == "randn":
                parameters.append(torch.randn(shape, generator=generator))
            else:
                bound = 1 / math.sqrt(inputs)
                parameters.append(torch.rand(shape, generator=generator) * 2 * bound - bound)
    return parameters


def linear1(xb: Tensor, parameters: list[Tensor]) -> Tensor:
    """`xb @ weights + bias`: (n, 784) → logits (n, 1)."""
    weights, bias = parameters
    return xb @ weights + bias


def flat_linear(images: Tensor, params: Tensor) -> Tensor:
    """The linear model on one vector of 785 numbers: logits (n, 1) of images (n, 784)."""
    return linear1(images, [params[:PIXELS, None], params[PIXELS:]])


def simple_net(xb: Tensor, parameters: list[Tensor]) -> Tensor:
    """Linear, ReLU, linear: (n, 784) → (n, hidden) → logits (n, 1)."""
    w1, b1, w2, b2 = parameters
    res = xb @ w1 + b1
    res = res.clamp_min(0.0)
    return res @ w2 + b2


def forward(model: ModelName, xb: Tensor, parameters: list[Tensor]) -> Tensor:
    """Logits (n, 1) of either model."""
    return linear1(xb, parameters) if model == "linear" else simple_net(xb, parameters)


def logit_gradient(predictions: Tensor, targets: Tensor) -> Tensor:
    """Slope of `mnist_loss` in every logit, from the sigmoid's output; shape of `predictions`.

    The distance |target - p| has slope +1 in p for a target of 0 and -1 for 1; the sigmoid's own slope is p(1 - p).
    """
    return (1 - 2 * targets) * predictions * (1 - predictions) / len(predictions)


def gradients(model: ModelName, xb: Tensor, yb: Tensor, parameters: list[Tensor]) -> list[Tensor]:
    """Gradient of `mnist_loss` in every parameter, one tensor per parameter and of its shape; `yb` is (n, 1)."""
    if model == "linear":
        slope = logit_gradient(linear1(xb, parameters).sigmoid(), yb)
        return [xb.T @ slope, slope.sum(0)]
    w1, b1, w2, b2 = parameters
    hidden = (xb @ w1 + b1).clamp_min(0.0)
    slope = logit_gradient((hidden @ w2 + b2).sigmoid(), yb)
    back = (slope @ w2.T) * (hidden > 0)
    return [xb.T @ back, back.sum(0), hidden.T @ slope, slope.sum(0)]


def flatten(parameters: list[Tensor]) -> Tensor:
    """All parameters in one vector, in order."""
    return torch.cat([p.reshape(-1) for p in parameters])


def unflatten(vector: Tensor, like: list[Tensor]) -> list[Tensor]:
    """The inverse of `flatten`: views of `vector` in the shapes of `like`."""
    parts = vector.split([p.numel() for p in like])
    return [part.view(p.shape) for part, p in zip(parts, like, strict=True)]
