"""Cross-entropy anew: closed forms, loops over rows, every float16 tried, and training steps by autograd."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data.digits import ten_digits

KINDS = ("float16", "bfloat16", "float32", "float64")
METHODS = ("naive", "max subtracted", "log-sum-exp")
STAGES = ("exponential", "middle", "loss", "gradient")


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """Every number of the view that the settings choose."""
    views = {
        "table": table,
        "mistake": lambda *_: mistake(),
        "gradient": gradient,
        "numerics": numerics,
        "products": products,
        "training": training,
    }
    return views[settings.view](settings, result)


def rows_of(classes: int, seed: int) -> tuple[NDArray[np.float64], list[int]]:
    """Six rows of `randn * 2` and their targets: the book's for two classes, otherwise from the same generator."""
    generator = torch.Generator().manual_seed(seed)
    activations = torch.randn((6, classes), generator=generator).double().numpy() * 2
    if classes == 2:
        return activations, [0, 1, 0, 1, 1, 0]
    return activations, torch.randint(classes, (6,), generator=generator).tolist()


def softmax(row: NDArray[np.float64]) -> NDArray[np.float64]:
    exponents = [math.exp(a - max(row)) for a in row]
    return np.array(exponents) / math.fsum(exponents)


def table(settings: Any, _: Any) -> dict[str, Any]:
    activations, targets = rows_of(settings.classes, settings.seed)
    picked = [softmax(row)[target] for row, target in zip(activations, targets, strict=True)]
    logs = [math.log(p) for p in picked]
    losses = [(-1 if settings.sign else 1) * value for value in (logs if settings.log else picked)]
    cross_entropy = -math.fsum(logs) / 6

    def near(value: float) -> Any:
        return pytest.approx(value, rel=1e-5, abs=1e-6)

    return {
        "mean": near(math.fsum(losses) / 6),
        **{f"loss of row {i + 1}": near(loss) for i, loss in enumerate(losses)},
        "cross_entropy": near(cross_entropy),
        "log_softmax, nll_loss": near(cross_entropy),
        "nll_loss on softmax": near(-math.fsum(picked) / 6),
        **{f"picked in row {i + 1}": near(p) for i, p in enumerate(picked)},
    }


def mistake() -> dict[str, Any]:
    p = 1 / (1 + math.exp(6))
    numbers = {
        "p of the mistake": p,
        "slope of -log p": p - 1,
        "slope of 1 - p": -p * (1 - p),
        "ratio": 1 / p,
        "logit of the mistake": -6,
        "size of the slope of -log p": 1 - p,
        "size of the slope of 1 - p": p * (1 - p),
    }
    return {name: pytest.approx(value, rel=1e-9) for name, value in numbers.items()}


def gradient(settings: Any, _: Any) -> dict[str, Any]:
    """p − y of the row whose target's activation is moved to the nearest tenth."""
    activations, targets = rows_of(settings.classes, settings.seed)
    row, target = activations[settings.row - 1], targets[settings.row - 1]
    dtype = getattr(torch, settings.precision)
    places = (torch.arange(-80, 81).to(dtype) / 10).double().numpy()
    row[target] = places[np.abs(places - row[target]).argmin()]
    rounded = torch.tensor(row).to(dtype).double().numpy()
    p = softmax(rounded)
    p[target] -= 1
    rounding = torch.finfo(dtype).eps
    numbers = {f"gradient of class {c}": pytest.approx(slope, abs=3 * rounding) for c, slope in enumerate(p)}
    return {**numbers, "largest difference": pytest.approx(0, abs=4 * rounding)}


