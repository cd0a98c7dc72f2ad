"""What a 51 x 51 surface on 12,396 digits costs, against a plain loop and against loss-landscapes.

`python -m tests.bench.surfaces` prints the table.
"""

import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.data.digits import full_available, load
from core.nn.losses import mnist_loss
from core.nn.models import HIDDEN, PIXELS, ModelName, flatten, forward, init_params, unflatten
from core.nn.surfaces import loss_surface, random_plane

NAMES = ("surface_linear_vs_loop", "surface_relu_vs_loop", "surface_vs_loss_landscapes")
SIZE, ITEMS = 51, 12_396
ROUNDS, POINTS = 5, 40  # every round times a whole surface, then this many points of the loop
STEPS = 15  # loss-landscapes runs on a grid of 15 x 15

Row = dict[str, Any]


@cache
def digits() -> tuple[Tensor, Tensor, str]:
    """x (12396, 784), y (12396, 1), and what they are."""
    if full_available():
        full = load("full")
        return full.x_train, full.y_train, f"{len(full.x_train):,} digits of the full sample"
    few = load("built-in")
    generator = torch.Generator().manual_seed(0)
    rows = torch.arange(ITEMS) % len(few.x_train)
    noise = 0.02 * torch.randn(ITEMS, PIXELS, generator=generator)
    words = f"{ITEMS:,} rows: the {len(few.x_train)} built-in digits repeated with seeded noise"
    return (few.x_train[rows] + noise).clamp_(0, 1), few.y_train[rows], words


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def against_loop(model: ModelName) -> Row:
    """How many times as fast as setting the parameters and calling `mnist_loss` at one point after another."""
    x, y, words = digits()
    like = init_params(model, "uniform", 0)
    plane = random_plane(flatten(like), like, 1)
    surface = loss_surface(model, plane, x, y, SIZE, ("loss",))
    assert surface.loss is not None
    order = np.random.default_rng(0).permutation(SIZE * SIZE)[: ROUNDS * POINTS].reshape(ROUNDS, POINTS)
    sampled = np.empty(SIZE * SIZE, np.float32)

    def loop(points: np.ndarray) -> None:
        with torch.no_grad():
            for point in points:
                j, i = divmod(int(point), SIZE)
                vector = plane.origin + surface.a[i] * plane.first + surface.b[j] * plane.second
                sampled[point] = mnist_loss(forward(model, x, unflatten(vector, like)), y).item()

    ours, both, loops = [], [], []
    for points in order:
        ours.append(seconds(lambda: loss_surface(model, plane, x, y, SIZE, ("loss",))))
        both.append(seconds(lambda: loss_surface(model, plane, x, y, SIZE)))
        loops.append(seconds(partial(loop, points)) / POINTS * SIZE * SIZE)
    off = np.abs(surface.loss.ravel() - sampled)[order.ravel()].max()
    if off > 1e-5:
        raise AssertionError(f"the surface is {off:.1e} away from the loop")
    return {
        "value": min(loops) / min(ours),
        "unit": "times as fast",
        "goal": 60 if model == "linear" else 12,
        "peer": f"a plain loop's {min(loops):.1f} s (timed at {order.size} of {SIZE * SIZE:,} points and scaled) to "
        f"our {1e3 * min(ours):.0f} ms ({1e3 * min(both):.0f} with accuracy), each the fastest of {ROUNDS} rounds in "
        f"turns; values within {off:.0e}; {words}",
    }


def against_loss_landscapes() -> Row:
    """How many times as fast as the package loss-landscapes, both for `simple_net`, each on its own random plane."""
    row: Row = {"value": None, "unit": "times as fast", "goal": None}
    try:
        import loss_landscapes
        from loss_landscapes.metrics import Loss
    except ImportError as missing:
        return row | {"peer": f"loss-landscapes is not installed ({missing})"}
    x, y, words = digits()
    like = init_params("relu", "uniform", 0)
    net = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
    metric = Loss(mnist_loss, x, y)
    try:
        theirs = seconds(lambda: loss_landscapes.random_plane(net, metric, steps=STEPS, deepcopy_model=True))
    except Exception as failure:
        return row | {"peer": f"loss-landscapes does not run here: {type(failure).__name__}: {failure}"}
    theirs *= SIZE**2 / STEPS**2
    plane = random_plane(flatten(like), like, 1)
    ours = min(seconds(lambda: loss_surface("relu", plane, x, y, SIZE, ("loss",))) for _ in range(ROUNDS))
    return row | {
        "value": theirs / ours,
        "peer": f"its random_plane's {theirs:.1f} s (timed once on {STEPS} x {STEPS} points and scaled) to our "
        f"{1e3 * ours:.0f} ms, the fastest of {ROUNDS}; {words}",
    }


def measure() -> dict[str, Row]:
    """Every figure of this file: name → value, unit, goal and what it is measured against."""
    return {
        "surface_linear_vs_loop": against_loop("linear"),
        "surface_relu_vs_loop": against_loop("relu"),
        "surface_vs_loss_landscapes": against_loss_landscapes(),
    }


if __name__ == "__main__":
    for name, row in measure().items():
        value = "not measured" if row["value"] is None else f"{row['value']:.0f} {row['unit']}"
        print(f"{name}: {value} (goal {row['goal']}). {row['peer']}")
