"""Mini-batches anew: NumPy in float64, and Python's own generator for the order in which fastai's loader deals.

The linear model is one vector of 785 numbers, weights and then the bias; its loss is the mean distance of the sigmoid
from the target, 1 for a three. Its first numbers are `torch.randn`'s or `torch.rand`'s, weights before bias, and the
order of the items is `torch.randperm`'s from the seed + 1, one permutation an epoch.
"""

import math
import random
import string
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from core.data.digits import load

TRAIN, VALID = 800, 200
FULL = 6131 + 6265  # digits of the full sample to train on
BENIGN = 1.0  # learning rate up to which some 30 steps in float32 end where those in float64 do
GRID = 41


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """The numbers of the chosen view."""
    return {"paths": paths, "noise": noise, "loader": loader, "average": average}[settings.view](settings, result)


@cache
def images() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training digits with a column of ones for the bias (800, 785) and targets (800,); those to validate."""
    digits = load("built-in")
    x, x_valid = (np.column_stack([t.double().numpy(), np.ones(len(t))]) for t in (digits.x_train, digits.x_valid))
    return x, digits.y_train[:, 0].double().numpy(), x_valid, digits.y_valid[:, 0].double().numpy()


def start(init: str, seed: int) -> np.ndarray:
    """The first parameters (785,)."""
    generator = torch.Generator().manual_seed(seed)
    draw = (
        torch.randn if init == "randn" else lambda size, generator: (2 * torch.rand(size, generator=generator) - 1) / 28
    )
    return np.concatenate([draw((784, 1), generator=generator)[:, 0], draw((1,), generator=generator)]).astype(float)


def orders(seed: int, epochs: int) -> list[np.ndarray]:
    """The order of the items, epoch by epoch."""
    generator = torch.Generator().manual_seed(seed + 1)
    return [torch.randperm(TRAIN, generator=generator).numpy() for _ in range(epochs)]


def batches(seed: int, epochs: int, size: int) -> Iterator[np.ndarray]:
    """Which items each step is taken on."""
    for order in orders(seed, epochs):
        for first in range(0, TRAIN, size):
            yield order[first : first + size]


def sigmoid(z: Any) -> Any:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def gradient(p: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The slope of the loss on some items in each of the 785 parameters."""
    predictions = sigmoid(x @ p)
    return np.where(y == 1, -1, 1) * predictions * (1 - predictions) @ x / len(y)


def loss(p: np.ndarray) -> float:
    """On all digits to train on."""
    x, y, _, _ = images()
    return float(distances(p, x, y).mean())


