"""The loss surface anew, in float64: the run step by step, its main directions by a singular value decomposition, and
the loss at every point of the grid, row by row.

A plane of the path's own goes through its last state; the box around the path gets a margin of 0.15 of its width on
each side. A random plane goes through the same state and reaches from -1 to 1: for each of its two directions
`torch.randn` of a generator with the seed draws numbers of the shapes of the weights, scaled so that each unit's
incoming weights are as long as the state's own, and 0 for the biases. The setting zoom widens either about its middle.
"""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch

from tests.oracle.training_loop import Walk, check_run, images, layers, logits, loss, near, right, sigmoid, size_of

MARGIN = 0.15
FLAT = 1e-4  # of the longer side: a box that is flatter gets the longer one's width


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """The recorded run's numbers, and those of the plane that is laid anew through its states."""
    walk = Walk(
        settings.model,
        settings.init,
        settings.learning_rate,
        settings.epochs,
        size_of(settings.batch_size),
        settings.shuffle,
        settings.seed,
    )
    check_run(walk, walk.epochs, result.run)
    x, threes, _, _ = images()
    model, path = walk.model, result.run.parameters.astype(float)
    start, end = path[0], path[-1]
    directions = main_directions(path) if settings.plane == "path" else random_directions(model, end, settings.seed)
    lines = box(path, end, directions) if settings.plane == "path" else [(-1.0, 1.0), (-1.0, 1.0)]
    sides = [widened(low, high, settings.zoom, settings.size) for low, high in lines]
    heights = loss_heights(model, (end, *directions), sides)
    last = loss(model, end, x, threes)
    exact = 2e-5 + 1e-6 * float(np.abs(logits(model, end, x)).max())  # float32 rounds large logits
    share = explained(path, directions)
    return {
        "steps": walk.epochs * math.ceil(800 / walk.size),
        "true loss at the start": pytest.approx(loss(model, start, x, threes), abs=2e-5),
        "true loss at the end": pytest.approx(last, abs=2e-5),
        "loss in the slice at the end": pytest.approx(last, abs=exact),
        "lowest loss of the grid": pytest.approx(float(heights.min()), abs=exact),
        "highest loss of the grid": pytest.approx(float(heights.max()), abs=exact),
        "share of the path's variance in the plane": pytest.approx(share, rel=1e-4, abs=1e-6),
        "validation accuracy at the end": near(float(right(model, end).mean()), end, model),
    }


def main_directions(path: np.ndarray) -> np.ndarray:
    """The two along which the path varies most, (2, P); of a straight path the second is random, NumPy's of seed 0."""
    centred = path - path.mean(0)
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    if len(path) >= 3 and lengths[1] ** 2 > 1e-12 * lengths[0] ** 2:
        return directions[:2]
    other = np.random.default_rng(0).standard_normal(path.shape[1])
    other -= other @ directions[0] * directions[0]
    return np.stack([directions[0], other / np.linalg.norm(other)])


def random_directions(model: str, at: np.ndarray, seed: int) -> np.ndarray:
    """Two random ones, (2, P): the numbers are drawn in the order of the layers, the first direction's first."""
    generator = torch.Generator().manual_seed(seed)
    both = []
    for _ in range(2):
        parts = []
        for place, values in enumerate(layers(model, at)):
            if place % 2:  # a bias follows each layer's weights
                parts.append(np.zeros(values.size))
                continue
            units = values.reshape(len(values), -1)
            noise = torch.randn(units.shape, generator=generator).double().numpy()
            parts.append((noise * np.linalg.norm(units, axis=0) / np.linalg.norm(noise, axis=0)).ravel())
        both.append(np.concatenate(parts))
    return np.stack(both)


def explained(path: np.ndarray, directions: np.ndarray) -> float:
    """The part of the path's variance about its mean that lies in the plane."""
    centred = path - path.mean(0)
    basis, _ = np.linalg.qr(directions.T)
    return float(((centred @ basis) ** 2).sum() / (centred**2).sum())


def box(path: np.ndarray, origin: np.ndarray, directions: np.ndarray) -> list[tuple[float, float]]:
    """From where to where the path reaches along each direction, with its margin."""
    places = (path - origin) @ directions.T
    low, high = places.min(0), places.max(0)
    longest = float((high - low).max())
    sides = []
    for a, b in zip(low.tolist(), high.tolist(), strict=True):
        width = b - a if b - a > FLAT * longest else longest
        sides.append(((a + b) / 2 - width * (0.5 + MARGIN), (a + b) / 2 + width * (0.5 + MARGIN)))
    return sides


def widened(low: float, high: float, zoom: float, points: int) -> np.ndarray:
    middle, reach = (low + high) / 2, zoom * (high - low) / 2
    return np.linspace(middle - reach, middle + reach, points)


def loss_heights(model: str, vectors: tuple[np.ndarray, ...], sides: list[np.ndarray]) -> np.ndarray:
    """The loss at every point of the grid; `vectors` are the origin and both directions.

    What the first layer gives is the origin's and a share of each direction's, so it is computed once for each of them.
    """
    x, threes, _, _ = images()
    parts = [layers(model, vector) for vector in vectors]
    bottoms = [x @ part[0] + part[1] for part in parts]
    heights = np.empty((len(sides[1]), len(sides[0])))
    for (j, b), (i, a) in product(enumerate(sides[1]), enumerate(sides[0])):
        z = mixed(a, b, bottoms)
        if model != "linear":
            z = np.maximum(z, 0) @ mixed(a, b, [part[2] for part in parts]) + mixed(a, b, [part[3] for part in parts])
        q = sigmoid(z)
        heights[j, i] = np.where(threes, 1 - q, q).mean()
    a, b = sides[0][3], sides[1][-4]
    assert heights[-4, 3] == pytest.approx(loss(model, mixed(a, b, list(vectors)), x, threes), abs=1e-9)
    return heights


def mixed(a: float, b: float, values: list[np.ndarray]) -> np.ndarray:
    origin, first, second = values
    return origin + a * first + b * second
