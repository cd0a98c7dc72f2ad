"""The 785 slopes of a model by `backward()` and by rise over run; what several views share (fastbook chapter 4).

A model's 785 parameters are one vector here: 784 weights and the bias. `n` is the number of images.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits
from core.nn.losses import distances, mnist_loss
from core.nn.models import PIXELS, flat_linear, flatten, init_params, linear1


def backward_slopes(params: Tensor, xb: Tensor, yb: Tensor) -> Tensor:
    """The gradient of `mnist_loss` in all 785 parameters by one `backward()`; (785,) in the precision of `params`."""
    params = params.clone().requires_grad_()
    mnist_loss(flat_linear(xb, params), yb).backward()
    return params.grad  # type: ignore[return-value]


def losses(models: Tensor, xb: Tensor, yb: Tensor) -> Tensor:
    """`mnist_loss` of many models at once, one a column of `models` (785, k); (k,)."""
    predictions = linear1(xb, [models[:PIXELS], models[PIXELS]]).sigmoid()
    return distances(predictions, yb).mean(0)


def rise_over_run(params: Tensor, xb: Tensor, yb: Tensor, sizes: Sequence[float], two_sided: bool = False) -> Tensor:
    """The same by finite differences, for every step size h; (sizes, 785) in the precision of `params`.

    Of 785 models side by side, model j has only its parameter j moved by h; all of them predict again.
    """
    models = params[:, None].repeat(1, len(params))

    def moved(h: float) -> Tensor:
        models.diagonal().copy_(params + h)
        return losses(models, xb, yb)

    if two_sided:
        return torch.stack([(moved(h) - moved(-h)) / (2 * h) for h in sizes])
    here = moved(0.0)
    return torch.stack([(moved(h) - here) / h for h in sizes])


def some_images(digits: Digits, size: int, seed: int) -> tuple[Tensor, Tensor]:
    """The first mini-batch of the shuffled training digits: (size, 784) and (size, 1)."""
    rows = torch.randperm(len(digits.x_train), generator=torch.Generator().manual_seed(seed))[:size]
    return digits.x_train[rows], digits.y_train[rows]


def random_parameters(seed: int) -> Tensor:
    """The 785 parameters of the book's random model, float32."""
    return flatten(init_params("linear", "randn", seed))


def relative_error(measured: Array, true: Array) -> float:
    """Length of the difference of two vectors over the length of `true`."""
    return float(np.linalg.norm(measured - true) / np.linalg.norm(true))
