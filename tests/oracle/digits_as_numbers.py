"""*Digits as numbers* in plain loops: pixels counted one by one, distances by SciPy, a training in float64."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from core.data.digits import load

SIDE, PIXELS = 28, 784
SMALL = 1e-3  # a logit or a difference of distances this near to 0 may fall on either side in float32


def expected(settings: Any, _: Any) -> dict[str, Any]:
    """The numbers of the view that the settings choose."""
    views = {"pixels": pixels, "ranks": ranks, "similarity": similarity, "multiply": multiply}
    return views[settings.view](settings)


def data(settings: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images (n, 784) and whether they are threes (n,), then those to validate; float64."""
    digits = load(settings.digits)
    train, valid = digits.x_train.numpy().astype(float), digits.x_valid.numpy().astype(float)
    return train, digits.y_train.numpy()[:, 0] == 1, valid, digits.y_valid.numpy()[:, 0] == 1


def changed(image: np.ndarray, picture: str) -> np.ndarray:
    """One image (784,), pixel by pixel."""
    new = np.zeros(PIXELS)
    for row in range(SIDE):
        for column in range(SIDE):
            place = SIDE * row + column
            if picture == "plain":
                new[place] = image[place]
            elif picture == "inverted":
                new[place] = 1 - image[place]
            elif picture == "lower" and row >= 2:
                new[place] = image[place - 2 * SIDE]
    return new


@cache
def all_changed(digits: Any, picture: str) -> np.ndarray:
    """All validation digits, (n, 784)."""
    return np.stack([changed(image, picture) for image in load(digits).x_valid.numpy().astype(float)])


def chosen_image(settings: Any) -> np.ndarray:
    """The validation digit of the settings, changed, (784,)."""
    _, _, _, threes = data(settings)
    images = all_changed(settings.digits, settings.picture)
    of_its_kind = [image for image, three in zip(images, threes, strict=True) if three == (settings.digit == 3)]
    return of_its_kind[settings.index]


def pixels(settings: Any) -> dict[str, Any]:
    """What the picture's bytes are, and how many digits there are."""
    _, train_threes, _, valid_threes = data(settings)
    image = chosen_image(settings)
    stored = [round(255 * value) for value in image]
    counts = {}
    for name, threes in (("training", train_threes), ("validation", valid_threes)):
        counts[f"{name} threes"] = sum(1 for three in threes if three)
        counts[f"{name} sevens"] = sum(1 for three in threes if not three)
        counts[f"{name} images"] = len(threes)
    return {
        "black pixels": stored.count(0),
        "brightest": max(stored),
        "mean": pytest.approx(math.fsum(image) / PIXELS, rel=1e-5),
        **counts,
    }


def ranks(settings: Any) -> dict[str, Any]:
    """The code that makes each tensor says its rank: so many indices, or brackets, are left."""
    row = chosen_image(settings)[SIDE * 14 : SIDE * 15].tolist()
    stack, i, brightest = f"valid_{settings.digit}_tens", settings.index, row.index(max(row))
    names = ("scalar", "vector", "matrix", "stack of pictures", "batch in colour")
    codes = (
        f"{stack}[{i}, 14, {brightest}]",
        f"{stack}[{i}, 14]",
        f"{stack}[{i}]",
        stack,
        f"{stack}[:64, None].expand(-1, 3, -1, -1)",
    )
    by_name = {f"rank of the {name}": rank for rank, name in enumerate(names)}
    return by_name | {f"ndim of {code}": rank for rank, code in enumerate(codes)}


def share(right: np.ndarray, unsure: np.ndarray) -> Any:
    """The share that is right, of (n,) bool; those in `unsure` (n,) may be either."""
    return pytest.approx(right.mean(), abs=unsure.mean() + 1e-6)


def similarity(settings: Any) -> dict[str, Any]:
    """Distances to both averages by SciPy: the city block's by the pixel is L1, the Euclidean's by its root RMSE."""
    train, train_threes, _, threes = data(settings)
    averages = np.stack([train[train_threes].mean(0), train[~train_threes].mean(0)])
    images = all_changed(settings.digits, settings.picture)
    by_name = {
        "L1": cdist(images, averages, "cityblock") / PIXELS,
        "RMSE": cdist(images, averages, "euclidean") / math.sqrt(PIXELS),
    }
    here = np.flatnonzero(threes == (settings.digit == 3))[settings.index]
    values: dict[str, Any] = {}
    for name, distances in by_name.items():
        values |= {f"{name} to {d}": pytest.approx(distances[here, k], rel=1e-5) for k, d in enumerate((3, 7))}
        right = (distances[:, 0] < distances[:, 1]) == threes
        unsure = np.abs(distances[:, 0] - distances[:, 1]) < 1e-6
        values[f"{name}: threes"] = share(right[threes], unsure[threes])
        values[f"{name}: sevens"] = share(right[~threes], unsure[~threes])
        means = (right[threes].mean() + right[~threes].mean()) / 2
        values[f"{name}: mean"] = pytest.approx(means, abs=unsure.mean() + 1e-6)
    return values


def parameters(settings: Any) -> tuple[np.ndarray, float]:
    """Weights (784,) and bias: standard normal, or five epochs at learning rate 1 from ±1/28, in float64."""
    generator = torch.Generator().manual_seed(settings.seed)
    if settings.weights == "random":
        weights = torch.randn((PIXELS, 1), generator=generator)
        return weights[:, 0].double().numpy(), torch.randn((1,), generator=generator).item()
    weights, bias = (torch.rand(shape, generator=generator) * 2 / SIDE - 1 / SIDE for shape in ((PIXELS, 1), (1,)))
    w, b = weights.double().requires_grad_(), bias.double().requires_grad_()
    digits, orders = load(settings.digits), torch.Generator().manual_seed(settings.seed + 1)
    for _ in range(5):
        order = torch.randperm(len(digits.x_train), generator=orders)
        for rows in order.split(256 if settings.digits == "full" else 16):
            p = torch.sigmoid(digits.x_train[rows].double() @ w + b)
            (p - digits.y_train[rows]).abs().mean().backward()
            with torch.no_grad():
                for parameter in (w, b):
                    assert parameter.grad is not None
                    parameter -= parameter.grad
                    parameter.grad = None
    return w.detach().numpy()[:, 0], b.item()


def multiply(settings: Any) -> dict[str, Any]:
    """784 products added up one by one, and the model's accuracy on all validation digits, changed alike."""
    _, _, _, threes = data(settings)
    weights, bias = parameters(settings)
    bias = bias if settings.bias else 0.0
    image = chosen_image(settings)
    total = math.fsum(x * w for x, w in zip(image, weights, strict=True))
    logits = all_changed(settings.digits, settings.picture) @ weights + bias
    right = (logits > 0) == threes
    unsure = (np.abs(logits) < SMALL) & (logits != 0)
    return {
        "sum": pytest.approx(total, rel=1e-5, abs=1e-4),
        "bias": pytest.approx(bias, rel=1e-5, abs=1e-5),
        "logit": pytest.approx(total + bias, rel=1e-5, abs=1e-4),
        "accuracy": pytest.approx((right[threes].mean() + right[~threes].mean()) / 2, abs=unsure.mean() + 1e-6),
        "images in the batch": settings.items,
        "numbers left by weights.T": settings.items * PIXELS,
    }
