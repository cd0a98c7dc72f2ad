"""Loss against accuracy anew: image by image, in float64, from the random models' logits in float32.

A random model with a seed is `torch.randn`'s 784 weights and then its bias, of one generator. The model's logits are
`x @ w + b` in float32, as in the lesson; everything after them is computed here in float64.
"""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from core.data.digits import load

FACTOR = 1.0001
LIT, MIDDLE = 269, 378


def expected(settings: Any, result: Any) -> dict[str, Any]:  # noqa: ARG001 (from the settings alone)
    """The numbers of the chosen view."""
    return {"weight": one_weight, "models": random_models, "surfaces": two_surfaces}[settings.view](settings)


@cache
def images() -> tuple[torch.Tensor, np.ndarray]:
    """The digits to train on (800, 784), and whether each is a three."""
    digits = load("built-in")
    return digits.x_train, digits.y_train[:, 0].numpy() == 1


def model(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((784, 1), generator=generator), torch.randn(1, generator=generator)


def logits_of(seed: int) -> np.ndarray:
    weights, bias = model(seed)
    return (images()[0] @ weights + bias)[:, 0].double().numpy()


def mean_loss(logits: np.ndarray) -> float:
    """The mean distance of the sigmoid from the target, added up exactly."""
    _, threes = images()
    return math.fsum(distances(logits, threes)) / len(logits)


def distances(logits: np.ndarray, threes: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.where(threes, 1 / (1 + np.exp(logits)), 1 / (1 + np.exp(-logits)))


def change(before: np.ndarray, after: np.ndarray) -> float:
    """Of the mean loss: the images' changes are added up, so that small ones count."""
    _, threes = images()
    return math.fsum(distances(after, threes) - distances(before, threes)) / len(before)


def right(logits: np.ndarray) -> int:
    _, threes = images()
    return sum(bool(z > 0) == bool(three) for z, three in zip(logits, threes, strict=True))


def chosen(settings: Any) -> int:
    return settings.other if settings.pixel == -1 else settings.pixel


def one_weight(settings: Any) -> dict[str, Any]:
    """The nudge by 1.0001, the slope, the first images to change side, and the way to the end of the sweep."""
    x, threes = images()
    pixel, logits = chosen(settings), logits_of(settings.seed)
    weights, bias = model(settings.seed)
    weight = float(weights[pixel])
    light = x[:, pixel].double().numpy()
    nudged = logits + (FACTOR - 1) * weight * light
    slope = math.fsum(
        (-1 if three else 1) * brightness * sigmoid(z) * sigmoid(-z)
        for z, brightness, three in zip(logits, light, threes, strict=True)
    ) / len(logits)
    run = settings.zoom * weight
    rise = change(logits, logits + run * light)
    flips = [-z / (weight * brightness) for z, brightness in zip(logits, light, strict=True) if brightness]
    below, above = [s for s in flips if s < 0], [s for s in flips if s >= 0]
    moves = np.abs(logits)[:, None] / np.where(x.numpy() > 0, x.numpy(), np.nan)
    weights32 = weights.clone()
    weights32[pixel] *= FACTOR
    after = x @ weights32 + bias
    return {
        "digits": len(logits),
        "loss": pytest.approx(mean_loss(logits), rel=1e-9),
        "accuracy": pytest.approx(right(logits) / len(logits), abs=1e-12),
        "change of the loss by 1.0001": pytest.approx(change(logits, nudged), rel=1e-6, abs=1e-16),
        "the same in float32": pytest.approx(float(loss32(after) - loss32(x @ weights + bias)), abs=1e-9),
        "change of the accuracy by 1.0001": pytest.approx(
            (right(after[:, 0].numpy()) - right(logits)) / len(logits), abs=1e-6
        ),
        "predictions that changed side": sum(bool(a > 0) != bool(b > 0) for a, b in zip(logits, nudged, strict=True)),
        "slope of the loss": pytest.approx(slope, rel=1e-6, abs=1e-15),
        "rise over run": pytest.approx(rise / run, rel=1e-5, abs=1e-12),
        "least move that flips one": pytest.approx(float(np.nanmin(moves)), rel=1e-5),
        **({"first flip below": pytest.approx(1 + max(below), rel=1e-9)} if below else {}),
        **({"first flip above": pytest.approx(1 + min(above), rel=1e-9)} if above else {}),
    }


def loss32(logits: torch.Tensor) -> torch.Tensor:
    """The mean distance of logits (800, 1) in float32, whose last place is what the lesson sees move."""
    threes, predictions = torch.from_numpy(images()[1])[:, None], logits.sigmoid()
    return torch.where(threes, 1 - predictions, predictions).mean()


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def random_models(settings: Any) -> dict[str, Any]:
    """Each model's accuracy, one after the other. A logit next to 0 may fall on either side in float32."""
    scores = [right(logits_of(seed)) / 800 for seed in range(200)]
    mean = sum(scores) / 200
    return {
        "models": 200,
        "last seed": 199,
        "digits": 800,
        "mean": pytest.approx(mean, abs=2e-5),
        "sd": pytest.approx(math.sqrt(sum((score - mean) ** 2 for score in scores) / 200), abs=2e-5),
        "min": pytest.approx(min(scores), abs=0.0013),
        "max": pytest.approx(max(scores), abs=0.0013),
        "this model": pytest.approx(right(logits_of(settings.seed)) / 800, abs=1e-12),
    }


def two_surfaces(settings: Any) -> dict[str, Any]:
    """The loss at 31 × 31 points and the accuracy in 61 × 61 cells, one by one."""
    x, threes = images()
    first = chosen(settings)
    second = next(pixel for pixel in (settings.other, LIT, MIDDLE) if pixel != first)
    weights, _ = model(settings.seed)
    logits = logits_of(settings.seed)
    pulls = [float(weights[pixel]) * x[:, pixel].double().numpy() for pixel in (first, second)]
    cells = [settings.zoom * (i - 30) / 30 for i in range(61)]
    nodes = cells[::2]
    changes = [change(logits, logits + s * pulls[0] + t * pulls[1]) for t in nodes for s in nodes]
    levels = {int((((logits + s * pulls[0] + t * pulls[1]) > 0) == threes).sum()) for t in cells for s in cells}
    return {
        "values of the accuracy": len(levels),
        "range of the loss": pytest.approx(max(changes) - min(changes), rel=1e-6, abs=1e-16),
        "cells along a side": 61,
        "points of the loss along a side": 31,
    }