def chain(method: str, sizes: Tensor, case: str) -> Tensor:
    """Exponential, middle, loss and gradient at every size in its own type, (n, 4)."""
    dragged = (-sizes if case == "right and falling" else sizes).clone().requires_grad_()
    other = torch.zeros_like(dragged)
    largest = torch.zeros_like(sizes) if method == "naive" else torch.maximum(dragged, other).detach()
    a, b = (dragged - largest).exp(), (other - largest).exp()
    right, right_e = (other, b) if case == "wrong and rising" else (dragged, a)
    if method == "log-sum-exp":
        middle = (a + b).log()
        loss = middle - (right - largest)
    else:
        middle = right_e / (a + b)
        loss = -middle.log()
    loss.sum().backward()
    exponential = a if method == "naive" else torch.minimum(a, b)
    assert dragged.grad is not None
    return torch.stack([exponential, middle, loss, dragged.grad], 1).detach()


def first_broken(method: str, sizes: Tensor, case: str) -> list[int | None]:
    """For each number the index of the first of the ascending sizes at which it is broken."""
    numbers = chain(method, sizes, case).double()
    size = sizes.double()
    p = 1 / (1 + (-size).exp())  # of the dragged activation, if it rises
    wrong = case != "right and rising"
    true_loss = size + torch.log1p((-size).exp()) if wrong else torch.log1p((-size).exp())
    true_gradient = {"wrong and rising": p, "right and rising": p - 1, "right and falling": -p}[case]
    bad = ~numbers.isfinite()
    bad[:, :2] |= numbers[:, :2] == 0
    for k, true in ((2, true_loss), (3, true_gradient)):
        bad[:, k] |= (true.abs() > 0.05) & ((numbers[:, k] - true).abs() > 0.5 * true.abs())
    return [int(column.int().argmax()) if column.any() else None for column in bad.T]


def places_of_breaking(method: str, kind: str, case: str) -> list[float | None]:
    """Where each number breaks: among all numbers of 16 bits, or by looking closer and closer."""
    dtype = getattr(torch, kind)
    if kind in ("float16", "bfloat16"):
        every = torch.arange(2**15, dtype=torch.int16).view(dtype)
        sizes = every[(every >= 1) & (every <= 1000)]
        return [None if i is None else sizes[i].item() for i in first_broken(method, sizes, case)]
    ends: list[float | None] = []
    for k in range(4):
        low, high = 1.0, 1000.0
        for _ in range(4):
            sizes = torch.linspace(low, high, 2001, dtype=torch.float64).to(dtype)
            i = first_broken(method, sizes, case)[k]
            if i is None:
                break
            low, high = sizes[max(i - 1, 0)].item(), sizes[i].item()
        ends.append(high if high < 1000 else None)
    return ends


def numerics(settings: Any, _: Any) -> dict[str, Any]:
    numbers: dict[str, Any] = {"size of the example": 200}
    for kind in KINDS:
        for method in METHODS:
            places = places_of_breaking(method, kind, settings.case)
            numbers |= {
                f"{kind}, {method}: {stage} breaks at": pytest.approx(place, rel=1e-7, abs=2e-6)
                for stage, place in zip(STAGES, places, strict=True)
                if place is not None
            }
        z = torch.tensor([-200 if settings.case == "right and falling" else 200, 0]).to(getattr(torch, kind))
        right = 1 if settings.case == "wrong and rising" else 0
        raised = z.exp()
        by_formula = (raised / raised.sum()).log()[right].item()
        numbers[f"{kind}: log of softmax of the example"] = math.nan if by_formula != by_formula else by_formula
        numbers[f"{kind}: log_softmax of the example"] = torch.log_softmax(z.double(), 0)[right].item()
    return {
        name: pytest.approx(value, abs=1e-12) if isinstance(value, float) and math.isfinite(value) else value
        for name, value in numbers.items()
    }


def rounded(value: Any, kind: str) -> np.float32:
    """A float32 rounded to the nearest number of 16 bits, ties to even; other types as they are."""
    if kind != "bfloat16":
        return value
    bits = int(np.float32(value).view(np.uint32))
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return np.uint32(bits).view(np.float32)


