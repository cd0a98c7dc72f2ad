"""The seven steps on the stage: what each step reads and writes, with its line of code and live numbers."""

from typing import Any

import numpy as np

from core.exhibits.seven_steps.experiment import Descent, Result, coaster, findings
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

PHASES = ("init", "predict", "loss", "gradient", "step", "repeat", "stop")
GRID = 96


def scene(result: Result) -> Scene:
    """Init, then predict, loss, gradient, step and repeat for every step, then stop; two lanes when there are two."""
    steps = max(descent.steps for descent in result.descents)
    phase = [0, *([1, 2, 3, 4, 5] * steps)[:-1], 6]
    at = [0, *np.repeat(np.arange(steps), 5).tolist()[:-1], steps - 1]
    written = [s + (p >= 4) for s, p in zip(at, phase, strict=True)]
    arrays: dict[str, np.ndarray] = {
        "active": np.array(phase),
        "at": np.array(at),
        "written": np.array(written),
        "steps": np.arange(steps + 1),
    }
    build = _coaster if coaster(result.settings) else _digits
    rows = build(result, arrays)
    labels = [f"step {min(s + 1, steps)} of {steps}: {PHASES[p]}" for s, p in zip(at, phase, strict=True)]
    labels[0], labels[-1] = "init", f"stop after {steps} steps"
    alt = plain_text("The seven steps of gradient descent.", findings(result))
    return Scene(rows, arrays, alt, frames=len(phase), time={"labels": labels}, seconds=max(8.0, 0.16 * len(phase)))


def _losses(result: Result, arrays: dict[str, np.ndarray]) -> Panel:
    series = []
    for lane, descent in zip("AB", result.descents, strict=False):
        arrays[f"loss{lane}"] = descent.losses
        arrays[f"x{lane}"] = np.arange(len(descent.losses))
        name = f"loss, rate {descent.learning_rate:g}"
        series.append({"x": f"x{lane}", "y": f"loss{lane}", "label": name, "color": "loss", "lane": lane})
    values = np.concatenate([d.losses for d in result.descents])
    values = values[np.isfinite(values) & (values > 0)]
    log = coaster(result.settings) and len(values) > 0 and values.max() > 20 * values.min()
    return {
        "kind": "curve", "title": "Loss at every step", "xLabel": "steps taken", "yLabel": "loss",
        "at": "written", "series": series, "yScale": "log" if log else "linear", "weight": 2,
    }  # fmt: skip


def _coaster(result: Result, arrays: dict[str, np.ndarray]) -> tuple[Row, ...]:
    first = result.descents[0]
    time, speed = (tensor.numpy() for tensor in first.batches[0])
    grid = np.linspace(time[0], time[-1], GRID, dtype=np.float32)
    arrays |= {"time": time, "speed": speed, "grid": grid}
    curves = []
    for lane, descent in zip("AB", result.descents, strict=False):
        a, b, c = (descent.parameters[:, [i]] for i in range(3))
        arrays[f"curve{lane}"] = a * grid**2 + b * grid + c
        name = f"prediction, rate {descent.learning_rate:g}"
        curves.append({"y": f"curve{lane}", "label": name, "color": "activations", "lane": lane})
    arrays["predicted"] = first.predictions
    fit: Panel = {
        "kind": "fit", "title": "A quadratic through 20 noisy speeds", "xLabel": "time (s)", "yLabel": "speed",
        "points": ["time", "speed"], "pointsLabel": "measured", "grid": "grid", "rows": "written", "curves": curves,
        "residuals": "predicted", "residualsLabel": "error", "weight": 3,
    }  # fmt: skip
    _walk(first, arrays)
    value = _value
    steps: list[dict[str, Any]] = [
        {"name": "1 init", "code": "params = torch.randn(3).requires_grad_()", "shapes": "params (3,)",
         "formula": ["a, b, c = ", value("start", 0), ", ", value("start", 1), ", ", value("start", 2)]},
        {"name": "2 predict", "code": "preds = a*time**2 + b*time + c", "shapes": "time (20,) → preds (20,)",
         "formula": ["at 10 s: ", value("old", 0), "·10² + ", value("old", 1), "·10 + ", value("old", 2), " = ",
                     {"value": "preds", "at": 10, "color": "activations"}]},
        {"name": "3 loss", "code": "loss = ((preds - speed)**2).mean()", "shapes": "preds (20,) → loss ()",
         "formula": ["loss = ", {"value": "loss", "color": "loss", "digits": 6}]},
        {"name": "4 gradient", "code": "loss.backward()", "shapes": "params.grad (3,)",
         "formula": ["∂loss/∂(a, b, c) = ", _grad(0), ", ", _grad(1), ", ", _grad(2)]},
        {"name": "5 step", "code": "params -= lr * params.grad",
         "formula": ["a: ", value("old", 0), f" − {first.learning_rate:g} × ", _grad(0), " = ", value("new", 0)]},
        {"name": "6 repeat", "code": "params.grad.zero_()", "formula": ["and predict again"]},
        {"name": "7 stop", "formula": [_why(first)]},
    ]  # fmt: skip
    return (Row(216, (fit, _losses(result, arrays))), Row(278, (_steps(steps),)))


