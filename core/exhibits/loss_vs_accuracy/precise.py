"""A model's logits are the lesson's own, in float32; what moving weights change is computed from there in float64.

It is often less than float32 can show.
"""

import numpy as np
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits
from core.nn.models import linear1

Parameters = list[Tensor]
"""Weights (784, 1) and bias (1,), float32."""


def distance(logits: Array, targets: Array) -> Array:
    """Distance of the sigmoid from the target, image by image: `mnist_loss` before its mean, in float64."""
    return 1 / (1 + np.exp(np.minimum(logits * (2 * targets - 1), 700)))


def logits_and_targets(parameters: Parameters, digits: Digits) -> tuple[Array, Array]:
    """A linear model's logits of the training digits (n,), and their targets (n,), as float64."""
    return linear1(digits.x_train, parameters)[:, 0].double().numpy(), digits.y_train[:, 0].double().numpy()