def products(settings: Any, _: Any) -> dict[str, Any]:
    """Multiplied one by one in NumPy's types, and in float32 rounded to 16 bits."""
    numbers: dict[str, Any] = {"factors in a mini-batch": 64}
    for kind in KINDS:
        number = np.float32 if kind == "bfloat16" else getattr(np, kind)
        p, product = rounded(number(settings.chance), kind), number(1)
        all_products = [product]
        while (following := rounded(product * p, kind)) != product:
            product = following
            all_products.append(product)
        log, total = rounded(np.log(p), kind), number(0)
        for _factor in range(64):
            total = rounded(total + log, kind)
        end = len(all_products) - 1
        numbers |= {
            f"{kind}: product's last change, N": end,
            f"{kind}: product from there": float(product),
            f"{kind}: product of a mini-batch": pytest.approx(float(all_products[min(64, end)]), rel=1e-12),
            f"{kind}: sum of a mini-batch's logs": pytest.approx(float(total), rel=1e-5),
        }
    return numbers


def training(settings: Any, result: Any) -> dict[str, Any]:
    """From each recorded state to the next by autograd, since at large rates two programs soon part."""
    numbers: dict[str, Any] = {}
    for name, watched in (("safe", result.safe), ("naive", result.naive)):
        follow(watched.run, name, settings)
        weights, bias = (torch.tensor(array[-1]) for array in (watched.run.weights, watched.run.biases))
        digits = ten_digits()
        logits = digits.x_valid @ weights + bias
        loss = mean_loss(logits, digits.y_valid, name).item()
        right = sum(int(row.argmax()) == int(y) for row, y in zip(logits.numpy(), digits.y_valid, strict=True))
        numbers |= {
            f"{name}: last loss": pytest.approx(loss, rel=1e-4, abs=1e-6, nan_ok=True),
            f"{name}: last accuracy": pytest.approx(right / 1000, abs=0.0011),
            f"{name}: parameters lost": sum(
                not math.isfinite(v) for v in [*weights.flatten().tolist(), *bias.tolist()]
            ),
        }
    return numbers


def mean_loss(logits: Tensor, targets: Tensor, name: str) -> Tensor:
    rows = torch.arange(len(targets))
    if name == "safe":
        return -logits.log_softmax(1)[rows, targets].mean()
    exponents = logits.exp()
    return -(exponents / exponents.sum(1, keepdim=True))[rows, targets].log().mean()


def follow(run: Any, name: str, settings: Any) -> None:
    """AssertionError unless every recorded state comes from the one before it."""
    digits = ten_digits()
    generator = torch.Generator().manual_seed(settings.seed)
    first = [torch.rand(shape, generator=generator) * 2 / 28 - 1 / 28 for shape in ((784, 10), (10,))]
    np.testing.assert_allclose(run.weights[0], first[0], atol=1e-7)
    np.testing.assert_allclose(run.biases[0], first[1], atol=1e-7)
    orders = torch.Generator().manual_seed(settings.seed + 1)
    batches = [rows for _ in range(settings.epochs) for rows in torch.randperm(4000, generator=orders).split(64)]
    assert len(run.losses) == len(batches)
    for frame, (begin, end) in enumerate(zip(run.kept, run.kept[1:], strict=False)):
        parameters = [torch.tensor(a[frame]).requires_grad_() for a in (run.weights, run.biases)]
        for step in range(begin, end):
            rows = batches[step]
            loss = mean_loss(digits.x_train[rows] @ parameters[0] + parameters[1], digits.y_train[rows], name)
            if step == begin:
                np.testing.assert_allclose(run.losses[step], loss.item(), rtol=1e-4, atol=1e-5)
            gradient = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for p, slope in zip(parameters, gradient, strict=True):
                    p -= settings.learning_rate * slope
        near = {"rtol": 1e-3, "atol": 1e-4 * settings.learning_rate}
        for recorded, own in zip((run.weights, run.biases), parameters, strict=True):
            np.testing.assert_allclose(recorded[frame + 1], own.detach(), **near)