def _digits(result: Result, arrays: dict[str, np.ndarray]) -> tuple[Row, ...]:
    first = result.descents[0]
    images = np.stack([xb.numpy() for xb, _ in first.batches])
    targets = np.stack([yb.numpy()[:, 0] for _, yb in first.batches])
    logits = np.stack([first.predictions[s] for s in range(first.steps)])
    arrays["images"] = (images * 255).round().astype(np.uint8).reshape(first.steps, -1, 28, 28)
    arrays["probability"] = 1 / (1 + np.exp(-logits.astype(np.float64)))
    arrays["correct"] = ((logits > 0) == (targets == 1)).astype(np.uint8)
    arrays["weights"] = first.parameters[:, :-1].reshape(-1, 1, 28, 28)
    arrays["slopes"] = first.gradients[:, :-1].reshape(-1, 1, 28, 28)
    batch: Panel = {
        "kind": "pixels", "title": "The mini-batch, and how sure the model is of a 3", "array": "images", "rows": "at",
        "vmax": 255, "columns": 8, "tiles": {"text": "probability", "good": "correct", "rows": "at"}, "weight": 5,
    }  # fmt: skip
    weights: Panel = {"kind": "pixels", "title": "Weights", "array": "weights", "rows": "written", "signed": True,
                      "vmax": float(np.abs(first.parameters[0, :-1]).max()), "weight": 2}  # fmt: skip
    slope: Panel = {"kind": "pixels", "title": "Their gradient", "array": "slopes", "rows": "at", "signed": True,
                    "scale": "frame", "weight": 2}  # fmt: skip
    _walk(first, arrays)
    arrays["bias"] = np.stack([first.parameters[:-1, -1], first.gradients[:, -1], first.parameters[1:, -1]], axis=1)
    n = images.shape[1]
    steps: list[dict[str, Any]] = [
        {"name": "1 init", "code": "weights, bias = torch.randn(784, 1), torch.randn(1)", "shapes": "784 + 1 parameters"},
        {"name": "2 predict", "code": "preds = (xb @ weights + bias).sigmoid()", "shapes": f"({n}, 784) @ (784, 1) + (1,) → ({n}, 1)",
         "formula": ["first digit: ", {"value": "probability", "at": 0, "color": "activations"}]},
        {"name": "3 loss", "code": "loss = torch.where(yb==1, 1-preds, preds).mean()", "shapes": f"({n}, 1) → ()",
         "formula": ["loss = ", {"value": "loss", "color": "loss", "digits": 4}]},
        {"name": "4 gradient", "code": "loss.backward()", "shapes": "weights.grad (784, 1), bias.grad (1,)",
         "formula": ["∂loss/∂bias = ", {"value": "bias", "at": 1, "color": "gradient"}]},
        {"name": "5 step", "code": "weights -= lr * weights.grad; bias -= lr * bias.grad",
         "formula": ["bias: ", _value("bias", 0), f" − {first.learning_rate:g} × ",
                     {"value": "bias", "at": 1, "color": "gradient"}, " = ", _value("bias", 2)]},
        {"name": "6 repeat", "code": "weights.grad.zero_(); bias.grad.zero_()", "formula": ["with the next mini-batch"]},
        {"name": "7 stop", "formula": [_why(first)]},
    ]  # fmt: skip
    return (Row(206, (batch, weights, slope)), Row(290, ({**_steps(steps), "weight": 5}, _losses(result, arrays))))


def _walk(descent: Descent, arrays: dict[str, np.ndarray]) -> None:
    """Each step's numbers, one row a step."""
    arrays["start"] = descent.parameters[:1, :3]
    arrays["old"], arrays["new"] = descent.parameters[:-1, :3], descent.parameters[1:, :3]
    arrays["grad"], arrays["loss"] = descent.gradients[:, :3], descent.losses
    arrays["preds"] = descent.predictions


def _steps(steps: list[dict[str, Any]]) -> Panel:
    return {"kind": "steps", "rows": "at", "active": "active", "steps": steps, "narrowHeight": "auto"}


def _value(name: str, at: int) -> dict[str, Any]:
    return {"value": name, "at": at, "color": "parameters"}


def _grad(at: int) -> dict[str, Any]:
    return {"value": "grad", "at": at, "color": "gradient"}


def _why(descent: Descent) -> str:
    return "the loss had become flat" if descent.flat else f"{descent.steps} steps were asked for; nothing else ends it"
