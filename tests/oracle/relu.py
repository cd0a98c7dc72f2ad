"""ReLU anew: formulas, NumPy's interpolation, and small nets trained by torch's autograd.

At large learning rates two correct programs part. So every net is trained several times, from starts that differ by a
millionth; until these part, the page's losses must be theirs, and beyond that its recorded states are looked at.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from core.data.digits import load

F64 = NDArray[np.float64]
FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky": F.leaky_relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "identity": lambda x: x,
}
NAMES = {"relu": "ReLU", "leaky": "leaky ReLU", "gelu": "GELU", "silu": "SiLU"}
NOISE = (0, 1, -1)  # in millionths: the start itself, and its neighbours


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """Every number of the view that the settings choose."""
    if settings.view == "collapse":
        return max_of_zero(settings, result) if settings.between == "axis" else two_linears(settings, result)
    if settings.view == "approximate":
        return learned(settings, result) if settings.method == "sgd" else placed(settings)
    return {"curve": lambda *_: one_unit(), "boundary": boundary, "which": which_one}[settings.view](settings, result)


def one_unit() -> dict[str, Any]:
    """Slopes at −3 by their formulas."""
    s, below = 1 / (1 + math.exp(3)), 0.5 * math.erfc(3 / math.sqrt(2))
    slopes = {
        "ReLU": 0,
        "leaky ReLU": 0.01,
        "GELU": below - 3 * math.exp(-4.5) / math.sqrt(2 * math.pi),
        "SiLU": s - 3 * s * (1 - s),
        "tanh": 1 / math.cosh(3) ** 2,
        "sigmoid": s * (1 - s),
        "identity": 1,
    }
    return {f"slope of {name} at -3": pytest.approx(slope, rel=1e-9, abs=0) for name, slope in slopes.items()}


@dataclass(frozen=True, kw_only=True)
class Task:
    """What nets are trained on, and how."""

    x: Tensor  # (n, inputs)
    y: Tensor  # (n, 1)
    seeds: list[int]
    hidden: int
    activations: tuple[str, ...]  # nets with each of them, from the same starts
    loss: str
    rate: float
    steps: int
    batch: int = 16
    momentum: float = 0.0
    shift: float = 0.0


def first_parameters(task: Task) -> list[Tensor]:
    """As `nn.Linear` draws them, for every activation, seed and neighbour: (A·S·3, …)."""
    inputs = task.x.shape[1]
    shapes = ((inputs, task.hidden), (1, task.hidden), (task.hidden, 1), (1, 1))
    nets = []
    for seed in task.seeds:
        generator = torch.Generator().manual_seed(seed)
        net = []
        for k, shape in enumerate(shapes):
            bound = 1 / math.sqrt(inputs if k < 2 else task.hidden)
            net.append(torch.rand(shape, generator=generator) * 2 * bound - bound + (task.shift if k == 1 else 0))
        nets += [[p * (1 + 1e-6 * noise) for p in net] for noise in NOISE]
    every = nets * len(task.activations)
    return [torch.stack(parts).requires_grad_() for parts in zip(*every, strict=True)]


def batches_of(task: Task) -> list[Tensor]:
    """For every step the rows of each net's mini-batch, (A·S·3, size)."""
    n = len(task.x)
    size = task.batch or n
    parts = math.ceil(n / size)
    epochs = math.ceil(task.steps / parts)
    orders = []
    for seed in task.seeds:
        drawn = torch.rand(epochs, n, generator=torch.Generator().manual_seed(seed + 1))
        orders += [drawn.argsort(1) if parts > 1 else torch.arange(n).expand(epochs, n)] * len(NOISE)
    together = torch.stack(orders * len(task.activations))  # (A·S·3, epochs, n)
    return [rows for e in range(epochs) for rows in together[:, e].tensor_split(parts, 1)][: task.steps]


def outputs_of(x: Tensor, net: list[Tensor], *activations: str) -> Tensor:
    """Of nets, the first axis of whose parameters is shared out among the activations."""
    before = (x @ net[0] + net[1]).chunk(len(activations)) if len(activations) > 1 else (x @ net[0] + net[1],)
    after = [FUNCTIONS[name](part) for name, part in zip(activations, before, strict=True)]
    return (torch.cat(after) if len(after) > 1 else after[0]) @ net[2] + net[3]


def loss_of(outputs: Tensor, y: Tensor, kind: str) -> Tensor:
    """(…, n, 1) → (…,)"""
    each = (outputs - y) ** 2 if kind == "mse" else torch.where(y == 1, 1 - outputs.sigmoid(), outputs.sigmoid())
    return each.mean((-2, -1))


