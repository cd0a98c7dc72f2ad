"""*Sigmoid* by its formula, number by number, and a training in float64 with autograd."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from core.data.digits import load

TARGETS = (1, 0, 1)
INPUTS = {"book": (0.9, 0.4, 0.2), "outside": (3.0, -5.0, 10.0)}
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
SMALL = 1e-4  # a logit this near to a threshold may fall on either side in float32


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """The numbers of the view that the settings choose."""
    views = {
        "curve": curve,
        "cases": cases,
        "metric": metric,
        "threshold": threshold,
        "saturation": saturation,
        "training": training,
    }
    return views[settings.view](settings, result)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def off(prediction: float, target: int) -> float:
    """How far a prediction is from its target, as the book writes it."""
    return 1 - prediction if target == 1 else prediction


def curve(_settings: Any, _result: Any) -> dict[str, Any]:
    values = {f"sigmoid of {x}": pytest.approx(sigmoid(x), rel=1e-12) for x in (-8, -4, 0, 4, 8)}
    return values | {"largest slope": 0.25}


def cases(settings: Any, _result: Any) -> dict[str, Any]:
    """The loss of three inputs, and of the third one at each place to which it can be dragged."""
    given = INPUTS[settings.inputs]
    places = [i / 100 for i in range(101)] if settings.inputs == "book" else [i / 10 for i in range(-50, 101)]

    def predicted(x: float) -> float:
        return sigmoid(x) if settings.squash else x

    def loss(third: float) -> float:
        inputs = (*given[:2], third)
        return sum(off(predicted(x), target) for x, target in zip(inputs, TARGETS, strict=True)) / 3

    losses = [loss(place) for place in places]
    exact = {
        "loss": loss(given[2]),
        **{f"distance {i + 1}": off(predicted(given[i]), TARGETS[i]) for i in range(3)},
        "least loss": min(losses),
        "largest loss": max(losses),
        "loss with the third input at 0.8": loss(0.8),
    }
    return {name: pytest.approx(value, rel=1e-6, abs=1e-6) for name, value in exact.items()}


def metric(_settings: Any, _result: Any) -> dict[str, Any]:
    """The book's first two predictions are right; the third is above a half where its logit is above 0."""
    return {
        "first loss": pytest.approx((0.1 + 0.4 + 1 - sigmoid(-6)) / 3, rel=1e-12),
        "last loss": pytest.approx((0.1 + 0.4 + 1 - sigmoid(6)) / 3, rel=1e-12),
        "steepest slope": pytest.approx(-0.25 / 3, rel=1e-12),
        "lowest accuracy": pytest.approx(2 / 3, rel=1e-6),
        "highest accuracy": 1.0,
    }


def trained(settings: Any, rate: float, epochs: int, squash: bool) -> tuple[np.ndarray, np.ndarray]:
    """Logits and targets, (n,), of the validation digits after a training from ±1/28, in float64."""
    digits, generator = load(settings.digits), torch.Generator().manual_seed(settings.seed)
    w, b = (
        (torch.rand(shape, generator=generator) * 2 / 28 - 1 / 28).double().requires_grad_()
        for shape in ((784, 1), (1,))
    )
    x, y = digits.x_train.double(), digits.y_train.double()
    orders = torch.Generator().manual_seed(settings.seed + 1)
    for _ in range(epochs):
        for rows in torch.randperm(len(x), generator=orders).split(256 if settings.digits == "full" else 16):
            z = x[rows] @ w + b
            p = torch.sigmoid(z) if squash else z
            loss = ((1 - p) * y[rows] + p * (1 - y[rows])).mean()
            to_w, to_b = torch.autograd.grad(loss, (w, b))
            w, b = ((q - rate * g).detach().requires_grad_() for q, g in ((w, to_w), (b, to_b)))
    with torch.no_grad():
        return (digits.x_valid.double() @ w + b)[:, 0].numpy(), digits.y_valid[:, 0].numpy()


def share_right(logits: np.ndarray, least: float, targets: np.ndarray) -> Any:
    """The share of digits on the right side of `least`; those that nearly lie on it may be either."""
    right = [(z > least) == (t == 1) for z, t in zip(logits, targets, strict=True)]
    return pytest.approx(sum(right) / len(right), abs=(np.abs(logits - least) < SMALL).mean() + 1e-6)


def threshold(settings: Any, _result: Any) -> dict[str, Any]:
    """A prediction above a half is an activation above 0; every prediction is above 0."""
    logits, targets = trained(settings, settings.rate, settings.epochs, squash=True)
    least = {"0 before": 0.0, "0.5 before": 0.5, "0.5 after": 0.0, "0 after": -math.inf}
    return {
        f"accuracy, threshold {name} the sigmoid": share_right(logits, value, targets) for name, value in least.items()
    }


def all_numbers(precision: str) -> torch.Tensor:
    """Every finite number of 16 bits, ascending; of float32, those of a fine grid around the places in question."""
    if precision == "float32":
        return torch.cat([torch.linspace(-89, -88, 200_001), torch.linspace(16, 18, 200_001)])
    bits = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(DTYPES[precision])
    return bits[bits.float().abs() < 1000].unique()


def slopes(x: torch.Tensor) -> np.ndarray:
    """p(1 - p) rounded to the precision of x at every operation, where p is a float32 sigmoid rounded to it."""
    with np.errstate(over="ignore"):
        p = torch.from_numpy(1 / (1 + np.exp(-x.float().numpy()))).to(x.dtype)
    return ((1 - p) * p).double().numpy()


def saturation(settings: Any, result: Any) -> dict[str, Any]:
    """Where the slope dies, number by number; and the digits there, by logits that the result holds for each digit."""
    x = all_numbers(settings.precision)
    alive = x[torch.from_numpy(slopes(x) > 0)].double()
    generator = torch.Generator().manual_seed(settings.seed)
    weights, bias = (torch.randn(shape, generator=generator).double() for shape in ((784, 1), (1,)))
    logits = settings.scale * (load(settings.digits).x_train.double() @ weights + bias)[:, 0].numpy()
    rounding = {"float32": 1e-5, "float16": 1e-3, "bfloat16": 1e-2}[settings.precision]
    np.testing.assert_allclose(result.logits, logits, rtol=rounding, atol=1e-4 * settings.scale)
    slope = slopes(torch.from_numpy(result.logits).to(x.dtype))
    return {
        "slope 0 below": pytest.approx(alive.min().item(), rel=1e-5),
        "slope 0 above": pytest.approx(alive.max().item(), rel=1e-5),
        "digits without slope": int((slope == 0).sum()),
        "digits with little slope": int((slope < 0.0025).sum()),
    }


def training(settings: Any, result: Any) -> dict[str, Any]:
    """Both trainings anew; where rounding decides, at a high rate with the sigmoid, from the last predictions."""
    values = {}
    for name, squash in (("with", True), ("without", False)):
        logits, targets = trained(settings, settings.learning_rate, 2, squash)
        predictions = 1 / (1 + np.exp(-logits)) if squash else logits
        if squash and settings.learning_rate > 1:
            predictions = result.with_sigmoid.predictions[-1].astype(float)
            targets, logits = result.targets, predictions - 0.5
        loss = np.mean([off(p, t) for p, t in zip(predictions, targets, strict=True)])
        values[f"last loss {name} sigmoid"] = pytest.approx(loss, rel=1e-4, abs=1e-5)
        values[f"last accuracy {name} sigmoid"] = share_right(logits, 0.0, targets)
    return values
