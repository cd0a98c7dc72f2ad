"""Softmax anew: sums over Python's numbers and NumPy's float32, and models of ten digits by torch's own training."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from core.data.digits import ten_digits

BEARS = ("grizzly", "teddy", "black", "polar", "brown")
F32 = NDArray[np.float32]


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """Every number of the view that the settings choose."""
    if settings.view == "none of these":
        return far_below(settings) if settings.source == "activations" else no_digits(settings)
    if settings.view == "bars":
        return bars(settings)
    if settings.view == "table":
        return table(settings)
    if settings.view == "batch":
        return batch(settings, result)
    return {
        "largest difference, float32": pytest.approx(0, abs=3e-7),
        "largest difference, float64": pytest.approx(0, abs=6e-16),
    }


def drawn(rows: int, columns: int, seed: int) -> F32:
    """The book's `torch.randn((rows, columns)) * 2`."""
    return (torch.randn((rows, columns), generator=torch.Generator().manual_seed(seed)) * 2).numpy()


def shares(exponents: list[float]) -> list[float]:
    return [e / math.fsum(exponents) for e in exponents]


def exact_softmax(row: Any) -> list[float]:
    return shares([math.exp(float(a) - float(max(row))) for a in row])


def bars(settings: Any) -> dict[str, Any]:
    """With NumPy's float32, in which an exponential overflows as torch's does."""
    start = {"random": drawn(1, settings.classes, settings.seed)[0], "5 4 3": np.array([5, 4, 3, 2, 1], np.float32)}
    given = start.get(settings.start, np.zeros(5, np.float32))[: settings.classes]
    with np.errstate(all="ignore"):
        activations = given + np.float32(settings.shift)
        powers = activations / np.float32(settings.temperature)
        exponents = np.exp(powers - powers.max() if settings.formula == "torch" else powers)
        total = exponents.sum()
        probabilities = exponents / total
        over = {
            f"exponent grizzly over exponent {name}": float(exponents[0] / e) if e else math.nan
            for name, e in zip(BEARS[1:], exponents[1:], strict=False)
        }
    near: dict[str, Any] = {
        **over,
        "sum of exponents": total,
        **{f"activation {name}": a for name, a in zip(BEARS, activations, strict=False)},
        **{f"exponent {name}": e for name, e in zip(BEARS, exponents, strict=False)},
        **{f"probability {name}": p for name, p in zip(BEARS, probabilities, strict=False)},
    }
    numbers = {name: pytest.approx(float(value), rel=2e-5, abs=1e-37, nan_ok=True) for name, value in near.items()}
    change = change_by_shift(given, settings)
    return {**numbers, "largest change by the shift, float32": pytest.approx(change, abs=1e-6, nan_ok=True)}


def change_by_shift(given: F32, settings: Any) -> float:
    """The most that a probability changes by what float32 rounds off where the shift is added."""
    if settings.temperature == 0:
        return math.nan
    moving = min(settings.swept, settings.classes - 1)
    changes = []
    for value in [*(np.arange(-160, 161, dtype=np.float32) / np.float32(20)), given[moving]]:
        row = given.copy()
        row[moving] = value
        shifted = (row + np.float32(settings.shift)) / np.float32(settings.temperature)
        pairs = zip(exact_softmax(shifted), exact_softmax(row / np.float32(settings.temperature)), strict=True)
        changes += [abs(p - q) for p, q in pairs]
    return max(changes)


def table(settings: Any) -> dict[str, Any]:
    numbers = {}
    for i, row in enumerate(drawn(6, 2, settings.seed)):
        for k, (a, p) in enumerate(zip(row, exact_softmax(row), strict=True)):
            numbers[f"activation {i} {k}"] = pytest.approx(float(a), rel=1e-6)
            numbers[f"probability {i} {k}"] = pytest.approx(p, rel=1e-5)
    return numbers