def trained(task: Task, kept: list[int]) -> list[list[Tensor]]:
    """The nets, (A·S·3, …), after each of the kept steps."""
    net = first_parameters(task)
    speed = [torch.zeros_like(p) for p in net]
    states = {0: [p.detach().clone() for p in net]}
    for step, rows in enumerate(batches_of(task), 1):
        loss = loss_of(outputs_of(task.x[rows], net, *task.activations), task.y[rows], task.loss)
        slopes = torch.autograd.grad(loss.sum(), net)
        with torch.no_grad():
            for p, v, slope in zip(net, speed, slopes, strict=True):
                v.mul_(task.momentum).add_(slope)
                p -= task.rate * v
        if step in kept:
            states[step] = [p.detach().clone() for p in net]
    return [states[int(step)] for step in kept]


@dataclass(frozen=True, kw_only=True)
class Runs:
    """Losses of A·S nets at the F kept steps, and until which of them the neighbours are together."""

    losses: F64  # (F, A·S)
    together: NDArray[np.int64]  # (A·S,): kept steps at which they agree, of F

    def hold(self, losses: Any) -> None:
        """AssertionError unless the page's losses (F, A·S) are these, as long as the neighbours are together."""
        for s, until in enumerate(self.together):
            np.testing.assert_allclose(losses[:until, s], self.losses[:until, s], rtol=1e-2, atol=1e-7)

    def ends(self, losses: Any) -> list[Any]:
        """What each last loss must be: these, or the page's own where neighbours end apart."""
        whole = len(self.losses)
        pairs = zip(self.together, self.losses[-1], losses[-1], strict=True)
        return [
            pytest.approx(own, rel=1e-2, abs=1e-7, nan_ok=True) if until == whole else float(page)
            for until, own, page in pairs
        ]


def run(task: Task, kept: Any, x: Tensor | None = None, y: Tensor | None = None) -> Runs:
    """Train, and measure on `x` and `y`, or on what it is trained on."""
    nets = trained(task, [int(step) for step in kept])
    x, y = (task.x, task.y) if x is None or y is None else (x, y)
    every = np.array([loss_of(outputs_of(x, net, *task.activations), y, task.loss).numpy() for net in nets])
    near = every.astype(np.float64).reshape(len(nets), -1, len(NOISE))
    with np.errstate(invalid="ignore"):
        apart = near.max(2) - near.min(2) > 1e-4 * near.min(2) + 1e-9
    apart |= ~np.isfinite(near).all(2)
    together = np.where(apart.any(0), apart.argmax(0), len(nets))
    return Runs(losses=near[:, :, 0], together=together)


def net_of(result: Any) -> list[Tensor]:
    """The page's last recorded parameters of its first run."""
    return [p[-1].double() for p in result.parameters]


