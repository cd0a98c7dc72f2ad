"""*Gradients* by formulas in float64: the slope of the sigmoid's distance, written out, and trainings step by step."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from core.data.digits import load

PIXELS, STEPS = 784, 100
LINES = {"in place": (9, 2), "no_grad": (12, 1), "rebind": (12, 1), "again": (11, 2)}
"""How many lines each session has, and how many of them PyTorch refuses: a marked function, a step, a used graph."""

ROUNDED = 1e-6
"""What float32 may do to a slope: near 1 its predictions lie 6e-8 apart, and so does 1 - p, whatever its size."""


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """The numbers of the view that the settings choose."""
    views = {
        "secant": secant,
        "check": check,
        "steps": steps,
        "batch": batch,
        "accumulate": accumulate,
        "training": on_square if settings.task == "square" else on_digits,
        "session": session,
    }
    return views[settings.view](settings, result)


def parameters(seed: int) -> np.ndarray:
    """Weights and bias, standard normal: (785,)."""
    generator = torch.Generator().manual_seed(seed)
    parts = [torch.randn(shape, generator=generator).flatten() for shape in ((PIXELS, 1), (1,))]
    return torch.cat(parts).double().numpy()


def with_ones(x: torch.Tensor) -> np.ndarray:
    """Images (n, 784) and a column of ones, which the bias multiplies: (n, 785)."""
    return np.column_stack([x.double().numpy(), np.ones(len(x))])


def training_digits(settings: Any) -> tuple[np.ndarray, np.ndarray]:
    """All images (n, 785) and targets (n,)."""
    digits = load(settings.digits)
    return with_ones(digits.x_train), digits.y_train[:, 0].double().numpy()


def some(settings: Any) -> tuple[np.ndarray, np.ndarray]:
    """The first images of a permutation by the seed, and their targets."""
    x, y = training_digits(settings)
    rows = torch.randperm(len(x), generator=torch.Generator().manual_seed(settings.seed))[: settings.images].numpy()
    return x[rows], y[rows]


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def loss_of(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Mean distance of the predictions from the targets."""
    return float(np.abs(y - sigmoid(x @ w)).mean())