def distances(p: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    predictions = sigmoid(x @ p)
    return np.where(y == 1, 1 - predictions, predictions)


def valid_loss(p: np.ndarray) -> float:
    _, _, x, y = images()
    return float(distances(p, x, y).mean())


def accuracy(p: np.ndarray) -> float:
    """On the validation digits, one by one."""
    _, _, x, y = images()
    return sum(bool(image @ p > 0) == bool(target) for image, target in zip(x, y, strict=True)) / VALID


def paths(settings: Any, result: Any) -> dict[str, Any]:
    """Three recorded runs: their steps are held against float64, their ends are measured anew."""
    size, epochs, seed = settings.batch_size, settings.epochs, settings.seed
    mini = list(batches(seed, epochs, size))
    everything = np.arange(TRAIN)
    single = list(batches(seed, math.ceil(len(mini) / TRAIN) if settings.clock == "steps" else epochs, 1))
    by_steps = settings.clock == "steps"
    dealt = {
        "A": (1, single[: len(mini)] if by_steps else single),
        "B": (size, mini),
        "C": (TRAIN, [everything] * (len(mini) if by_steps else epochs)),
    }
    numbers: dict[str, Any] = {"digits": TRAIN, "validation digits": VALID, "epochs": epochs}
    for walk, (letter, (items, rows)) in zip(result.walks, dealt.items(), strict=True):
        recorded = walk.run.parameters.astype(float)
        check_run(walk.run, recorded, rows, settings)
        way = sum(math.dist(a, b) for a, b in pairwise(recorded))
        gained = math.dist(recorded[0], recorded[-1])
        numbers |= {
            f"{letter}: items a step": items,
            f"{letter}: steps": len(rows),
            f"{letter}: steps an epoch": len(range(0, TRAIN, items)),
            f"{letter}: first loss": pytest.approx(loss(start(settings.init, seed)), abs=2e-6),
            f"{letter}: last loss": pytest.approx(loss(recorded[-1]), abs=2e-6),
            f"{letter}: last accuracy": pytest.approx(accuracy(recorded[-1]), abs=1e-6),
            f"{letter}: way walked over distance gained": pytest.approx(way / gained if gained else 1.0, rel=1e-5),
        }
    return numbers | {"points of the surface along a side": GRID}


def check_run(run: Any, recorded: np.ndarray, rows: list[np.ndarray], settings: Any) -> None:
    """It begins at the start, has its batches' gradients and losses, and its steps lead from one to the next."""
    x, y, _, _ = images()
    np.testing.assert_allclose(recorded[0], start(settings.init, settings.seed), rtol=1e-6, atol=1e-8)
    assert run.kept[0] == 0
    assert run.kept[-1] == len(run.losses) == len(rows)
    for p, slope, step in list(zip(recorded, run.gradients, run.kept, strict=True))[:-1]:
        batch = rows[step]
        true = gradient(p, x[batch], y[batch])
        np.testing.assert_allclose(slope, true, rtol=0, atol=2e-4 * np.abs(true).max() + 2e-7)
        assert run.losses[step] == pytest.approx(distances(p, x[batch], y[batch]).mean(), abs=2e-5)
    for (before, first), (after, last) in pairwise(zip(recorded, run.kept, strict=True)):
        if last - first > 1 and settings.learning_rate > BENIGN:
            continue  # chaotic: float32 and float64 part between two recorded steps
        p = before.copy()
        for batch in rows[first:last]:
            p -= settings.learning_rate * gradient(p, x[batch], y[batch])
        way = float(np.abs(after - before).max())
        np.testing.assert_allclose(after, p, rtol=0, atol=0.02 * way + 1e-6 * np.abs(before).max())


def noise(settings: Any, result: Any) -> dict[str, Any]:  # noqa: ARG001 (from the settings alone)
    """Random batches of every size, each one's gradient against that of all digits."""
    x, y, _, _ = images()
    p = start(settings.init, settings.seed)
    for rows in batches(settings.seed, settings.point, 16):
        p -= gradient(p, x[rows], y[rows])
    full = gradient(p, x, y)
    length = float(np.linalg.norm(full))
    generator = torch.Generator().manual_seed(settings.seed)
    exact = 1e-3 if settings.point == 0 else 3e-2  # float32's training ends near by
    numbers: dict[str, Any] = {"digits": TRAIN, "batches of each size": 200, "digits of the full sample": FULL}
    rms, mean = [], []
    sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    for size in sizes:
        drawn = draws(size, settings.replacement, generator)
        slopes = [gradient(p, x[rows], y[rows]) for rows in drawn]
        away = [math.dist(slope, full) / length for slope in slopes]
        rms.append(math.sqrt(sum(d * d for d in away) / len(away)))
        mean.append(sum(away) / len(away))
        uphill = sum(float(slope @ full) < 0 for slope in slopes) / len(slopes)
        numbers |= {
            f"rms distance, batches of {size}": pytest.approx(rms[-1], rel=exact),
            f"mean distance, batches of {size}": pytest.approx(mean[-1], rel=exact),
            f"share uphill, batches of {size}": pytest.approx(uphill, abs=0.0051 if exact < 0.01 else 0.03),
            f"steps an epoch, batches of {size}": len(range(0, TRAIN, size)),
        }
    return numbers | {
        "fitted power of n": pytest.approx(power(sizes[:7], rms[:7]), abs=exact),
        "fitted power of n, mean distance": pytest.approx(power(sizes[:7], mean[:7]), abs=exact),
        "steps an epoch of the full sample, batches of 256": len(range(0, FULL, 256)),
    }


def draws(size: int, replacement: bool, generator: torch.Generator) -> list[np.ndarray]:
    """200 batches: with replacement `torch.randint`'s rows, else where the smallest of `torch.rand`'s numbers stand."""
    if replacement:
        return list(torch.randint(TRAIN, (200, size), generator=generator).numpy())
    return [np.argsort(row, kind="stable")[:size] for row in torch.rand(200, TRAIN, generator=generator).numpy()]


def power(sizes: list[int], values: list[float]) -> float:
    """The slope of the straight line through the logarithms, by the formula of least squares."""
    a, b = [math.log(n) for n in sizes], [math.log(v) for v in values]
    middle, level = sum(a) / len(a), sum(b) / len(b)
    return sum((u - middle) * (v - level) for u, v in zip(a, b, strict=True)) / sum((u - middle) ** 2 for u in a)


def dealt(order: str, items: int, size: int, epochs: int, seed: int) -> list[list[list[int]]]:
    """What fastai's loader deals, epoch by epoch: it seeds a new generator from the last one before every epoch."""
    rng, again = random.Random(seed), random.Random(seed)
    passes = []
    for _ in range(epochs):
        rng = random.Random(rng.randint(0, 2**32 - 1))
        indices = list(range(items))
        if order == "shuffled":
            indices = rng.sample(indices, items)
        if order == "again":
            indices = again.choices(indices, k=items)
        passes.append([indices[first : first + size] for first in range(0, items, size)])
    return passes


def loader(settings: Any, result: Any) -> dict[str, Any]:  # noqa: ARG001 (from the settings alone)
    """fastai's loader in plain Python, and training on what it deals."""
    items = {"digits": TRAIN, "numbers": 15, "letters": 26}[settings.dataset]
    size = settings.bs or {"digits": 16, "numbers": 5, "letters": 6}[settings.dataset]
    passes = dealt(settings.order, items, size, settings.passes, settings.seed)
    two = dealt(settings.order, items, size, 2, settings.seed)
    counts = [sum(batch.count(i) for batch in passes[0]) for i in range(items)]
    numbers: dict[str, Any] = {
        "items": items,
        "batches in an epoch": len(passes[0]),
        "items in the last batch": len(passes[0][-1]),
        "items that came in the first epoch": sum(count > 0 for count in counts),
        "most often in the first epoch": max(counts),
        "first batch": written(settings.dataset, two[0][0]),
        "a second call gives the same": two[0][0] == two[1][0],
    }
    if settings.dataset != "digits":
        return numbers
    threes = [sum(i < TRAIN // 2 for i in batch) for batch in passes[0] if len(batch) == size]
    numbers |= {
        "fewest threes in a full batch": min(threes),
        "most threes in a full batch": max(threes),
        "digits of the full sample": FULL,
        "steps an epoch of the full sample, batches of 256": len(range(0, FULL, 256)),
    }
    compared = dealt(
        "in order" if settings.order == "shuffled" else "shuffled", items, size, settings.passes, settings.seed
    )
    for name, epochs in (("", passes), (", compared", compared)):
        p = start("uniform", settings.seed)
        accuracies = [accuracy(p := after(p, batches_of)) for batches_of in epochs]
        numbers[f"accuracy after epoch 1{name}"] = pytest.approx(accuracies[0], abs=0.011)
        numbers[f"accuracy at the end{name}"] = pytest.approx(accuracies[-1], abs=0.016)
    return numbers


def after(p: np.ndarray, epoch: list[list[int]]) -> np.ndarray:
    """The parameters after an epoch of steps with a learning rate of 1."""
    x, y, _, _ = images()
    for rows in epoch:
        p = p - gradient(p, x[rows], y[rows])
    return p


def written(dataset: str, batch: list[int]) -> str:
    """A mini-batch as Python writes it: a tensor, or a tensor and letters; of digits the shapes alone."""
    if dataset == "digits":
        return f"{len(batch)}×784 and {len(batch)}×1"
    numbers = str(torch.tensor(batch))
    return (
        numbers if dataset == "numbers" else str((torch.tensor(batch), tuple(string.ascii_lowercase[i] for i in batch)))
    )


def average(settings: Any, result: Any) -> dict[str, Any]:
    """The mean's and the median's slopes by their definitions, and each step of the training by either."""
    x, y, _, _ = images()
    n, seed = settings.items, settings.seed
    p = start("uniform", seed)
    for rows in batches(seed, 1, 256):
        p -= 0.3 * gradient(p, x[rows], y[rows])
    rows = orders(seed, 1)[0][:n]
    fixed = sorted(distances(p, x[rows], y[rows])[:-1].tolist())
    medians = [sorted([*fixed, k / 100])[(n - 1) // 2] for k in range(101)]
    steps = list(batches(seed, 2, n))
    for frames, way in zip(result.trained, ("mean", "median"), strict=True):
        check_steps(frames.astype(float), steps, way, seed)
    ends = [frames[-1].astype(float) for frames in result.trained]
    return {
        "items": n,
        "mean's slope in each": pytest.approx(1 / n, rel=1e-6),
        "median's slope in the middle one": 1,
        "median's largest slope in another": 0,
        "items with a slope, mean": n,
        "items with a slope, median": 1,
        "mean moves by": pytest.approx(1 / n, rel=1e-5),
        "median moves by": pytest.approx(max(medians) - min(medians), abs=1e-5),
        "steps": len(steps),
        "accuracy by the mean": pytest.approx(accuracy(ends[0]), abs=1e-6),
        "accuracy by the median": pytest.approx(accuracy(ends[1]), abs=1e-6),
        "loss by the mean": pytest.approx(valid_loss(ends[0]), abs=1e-5),
        "loss by the median": pytest.approx(valid_loss(ends[1]), abs=1e-5),
    }


def check_steps(frames: np.ndarray, steps: list[np.ndarray], way: str, seed: int) -> None:
    """Each step leads from one recorded state to the next; of losses as good as equal, any may be the median."""
    x, y, _, _ = images()
    np.testing.assert_allclose(frames[0], start("uniform", seed), rtol=1e-5, atol=1e-8)
    for (before, after_it), rows in zip(pairwise(frames), steps, strict=True):
        if way == "mean":
            taken = [rows]
        else:
            apart = distances(before, x[rows], y[rows])
            middle = np.sort(apart)[(len(rows) - 1) // 2]
            taken = [rows[[i]] for i in np.flatnonzero(np.abs(apart - middle) < 2e-6)]
        misses = [np.abs(before - gradient(before, x[one], y[one]) - after_it).max() for one in taken]
        assert min(misses) < 2e-5 * (1 + np.abs(after_it - before).max())