def two_linears(settings: Any, result: Any) -> dict[str, Any]:
    digits = load("built-in")
    task = digits_task(settings.seed, settings.between, settings.epochs)
    own = [p[0].double() for p in trained(task, [task.steps])[0]]
    x, threes = digits.x_valid.double(), digits.y_valid[:, 0].numpy() == 1
    stack = outputs_of(x, own, settings.between)[:, 0].numpy()
    single = (x @ (own[0] @ own[2]) + own[1] @ own[2] + own[3])[:, 0].numpy()
    np.testing.assert_allclose(result.stack, stack, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(result.single, single, rtol=1e-3, atol=1e-3)
    w1, b1 = (p.double() for p in result.parameters[:2])
    patterns = {tuple(row) for row in (x @ w1 + b1 > 0).tolist()} if settings.between == "relu" else {()}
    bound = float(np.abs(single).max()) + 1
    apart = float(np.abs(stack - single).max())
    recorded = float(np.abs(result.stack - result.single).max())
    linear = settings.between == "identity"
    near = np.sum(np.abs(np.stack([stack, single])) < 2e-3, 1) / len(stack)  # digits that may be on either side of 0
    return {
        "largest difference in float64": pytest.approx(0, abs=1e-14 * bound) if linear else approx(apart, 2e-3),
        "largest difference in float32": pytest.approx(0, abs=1e-5 * bound) if linear else approx(apart, 2e-3),
        "power of ten of the largest difference in float64": round(math.log10(recorded)),
        "accuracy of the stack": pytest.approx(np.mean((stack > 0) == threes), abs=near[0] + 1e-6),
        "accuracy of the one layer": pytest.approx(np.mean((single > 0) == threes), abs=near[1] + 1e-6),
        "different matrices": pytest.approx(len(patterns), abs=1 if settings.between == "relu" else 0),
    }


def approx(value: float, part: float = 1e-4) -> Any:
    return pytest.approx(value, rel=part, abs=1e-6)


def digits_task(seed: int, activation: str, epochs: int) -> Task:
    digits = load("built-in")
    return Task(
        x=digits.x_train,
        y=digits.y_train,
        seeds=[seed],
        hidden=30,
        activations=(activation,),
        loss="distance",
        rate=0.1,
        steps=50 * epochs,
    )


def max_of_zero(settings: Any, result: Any) -> dict[str, Any]:
    """The first three threes and sevens of the validation digits, by turns."""
    digits = load("built-in")
    task = digits_task(settings.seed, "relu", settings.epochs)
    w1, b1, *_ = (p[0] for p in trained(task, [task.steps])[0])
    images = digits.x_valid[[0, 100, 1, 101, 2, 102]]
    res = (images @ w1 + b1).numpy()
    np.testing.assert_allclose(result.res, res, atol=1e-3)
    return {
        "negative numbers in res": pytest.approx(int((res < 0).sum()), abs=int((np.abs(res) < 2e-3).sum())),
        "values of res.max(0)": 30,
        "outputs after res.max(0).values": 1,
        "error": "TypeError: unsupported operand type(s) for @: 'torch.return_types.max' and 'Tensor'",
    }


def places() -> F64:
    return np.arange(-64, 65) / 64


def curve(settings: Any, x: F64) -> F64:
    """The curve to make at every x."""
    if settings.target == "own":
        heights = ("left", "left_out", "left_in", "middle", "right_in", "right_out", "right")
        return np.interp(x, (2 * np.arange(7) - 6) / 6, [getattr(settings, name) / 10 for name in heights])
    return {
        "sine": lambda: np.sin(np.pi * x),
        "step": lambda: np.where(x > 0, 1.0, -1.0),
        "bump": lambda: 2 * np.exp(-((x / 0.3) ** 2)) - 1,
        "sawtooth": lambda: 2 * (1.25 * (x + 1) - np.floor(1.25 * (x + 1))) - 1,
        "abs": lambda: 2 * np.abs(x) - 1,
    }[settings.target]()


def best_placed(settings: Any) -> tuple[int, float]:
    """How many straight pieces there are, and their mean squared error, by NumPy's interpolation."""
    x = places()
    y = curve(settings, x)
    if settings.spacing == "even":
        knots = (2 * np.arange(settings.hidden + 1) - settings.hidden) / settings.hidden
    else:
        chosen = [0, len(x) - 1]
        while len(chosen) <= settings.hidden:
            missed = np.abs(np.interp(x, x[sorted(chosen)], y[sorted(chosen)]) - y)
            if missed.max() < 1e-12:
                break
            chosen.append(int((missed > missed.max() - 1e-13).argmax()))
        knots = x[sorted(chosen)]
    return len(knots) - 1, float(np.mean((np.interp(x, knots, curve(settings, knots)) - y) ** 2))


def placed(settings: Any) -> dict[str, Any]:
    pieces, loss = best_placed(settings)
    return {"ReLUs": pieces, "loss": pytest.approx(loss, rel=1e-9, abs=1e-25)}


def learned(settings: Any, result: Any) -> dict[str, Any]:
    x = places()
    task = Task(
        x=torch.tensor(x[:, None], dtype=torch.float32),
        y=torch.tensor(curve(settings, x)[:, None], dtype=torch.float32),
        seeds=list(range(settings.seed, settings.seed + 10)),
        hidden=settings.hidden,
        activations=("relu",),
        loss="mse",
        rate=settings.rate,
        steps=settings.steps,
        batch=settings.batch_size,
        momentum=settings.momentum,
        shift=settings.shift,
    )
    runs = run(task, result.kept)
    runs.hold(result.losses)
    w1, b1, w2, b2 = net_of(result)
    before = task.x.double() @ w1 + b1
    own = float(((before.relu() @ w2 + b2 - task.y) ** 2).mean())
    ends = runs.ends(result.losses)
    if runs.together[0] < len(result.kept) and math.isfinite(own):  # the first run is recorded, so its end is known
        ends[0] = pytest.approx(own, rel=1e-4, abs=1e-9)
    _, exists = best_placed(settings)
    return {
        **{f"loss of seed {seed}": loss for seed, loss in zip(task.seeds, ends, strict=True)},
        "loss of the placed ReLUs": pytest.approx(exists, rel=1e-9, abs=1e-25),
        "runs that found it": int(sum(loss <= exists + 0.001 for loss in result.losses[-1])),
        "dead units at the end": int((before <= 0).all(0).sum()),
    }


def plane(settings: Any, seed: int) -> tuple[Tensor, Tensor]:
    """200 points of a shape with noise, by turns of class 0 and 1."""
    generator = torch.Generator().manual_seed(seed)
    u, at = torch.rand(200, generator=generator), []
    heap = torch.randn(200, 2, generator=generator) if settings.shape == "diagonal" else torch.zeros(200, 2)
    for i, share in enumerate(u.double().tolist()):
        one = i % 2
        if settings.shape == "moons":
            c, s = math.cos(math.pi * share), math.sin(math.pi * share)
            at.append([0.8 * ((1 - c if one else c) - 0.5), 0.8 * ((0.5 - s if one else s) - 0.25)])
        elif settings.shape == "circles":
            radius = 0.4 if one else 1
            at.append([radius * math.cos(2 * math.pi * share), radius * math.sin(2 * math.pi * share)])
        elif settings.shape == "spiral":
            root = math.sqrt(share)
            angle = 2.2 * math.pi * root + math.pi * one
            at.append([(0.1 + 1.1 * root) * math.cos(angle), (0.1 + 1.1 * root) * math.sin(angle)])
        else:
            middle = 0.6 if one else -0.6
            at.append([middle + 0.25 * v for v in heap[i].tolist()])
    noise = torch.randn(200, 2, generator=generator)
    return (torch.tensor(at) + settings.noise * noise).float(), (torch.arange(200) % 2)[:, None].float()


def boundary(settings: Any, result: Any) -> dict[str, Any]:
    x, y = plane(settings, settings.seed)
    new_x, new_y = plane(settings, settings.seed + 1000)
    task = Task(
        x=x,
        y=y,
        seeds=[settings.seed],
        hidden=settings.hidden,
        activations=(settings.activation,),
        loss="distance",
        rate=settings.boundary_rate,
        steps=settings.boundary_steps,
    )
    runs = run(task, result.kept)
    runs.hold(result.losses[:, None])
    net = net_of(result)
    outputs, new = (outputs_of(at.double(), net, settings.activation) for at in (x, new_x))
    before = x.double() @ net[0] + net[1]
    near = [float((each.abs() < 1e-5 * (1 + each.abs().max())).sum()) / 200 for each in (outputs, new)]
    last = loss_of(outputs, y, "distance").item()
    return {
        "loss at the start": approx(runs.losses[0, 0]),
        "loss at the end": pytest.approx(last, abs=1e-5, nan_ok=True),
        "accuracy": pytest.approx(right_share(outputs, y), abs=near[0] + 1e-6),
        "accuracy on new points": pytest.approx(right_share(new, new_y), abs=near[1] + 1e-6),
        "dead units at the end": int((before <= 0).all(0).sum()) if settings.activation == "relu" else 0,
    }


def right_share(outputs: Tensor, y: Tensor) -> float:
    pairs = zip(outputs[:, 0].tolist(), y[:, 0].tolist(), strict=True)
    return sum(math.isfinite(out) and (out > 0) == (target == 1) for out, target in pairs) / len(y)


def which_one(settings: Any, result: Any) -> dict[str, Any]:
    """All seven, each trained alike; the median of the starts."""
    sine = settings.task == "sine"
    digits = load("built-in")
    points = torch.tensor(places()[:, None], dtype=torch.float32)
    heights = torch.tensor(np.sin(np.pi * places())[:, None], dtype=torch.float32)
    assert [page.key for page in result.trained] == list(FUNCTIONS)
    task = Task(
        x=points if sine else digits.x_train,
        y=heights if sine else digits.y_train,
        seeds=list(range(settings.seed, settings.seed + (8 if sine else 3))),
        hidden=16 if sine else 30,
        activations=tuple(FUNCTIONS),
        loss="mse" if sine else "distance",
        rate=settings.relative_rate * (0.1 if sine else 1.0),
        steps=2000 if sine else 250,
    )
    page = np.concatenate([each.losses for each in result.trained], 1)
    runs = run(task, result.trained[0].kept, *(() if sine else (digits.x_valid, digits.y_valid)))
    runs.hold(page)
    stable = (runs.together == len(page)).reshape(len(FUNCTIONS), -1).all(1)
    own, shown = (np.median(losses[-1].reshape(len(FUNCTIONS), -1), 1) for losses in (runs.losses, page))
    return {
        f"loss with {NAMES.get(key, key)}": pytest.approx(float(median), rel=1e-2, abs=1e-7, nan_ok=True)
        for key, median in zip(FUNCTIONS, np.where(stable, own, shown), strict=True)
    }