def slopes_of(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Each image's gradient, (n, 785): up for a seven, down for a three, times p(1 - p), times the image."""
    p = sigmoid(x @ w)
    return ((1 - 2 * y) * p * (1 - p))[:, None] * x


def secant(settings: Any, _: Any) -> dict[str, Any]:
    """Rise over run at both ends of the runs."""
    longest = 3.0 if settings.function == "square" else 20.0
    runs = (longest, longest * 1e-4)
    if settings.function == "square":
        x = settings.x
        slopes = [((x + h) ** 2 - x**2) / h for h in runs]
        limit: Any = 2.0 * x
    else:
        slopes, limit = moved_weight(settings, runs)
    return {
        "slope of the longest run": pytest.approx(slopes[0], rel=1e-6, abs=1e-9),
        "slope of the shortest": pytest.approx(slopes[1], rel=1e-6, abs=1e-9),
        "backward()": limit,
    }


def moved_weight(settings: Any, runs: tuple[float, ...]) -> tuple[list[float], Any]:
    """The same for the loss or the accuracy as the weight of one pixel moves, and its limit."""
    (x, y), w = training_digits(settings), parameters(settings.seed)

    def measured(h: float) -> float:
        moved = w.copy()
        moved[settings.pixel] += h
        if settings.function == "accuracy":
            return float(np.mean((x @ moved > 0) == (y == 1)))
        return loss_of(moved, x, y)

    slopes = [(measured(h) - measured(0)) / h for h in runs]
    if settings.function == "accuracy":
        return slopes, 0.0
    return slopes, pytest.approx(slopes_of(w, x, y)[:, settings.pixel].mean(), rel=1e-8, abs=1e-15)


def hold_slopes(settings: Any, recorded: np.ndarray, h: float, precision: str) -> None:
    """Each of the 785 slopes by rise over run, (785,), is that of this `h`, but for rounding.

    A loss is rounded in its last digit, a prediction is added up of 785 rounded products, and w + h is rounded as w.
    """
    (x, y), w = some(settings), parameters(settings.seed)
    unit = float(np.finfo(precision).eps)
    right = np.empty(PIXELS + 1)
    for j in range(PIXELS + 1):
        up, down = w.copy(), w.copy()
        up[j] += h
        down[j] -= h if settings.two_sided else 0
        right[j] = (loss_of(up, x, y) - loss_of(down, x, y)) / (2 * h if settings.two_sided else h)
    p, sizes = sigmoid(x @ w), np.abs(slopes_of(w, x, y)).mean(0)
    in_logits = (p * (1 - p) * (np.abs(x) @ np.abs(w))).mean()
    in_h = np.abs(w) * sizes
    assert (np.abs(recorded - right) <= 2 * unit * ((loss_of(w, x, y) + in_logits + in_h) / h + sizes)).all()


def check(settings: Any, result: Any) -> dict[str, Any]:
    """Slopes by rise over run are held one by one; then the three numbers follow from them and from the gradient."""
    (x, y), w = some(settings), parameters(settings.seed)
    gradient = slopes_of(w, x, y).mean(0)
    exact = settings.precision == "float64"
    np.testing.assert_allclose(result.by_backward, gradient, rtol=1e-4, atol=1e-15 if exact else ROUNDED)
    hold_slopes(settings, result.by_running, settings.h, settings.precision)
    by_backward = gradient if exact else result.by_backward
    error, length = result.by_running - by_backward, math.sqrt(math.fsum(by_backward**2))
    close = 1e-6 * length
    return {
        "relative error": pytest.approx(math.sqrt(math.fsum(error**2)) / length, rel=1e-5, abs=1e-12),
        "largest difference": pytest.approx(max(abs(e) for e in error), rel=1e-5, abs=1e-12),
        "length of the gradient": pytest.approx(length, rel=1e-6, abs=close),
    }


def steps(settings: Any, result: Any) -> dict[str, Any]:
    """The error of each h from 10 to 1e-12, two a decade, and the least of them; some are held slope by slope."""
    (x, y), w = some(settings), parameters(settings.seed)
    gradient = slopes_of(w, x, y).mean(0)
    sizes = [10 ** (1 - i / 2) for i in range(27)]
    values: dict[str, Any] = {}
    for precision, slopes in result.by_running.items():
        for i in (2, 18):
            hold_slopes(settings, slopes[i], sizes[i], precision)
        errors = [math.dist(row, gradient) / math.hypot(*gradient) for row in slopes]
        best = errors.index(min(errors))
        values[f"best step, {precision}"] = pytest.approx(sizes[best], rel=1e-9)
        values[f"its error, {precision}"] = pytest.approx(errors[best], rel=1e-5)
    return values


def batch(settings: Any, _: Any) -> dict[str, Any]:
    (x, y), w = some(settings), parameters(settings.seed)
    slopes = slopes_of(w, x, y)
    exact = {
        "length of the gradient": math.hypot(*slopes.mean(0)),
        "bias": slopes[:, -1].mean(),
        "largest length of one image's": max(math.hypot(*row) for row in slopes),
    }
    return {name: pytest.approx(value, rel=1e-4, abs=ROUNDED) for name, value in exact.items()}


def accumulate(settings: Any, _: Any) -> dict[str, Any]:
    """Once, twice and three times the same gradient of the first 4 images; or each time anew."""
    x, y = training_digits(settings)
    slope = slopes_of(parameters(settings.seed), x[:4], y[:4]).mean(0)
    values: dict[str, Any] = {}
    for call in (1, 2, 3):
        times = 1 if settings.zero else call
        values[f"bias.grad after call {call}"] = pytest.approx(times * slope[-1], rel=1e-4, abs=ROUNDED)
        mean = slope[:-1].mean()
        values[f"weights.grad.mean() after call {call}"] = pytest.approx(times * mean, rel=1e-4, abs=ROUNDED)
        values[f"times the first, call {call}"] = times
    return values


def session(settings: Any, _: Any) -> dict[str, Any]:
    lines, errors = LINES[settings.how]
    return {"lines": lines, "errors": errors}


def on_square(settings: Any, _: Any) -> dict[str, Any]:
    """Two recursions: x *= 1 - 2 lr; and a sum of all slopes, which moves x."""
    rate = settings.learning_rate
    zeroed, forgotten, x, total = [9.0 * (1 - 2 * rate) ** (2 * i) for i in range(STEPS + 1)], [9.0], 3.0, 0.0
    for _step in range(STEPS):
        total += 2 * x
        x -= rate * total
        forgotten.append(x * x)
    too_large = [max(curve) > 3.4e38 for curve in (zeroed, forgotten)]
    low = 0 if forgotten[1] > forgotten[0] else int(np.argmin(forgotten))
    values: dict[str, Any] = {"first loss": 9.0}
    for name, curve, overflows in zip(("with", "without"), (zeroed, forgotten), too_large, strict=True):
        near = pytest.approx(curve[-1], rel=1e-3, abs=2e-3)
        values[f"last loss {name} zero_grad"] = math.nan if overflows else near
        highest = pytest.approx(max(curve[low:]), rel=1e-3, abs=2e-3)
        values[f"highest loss afterwards {name} zero_grad"] = math.inf if overflows else highest
    values["lowest loss without zero_grad"] = pytest.approx(forgotten[low], abs=2e-3)
    values["step of the lowest loss"] = low
    return values


Tensors = list[torch.Tensor]


def predicted(x: torch.Tensor, parts: Tensors) -> torch.Tensor:
    """Logits (n,) of the linear model, or of two linear layers with max(x, 0) between them."""
    for weights, bias in zip(parts[:-2:2], parts[1:-2:2], strict=True):
        x = torch.where(x @ weights + bias > 0, x @ weights + bias, 0.0)
    return (x @ parts[-2] + parts[-1])[:, 0]


def start(settings: Any) -> Tensors:
    """First parameters: standard normal for the linear model, uniform within ±1/√inputs for the net."""
    generator, parts = torch.Generator().manual_seed(settings.seed), []
    for inputs, outputs in [(PIXELS, 1)] if settings.task == "linear" else [(PIXELS, 30), (30, 1)]:
        for shape in ((inputs, outputs), (outputs,)):
            if settings.task == "linear":
                parts.append(torch.randn(shape, generator=generator).double())
            else:
                bound = 1 / math.sqrt(inputs)
                parts.append((torch.rand(shape, generator=generator) * 2 * bound - bound).double())
    return parts


def losses_of(settings: Any, zero: bool) -> np.ndarray:
    """The loss on the validation digits before each step and after the last, (101,), in float64 by torch.optim.SGD."""
    digits, parts = load(settings.digits), [part.requires_grad_() for part in start(settings)]
    size, n = 256 if settings.digits == "full" else 16, len(digits.x_train)
    orders = torch.Generator().manual_seed(settings.seed + 1)
    rows = torch.cat([torch.randperm(n, generator=orders) for _ in range(STEPS * size // n + 2)])
    optimizer, losses = torch.optim.SGD(parts, lr=settings.learning_rate), []
    for step in range(STEPS + 1):
        losses.append(measured(parts, digits)[0])
        chosen = rows[step * size : (step + 1) * size]
        p = torch.sigmoid(predicted(digits.x_train[chosen].double(), parts))
        torch.nn.functional.l1_loss(p, digits.y_train[chosen, 0].double()).backward()
        optimizer.step()
        if zero:
            optimizer.zero_grad()
    return np.array(losses)


def measured(parts: Tensors, digits: Any) -> tuple[float, float]:
    """Loss and accuracy on the validation digits."""
    with torch.no_grad():
        z, y = predicted(digits.x_valid.double(), parts), digits.y_valid[:, 0]
        return float((y - torch.sigmoid(z)).abs().mean()), float(((z > 0) == (y == 1)).double().mean())


def as_parts(flat: np.ndarray, like: Tensors) -> Tensors:
    """Recorded parameters, (P,), in the shapes of `like`."""
    pieces = torch.from_numpy(flat).double().split([part.numel() for part in like])
    return [piece.view(part.shape) for piece, part in zip(pieces, like, strict=True)]


def first_apart(a: np.ndarray, b: np.ndarray) -> int:
    """The first step at which two runs are different ones."""
    apart = np.flatnonzero(np.abs(a - b) > 0.005)
    return int(apart[0]) if len(apart) else len(a)


def on_digits(settings: Any, result: Any) -> dict[str, Any]:
    """Every step is held against float64 as long as rounding allows, at least for half of what the page calls sure.

    Lowest and highest are counted on the losses that were held, the ends on the parameters that the result recorded.
    """
    digits, like = load(settings.digits), start(settings)
    values: dict[str, Any] = {"first loss": pytest.approx(measured(like, digits)[0], rel=1e-5)}
    runs = {"with": result.zeroed.run, "without": result.forgotten.run}
    for name, run in runs.items():
        assert first_apart(run.losses, losses_of(settings, zero=name == "with")) >= result.sure / 2
        loss, accuracy = measured(as_parts(run.parameters, like), digits)
        assert run.losses[-1] == pytest.approx(loss, rel=1e-4, abs=1e-6)
        values[f"last loss {name} zero_grad"] = pytest.approx(loss, rel=1e-4, abs=1e-6)
        values[f"accuracy {name} zero_grad"] = pytest.approx(accuracy, abs=1e-6)
    forgotten = runs["without"].losses[: result.sure].tolist()
    low = forgotten.index(min(forgotten))
    for name, run in runs.items():
        values[f"highest loss afterwards {name} zero_grad"] = max(run.losses[low : result.sure])
    return values | {"lowest loss without zero_grad": forgotten[low], "step of the lowest loss": low}
