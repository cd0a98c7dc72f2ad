"""All 785 slopes of a model by `backward()` and by rise over run (fastbook chapter 4, "Calculating gradients").

A model's 785 parameters are one vector here: 784 weights and the bias. `n` is the number of images.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits
from core.nn.losses import distances, mnist_loss
from core.nn.models import PIXELS, flat_linear, flatten, init_params, linear1
from core.words import format_number

DTYPES = {"float64": torch.float64, "float32": torch.float32}
SIZES = 10.0 ** (1 - np.arange(27) / 2)  # step sizes from 10 to 1e-12, two a decade


def backward_slopes(params: Tensor, xb: Tensor, yb: Tensor) -> Tensor:
    """The gradient of `mnist_loss` in all 785 parameters by one `backward()`; (785,) in the precision of `params`."""
    params = params.clone().requires_grad_()
    mnist_loss(flat_linear(xb, params), yb).backward()
    return params.grad.detach()


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


@dataclass(frozen=True)
class Check:
    """All 785 slopes both ways."""

    precision: str
    h: float
    two_sided: bool
    images: int
    by_backward: Array  # (785,)
    by_running: Array  # (785,)

    @property
    def error(self) -> float:
        """Length of the difference over the length of the gradient."""
        return relative_error(self.by_running, self.by_backward)

    def findings(self) -> list[str]:
        lit = int((self.by_backward != 0).sum())
        still = int(((self.by_running == 0) & (self.by_backward != 0)).sum())
        wrong = int((np.sign(self.by_running) * np.sign(self.by_backward) < 0).sum())
        times = 2 if self.two_sided else 1
        said = [
            f"With h = {format_number(self.h)} in {self.precision}, 785 times rise over run differs from `backward()` by "
            f"**{format_number(self.error)}** of the :violet[gradient]'s length.",
            f"It took {785 * times + (times == 1)} predictions of the {self.images} images; `backward()` took one prediction "
            f"and one way back for all 785. {785 - lit} slopes are exactly 0: their pixels are black in every image.",
        ]
        if still or wrong:
            said.append(
                f"Of the other {lit}, rise over run calls {still} exactly 0 and gives {wrong} the wrong sign: the loss "
                "moved by less than its last digit, or by nothing but rounding."
            )
        return said

    def numbers(self) -> Numbers:
        return {
            "relative error": self.error,
            "largest difference": float(np.abs(self.by_running - self.by_backward).max()),
            "length of the gradient": float(np.linalg.norm(self.by_backward)),
        }

    def table(self) -> Table:
        return {"parameter": np.arange(785), "backward()": self.by_backward, "rise over run": self.by_running}


def relative_error(found: Array, true: Array) -> float:
    """Length of the difference of two vectors over the length of `true`."""
    return float(np.linalg.norm(found - true) / np.linalg.norm(true))


def check(precision: str, h: float, two_sided: bool, size: int, seed: int, digits: Digits) -> Check:
    """Autograd against finite differences, parameter by parameter, in one precision."""
    dtype, (xb, yb) = DTYPES[precision], some_images(digits, size, seed)
    params, xb, yb = random_parameters(seed).to(dtype), xb.to(dtype), yb.to(dtype)
    found = backward_slopes(params, xb, yb), rise_over_run(params, xb, yb, [h], two_sided)[0]
    return Check(precision, h, two_sided, len(xb), *(slopes.double().numpy() for slopes in found))


@dataclass(frozen=True)
class StepSizes:
    """Finite differences with H step sizes in two precisions, against `backward()` in float64."""

    h: Array  # (H,), descending
    two_sided: bool
    images: int
    true: Array  # (785,)
    found: dict[str, Array]  # by precision, (H, 785)

    def errors(self, precision: str) -> Array:
        """The relative error for every step size, (H,)."""
        return np.array([relative_error(row, self.true) for row in self.found[precision]])

    def best(self, precision: str) -> int:
        return int(self.errors(precision).argmin())

    def findings(self) -> list[str]:
        said = []
        for name in self.found:
            errors, best = self.errors(name), self.best(name)
            said.append(
                f"{name} is best at h = **{format_number(self.h[best])}**, with an error of {format_number(errors[best])}"
            )
        tiny = int(np.abs(self.h - 1e-8).argmin())
        row = self.found["float32"][tiny]
        lost = int(((row == 0) & (self.true != 0)).sum())
        long, short = self.errors("float64")[2], self.errors("float32")[tiny]
        return [
            "; ".join(said) + ".",
            f"A long step is bad because the loss bends: at h = 1 the error is {format_number(long)} in either precision.",
            f"A short one is bad because the two losses become the same number: at h = 1e-8, float32 says exactly 0 for "
            f"{lost} of {int((self.true != 0).sum())} slopes that are not, and its error is {format_number(short)}. `backward()` "
            "has no h.",
        ]

    def numbers(self) -> Numbers:
        found = {}
        for name in self.found:
            found[f"best step, {name}"] = float(self.h[self.best(name)])
            found[f"its error, {name}"] = float(self.errors(name).min())
        return found

    def table(self) -> Table:
        return {"step size": self.h} | {f"error, {name}": self.errors(name) for name in self.found}


def step_sizes(two_sided: bool, size: int, seed: int, digits: Digits) -> StepSizes:
    """How wrong rise over run is for every step size, on one mini-batch."""
    xb, yb = some_images(digits, size, seed)
    params = random_parameters(seed)
    found = {}
    for name, dtype in DTYPES.items():
        slopes = rise_over_run(params.to(dtype), xb.to(dtype), yb.to(dtype), SIZES.tolist(), two_sided)
        found[name] = slopes.double().numpy()
    true = backward_slopes(params.double(), xb.double(), yb.double()).numpy()
    return StepSizes(SIZES, two_sided, size, true, found)


@dataclass(frozen=True)
class Batch:
    """A mini-batch's gradient as the mean of what each of its n images wants."""

    images: Array  # (n, 784)
    targets: Array  # (n,)
    predictions: Array  # (n,)
    own: Array  # (n, 785): each image's gradient alone
    so_far: Array  # (n, 785): of the first image, of the first two, …

    def findings(self) -> list[str]:
        lengths = np.linalg.norm(self.own, axis=1)
        half = int((np.cumsum(np.sort(lengths)[::-1]) < lengths.sum() / 2).sum()) + 1
        busiest, n = int(lengths.argmax()), len(lengths)
        gap = np.abs(self.own.mean(0) - self.so_far[-1]).max()
        return [
            f"The :violet[gradient] of the batch is the mean of the gradients of its {n} images: the two differ by at most "
            f"{format_number(gap)}.",
            f"Each image's own gradient is the image itself, times one number. A three with a low prediction asks for more "
            f"weight where it has ink, a seven for less. Image {busiest + 1} has the most to say: its prediction is "
            f"{format_number(self.predictions[busiest])} for the target {int(self.targets[busiest])}.",
            f"{half} of the {n} images say{'s' * (half == 1)} half of it all. Where the sigmoid is flat, near 0 or 1, an image has next to "
            "nothing to say, right or wrong.",
        ]

    def numbers(self) -> Numbers:
        return {
            "length of the gradient": float(np.linalg.norm(self.so_far[-1])),
            "bias": float(self.so_far[-1, PIXELS]),
            "largest length of one image's": float(np.linalg.norm(self.own, axis=1).max()),
        }

    def table(self) -> Table:
        return {
            "image": np.arange(1, len(self.targets) + 1), "target": self.targets, "prediction": self.predictions,
            "length of its gradient": np.linalg.norm(self.own, axis=1),
        }  # fmt: skip


def batch(size: int, seed: int, digits: Digits) -> Batch:
    """`backward()` for each image alone, and for the first one, two, three … of them together."""
    xb, yb = some_images(digits, size, seed)
    params = random_parameters(seed)
    own = torch.stack([backward_slopes(params, xb[[i]], yb[[i]]) for i in range(size)])
    so_far = torch.stack([backward_slopes(params, xb[: i + 1], yb[: i + 1]) for i in range(size)])
    predictions = flat_linear(xb, params).sigmoid()[:, 0]
    return Batch(*(t.numpy() for t in (xb, yb[:, 0], predictions, own, so_far)))