@cache
def trained(epochs: int, seed: int, loss: str) -> tuple[Tensor, Tensor]:
    """torch.optim on 4,000 digits, mini-batches of 64, learning rate 0.5, in float64."""
    digits = ten_digits()
    generator = torch.Generator().manual_seed(seed)
    drawn_ones = [torch.rand(shape, generator=generator) * 2 / 28 - 1 / 28 for shape in ((784, 10), (10,))]
    weights, bias = parameters = [p.double().requires_grad_() for p in drawn_ones]
    optimizer = torch.optim.SGD(parameters, lr=0.5)
    orders = torch.Generator().manual_seed(seed + 1)
    x, y = digits.x_train.double(), digits.y_train
    for _ in range(epochs):
        for rows in torch.randperm(len(x), generator=orders).split(64):
            logits = x[rows] @ weights + bias
            if loss == "softmax":
                value = F.cross_entropy(logits, y[rows])
            else:
                each = F.binary_cross_entropy_with_logits(logits, F.one_hot(y[rows], 10).double(), reduction="none")
                value = each.sum(1).mean()
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
    return weights.detach(), bias.detach()


def batch(settings: Any, result: Any) -> dict[str, Any]:
    digits = ten_digits()
    rows = torch.randperm(4000, generator=torch.Generator().manual_seed(settings.draw))[:64]
    weights, bias = trained(settings.epochs, settings.seed, "softmax")
    targets = digits.y_train[rows].tolist()
    p = np.array([exact_softmax(row) for row in (digits.x_train[rows].double() @ weights + bias).tolist()])
    np.testing.assert_allclose(result.probabilities, p, atol=2e-3)
    np.testing.assert_allclose(result.sums, 1, atol=1e-6)  # how they round, the order of addition decides
    right = sum(int(row.argmax()) == y for row, y in zip(p, targets, strict=True))
    close = int((np.diff(np.sort(p, 1)[:, -2:], axis=1) < 4e-3).sum())  # rows whose two likeliest digits may swap
    return {
        "pictures": 64,
        "classes": 10,
        "smallest target": min(targets),
        "largest target": max(targets),
        "rows that sum to exactly 1": sum(float(total) == 1 for total in result.sums),
        "largest |sum - 1|, float64": pytest.approx(0, abs=3e-15),
        "accuracy of the batch": pytest.approx(right / 64, abs=(close + 0.01) / 64),
        "mean of the largest probability": pytest.approx(p.max(1).mean(), abs=2e-3),
    }


def far_below(settings: Any) -> dict[str, Any]:
    """Softmax sees differences only, but for what float32 rounds off."""
    row = drawn(1, 3, settings.seed)[0]
    low = [float(a) - 20 for a in row]
    changes = [
        abs(p - q)
        for down in np.arange(201, dtype=np.float32) / np.float32(10)
        for p, q in zip(exact_softmax(row - down), exact_softmax(row), strict=True)
    ]
    return {
        "sum of softmax, pushed down": pytest.approx(1, abs=3e-7),
        "sum of sigmoids, pushed down": pytest.approx(sum(1 / (1 + math.exp(-a)) for a in low), rel=1e-5),
        "largest change of softmax": pytest.approx(max(changes), abs=5e-7),
    }


def strange(digit: NDArray[np.float64], seed: int) -> dict[str, NDArray[np.float64]]:
    """Pictures of no digit, pixel by pixel."""
    pixels = {name: np.zeros((28, 28)) for name in ("checkerboard", "a cross", "a frame")}
    for r in range(28):
        for c in range(28):
            away = max(abs(r - 13.5), abs(c - 13.5))
            pixels["checkerboard"][r, c] = (r // 4 + c // 4) % 2
            pixels["a cross"][r, c] = away < 10 and (abs(r - c) < 2 or abs(r + c - 27) < 2)
            pixels["a frame"][r, c] = 7 <= away < 10
    noise = torch.rand((28, 28), generator=torch.Generator().manual_seed(seed)).double().numpy()
    more = {"all white": np.ones(784), "all black": np.zeros(784), "noise": noise, "inverted": 1 - digit}
    return {"a real 3": digit, **{name: picture.ravel() for name, picture in (pixels | more).items()}}


def no_digits(settings: Any) -> dict[str, Any]:
    digit = ten_digits().x_valid[300].double().numpy()  # the first three of a hundred
    numbers: dict[str, Any] = {}
    for kind in ("softmax", "sigmoid"):
        weights, bias = trained(5, settings.seed, kind)
        for name, picture in strange(digit, settings.seed).items():
            logits = picture @ weights.numpy() + bias.numpy()
            p = max(exact_softmax(logits)) if kind == "softmax" else 1 / (1 + math.exp(-max(logits)))
            numbers[f"largest {kind}, {name}"] = pytest.approx(p, rel=1e-2, abs=1e-3)
    return numbers
