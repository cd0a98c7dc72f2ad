"""Gradients on the stage: time is the shrinking run, the step size, the parameter measured next, or the line that runs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.exhibits.gradients.accumulation import Accumulated, Session, ZeroOrNot
from core.exhibits.gradients.experiment import Result
from core.exhibits.gradients.finite_differences import Batch, Check, StepSizes
from core.exhibits.gradients.secant import Secant
from core.nn.models import PIXELS
from core.stage.scene import Panel, Row, Scene
from core.words import format_number, plain_text

Arrays = dict[str, np.ndarray]
Drawn = tuple[tuple[Row, ...], list[str]]

COLORS = {"square": "data", "loss": "loss", "accuracy": "metric"}
NAMES = {"square": "x²", "loss": "loss", "accuracy": "accuracy"}
AT_A_TIME = 14  # parameters measured between two frames: half a row of the picture


def scene(result: Result) -> Scene:
    """The chosen view."""
    arrays: Arrays = {}
    draw: dict[type, Callable[[Any, Arrays], Drawn]] = {
        Secant: _secant,
        Check: _check,
        StepSizes: _step_sizes,
        Batch: _batch,
        Accumulated: _accumulated,
        ZeroOrNot: _zero_or_not,
        Session: _session,
    }
    rows, labels = draw[type(result.found)](result.found, arrays)
    alt = plain_text("What backward() computes.", result.found.findings())
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels})


def _column(values: Any) -> np.ndarray:
    """One point a frame."""
    return np.asarray(values, float).reshape(-1, 1)


def _live(name: str, color: str | None = None, at: int = 0) -> dict[str, Any]:
    return {"value": name, "color": color, "at": at, "digits": 5}


def _pictures(slopes: np.ndarray) -> np.ndarray:
    """The weights' slopes of every frame, (frames, 785), as pictures; the bias has no place in them."""
    return slopes[:, :PIXELS].reshape(-1, 1, 28, 28)


def _picture(title: str, name: str, vmax: float, **more: Any) -> Panel:
    return {"kind": "pixels", "title": title, "array": name, "signed": True, "vmax": vmax, **more}


def _secant(found: Secant, arrays: Arrays) -> Drawn:
    xs, ys = found.curve
    x, y, h, new = found.x, found.y, found.h, found.new
    left, right = float(xs[0]), float(xs[-1])
    ends = np.array([left, right])
    lines = y + found.slopes[:, None] * (ends - x)
    corner = np.column_stack([np.full_like(h, x), x + h, x + h])
    arrays |= {
        "xs": xs, "ys": ys, "ends": ends, "secant": lines, "tangent": y + found.slope * (ends - x),
        "corner x": corner, "corner y": np.column_stack([np.full_like(h, y), np.full_like(h, y), new]),
        "two x": np.column_stack([np.full_like(h, x), x + h]), "two y": np.column_stack([np.full_like(h, y), new]),
        "h": h, "place": x + h, "slopes": found.slopes, "h point": _column(h), "slope point": _column(found.slopes),
        "limit": np.full_like(h, found.slope), "rise": _column(new - y), "active": np.zeros(len(h)),
    }  # fmt: skip
    name, color = NAMES[found.function], COLORS[found.function]
    room = 0.12 * float(ys.max() - ys.min()) or 0.1
    picture: Panel = {
        "kind": "plot", "title": f"A line through two places of the {name}" if found.items else "A line through two places of x²",
        "at": "place", "xLabel": "the weight w" if found.items else "x", "xDomain": [left, right], "yDomain": [float(ys.min()) - room, float(ys.max()) + room],
        "curves": [{"x": "xs", "y": "ys", "color": color, "label": name, "step": found.function == "accuracy"},
                   {"x": "ends", "y": "tangent", "color": "gradient", "lane": "B", "faint": True, "label": "its slope here"}],
        "moving": [{"x": "corner x", "y": "corner y", "color": "text", "fill": True, "faint": True, "label": "run and rise"},
                   {"x": "ends", "y": "secant", "color": "gradient", "label": "rise over run", "value": "slope point"},
                   {"x": "two x", "y": "two y", "color": color, "dots": True}],
    }  # fmt: skip
    spread = np.append(found.slopes, found.slope)
    pad = 0.08 * float(spread.max() - spread.min()) or 0.1
    slopes: Panel = {
        "kind": "plot", "title": "Rise over run as the run shrinks", "at": "h", "xScale": "log", "xLabel": "run h, shorter to the left",
        "yDomain": [float(spread.min()) - pad, float(spread.max()) + pad], "weight": 3,
        "curves": [{"x": "h", "y": "limit", "color": "gradient", "lane": "B", "faint": True, "label": f"slope {format_number(found.slope, 4)}"},
                   {"x": "h", "y": "slopes", "color": "gradient"}],
        "moving": [{"x": "h point", "y": "slope point", "color": "gradient", "dots": True, "label": "here", "value": "slope point"}],
    }  # fmt: skip
    formula = [_live("rise"), " / ", _live("h point"), " = ", _live("slope point", "gradient")]
    refused = found.function == "accuracy"
    answer = ["an error: counting has no slope"] if refused else [_text(format_number(found.slope, 7), "gradient")]
    steps: Panel = {
        "kind": "steps", "active": "active", "weight": 3, "narrowHeight": "auto",
        "steps": [{"name": "rise / run", "code": "(f(x + h) - f(x)) / h", "formula": formula},
                  {"name": "exactly", "code": "f(x).backward(); x.grad", "formula": answer}],
    }  # fmt: skip
    return (Row(282, (picture,)), Row(180, (slopes, steps))), [f"h = {format_number(v, 3)}" for v in h]


def _text(words: str, color: str) -> dict[str, Any]:
    return {"text": words, "color": color}


def _check(found: Check, arrays: Arrays) -> Drawn:
    parameters = len(found.by_backward)
    measured = np.append(np.arange(0, parameters, AT_A_TIME), parameters)
    known = np.arange(parameters) < measured[:, None]
    differences = found.by_running - found.by_backward
    arrays |= {
        "backward": _pictures(found.by_backward[None]), "running": _pictures(known * found.by_running),
        "x": found.by_backward, "y": np.where(known, found.by_running, np.nan),
        "index": np.arange(parameters), "difference": np.where(known, differences, np.nan),
        "diagonal": found.by_backward[[found.by_backward.argmin(), found.by_backward.argmax()]],
        "count": _column(measured + 1), "active": np.ones(len(measured)),
    }  # fmt: skip
    vmax = float(np.abs(found.by_backward[:PIXELS]).max()) or 1.0
    agree: Panel = {
        "kind": "plot", "title": "Rise over run against backward()", "xLabel": "backward()", "weight": 5,
        "curves": [{"x": "diagonal", "y": "diagonal", "color": "data", "faint": True, "label": "equal"}],
        "moving": [{"x": "x", "y": "y", "color": "gradient", "dots": True}],
    }  # fmt: skip
    worst = float(np.abs(differences).max()) or 1e-12
    apart: Panel = {
        "kind": "plot", "title": "The difference in each parameter", "xLabel": "parameter; the last is the bias", "weight": 5,
        "yDomain": [-1.1 * worst, 1.1 * worst], "moving": [{"x": "index", "y": "difference", "color": "gradient", "dots": True}],
    }  # fmt: skip
    steps: Panel = {
        "kind": "steps", "active": "active", "weight": 4, "narrowHeight": "auto",
        "steps": [{"name": "backward", "code": "loss.backward()", "formula": ["1 prediction and 1 way back: 785 slopes"]},
                  {"name": "rise / run", "code": "(loss(w + h) - loss(w)) / h", "formula": [_live("count"), " predictions so far"]}],
    }  # fmt: skip
    pictures = (
        _picture("backward(): all at once", "backward", vmax, weight=3),
        _picture("Rise over run: one by one", "running", vmax, weight=3),
    )
    labels = [f"{m} of {parameters} parameters" for m in measured]
    return (Row(238, (*pictures, agree)), Row(206, (apart, steps))), labels


def _step_sizes(found: StepSizes, arrays: Arrays) -> Drawn:
    arrays |= {"h": found.h, "h point": _column(found.h), "backward": _pictures(found.true[None])}
    curves: list[dict[str, Any]] = []
    moving: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    for lane, (name, slopes) in zip("AB", found.found.items(), strict=True):
        error = f"{name} error"
        arrays |= {name: _pictures(slopes), error: found.errors(name), f"{name} point": _column(found.errors(name))}
        curves.append({"x": "h", "y": error, "color": "gradient", "lane": lane, "label": name, "value": error})
        moving.append({"x": "h point", "y": f"{name} point", "color": "gradient", "dots": True})
        marks.append({"x": float(found.h[found.best(name)]), "label": f"{name} is best here"})
    every = np.concatenate([found.errors(name) for name in found.found])
    errors: Panel = {
        "kind": "plot", "title": "How far rise over run is from backward(): too long and too short are both bad", "at": "h",
        "xScale": "log", "yScale": "log", "xLabel": "step size h, shorter to the left", "yLabel": "relative error",
        "curves": curves, "moving": moving, "marks": marks, "yDomain": [float(every.min()) / 3, float(every.max()) * 100],
    }  # fmt: skip
    vmax = float(np.abs(found.true[:PIXELS]).max()) or 1.0
    pictures = (
        _picture("backward()", "backward", vmax),
        _picture("Rise over run, float64", "float64", vmax),
        _picture("Rise over run, float32", "float32", vmax),
    )
    return (Row(270, (errors,)), Row(200, pictures)), [f"h = {format_number(v)}" for v in found.h]


def _batch(found: Batch, arrays: Arrays) -> Drawn:
    n = len(found.targets)
    right = (found.predictions > 0.5) == (found.targets == 1)
    arrays |= {
        "images": (found.images * 255).round().astype(np.uint8).reshape(1, n, 28, 28),
        "predictions": found.predictions[None], "right": right[None], "first": np.zeros(n),
        "image": (found.images * 255).round().astype(np.uint8).reshape(n, 1, 28, 28),
        "own": _pictures(found.own), "so far": _pictures(found.so_far),
        "k": np.arange(1, n + 1), "length": np.linalg.norm(found.own, axis=1), "k point": _column(np.arange(1, n + 1)),
    }  # fmt: skip
    arrays["length point"] = _column(arrays["length"])
    captions = {"text": "predictions", "good": "right", "rows": "first"}
    strip: Panel = {
        "kind": "pixels", "title": "The mini-batch" + ", and how sure the model is of a 3" * (n <= 16), "array": "images", "rows": "first", "vmax": 255,
        "narrowHeight": 190, **({"tiles": captions} if n <= 16 else {}),
    }  # fmt: skip
    lengths: Panel = {
        "kind": "plot", "title": "Length of each image's gradient", "at": "k", "xLabel": "image", "xDomain": [0.5, n + 0.5], "weight": 4,
        "curves": [{"x": "k", "y": "length", "color": "gradient", "symbol": 0}],
        "moving": [{"x": "k point", "y": "length point", "color": "gradient", "dots": True, "label": "this one", "value": "length"}],
    }  # fmt: skip
    pictures = (
        {"kind": "pixels", "title": "This image", "array": "image", "vmax": 255, "weight": 3},
        _picture("Its own gradient", "own", 1.0, scale="frame", weight=3),
        _picture("Mean so far: the batch's", "so far", 1.0, scale="frame", weight=3),
    )
    labels = [
        f"image {k} of {n}: target {t:.0f}, prediction {format_number(p, 3)}"
        for k, (t, p) in enumerate(zip(found.targets, found.predictions, strict=True), 1)
    ]
    return (Row(96 if n <= 16 else 130, (strip,)), Row(270, (*pictures, lengths))), labels


def _accumulated(found: Accumulated, arrays: Arrays) -> Drawn:
    calls = len(found.losses)
    bias, weights = found.grads[:, -1], found.grads[:, :PIXELS].mean(1)
    first = np.abs(found.grads[0]).argsort()[-200:]
    ratio = found.grads[:, first] / found.grads[0, first]
    written = np.append(np.arange(calls).repeat(2), calls)[1:]  # .grad is written by the second line of each call
    arrays |= {
        "grad": _pictures(np.concatenate([0 * found.grads[:1], found.grads])), "written": written, "active": np.arange(2 * calls),
        "jitter": (np.arange(1, calls + 1)[:, None] + np.linspace(-0.28, 0.28, len(first))).ravel(),
        "ratios": np.where((written[:, None, None] > np.arange(calls)[:, None]), ratio, np.nan).reshape(2 * calls, -1),
    }  # fmt: skip
    picture = _picture(
        "weights.grad", "grad", calls * float(np.abs(found.grads[0, :PIXELS]).max()) or 1.0, rows="written", weight=3
    )
    times: Panel = {
        "kind": "plot", "title": "Each parameter's .grad, × its first", "xLabel": "call of backward()", "weight": 4,
        "xDomain": [0.4, calls + 0.6], "yDomain": [0, calls + 0.4],
        "moving": [{"x": "jitter", "y": "ratios", "color": "gradient", "dots": True, "label": "the 200 largest of 785"}],
    }  # fmt: skip
    steps: list[dict[str, Any]] = []
    empty = "weights.grad.zero_(); bias.grad.zero_(); " if found.zeroed else ""
    for call in range(calls):
        steps.append({"name": f"call {call + 1}", "code": "loss = mnist_loss(xb @ weights + bias, yb)",
                      "formula": ["loss = ", _text(format_number(found.losses[call], 4), "loss")]})  # fmt: skip
        steps.append({"name": "", "code": f"{empty if call else ''}loss.backward()",
                      "formula": ["bias.grad = ", _text(format_number(bias[call], 4), "gradient"), ", weights.grad.mean() = ",
                                  _text(format_number(weights[call], 4), "gradient")]})  # fmt: skip
    code: Panel = {"kind": "steps", "active": "active", "steps": steps, "narrowHeight": "auto"}
    labels = ["before: .grad is None"] + [
        f"after {w} call{'s' * int(w > 1)} of backward()" if w else "predict, loss" for w in written[1:]
    ]
    return (Row(236, (picture, times)), Row(238, (code,))), labels


def _zero_or_not(found: ZeroOrNot, arrays: Arrays) -> Drawn:
    steps = np.arange(len(found.zeroed.losses))
    arrays |= {"steps": steps, "taken": steps[1:]}
    series: dict[str, list[dict[str, Any]]] = {"loss": [], "length": []}
    for lane, name, descent in (("A", "with zero_grad", found.zeroed), ("B", "without", found.forgotten)):
        arrays |= {f"loss {lane}": descent.losses, f"length {lane}": descent.lengths}
        series["loss"].append({"x": "steps", "y": f"loss {lane}", "color": "loss", "lane": lane, "label": name})
        series["length"].append({"x": "taken", "y": f"length {lane}", "color": "gradient", "lane": lane, "label": name})
    where = "of x²" if found.task == "square" else "on the validation digits"
    loss: Panel = {"kind": "curve", "title": f"Loss {where}", "at": "steps", "series": series["loss"]}
    length: Panel = {
        "kind": "curve", "title": "Length of .grad when the step used it", "at": "steps", "xLabel": "steps", "series": series["length"],
        "xDomain": [0, float(steps[-1])],
    }  # fmt: skip
    return (Row(250, (loss,)), Row(206, (length,))), [f"step {s} of {steps[-1]}" for s in steps]


def _session(found: Session, arrays: Arrays) -> Drawn:
    arrays["active"] = np.arange(len(found.lines))
    steps = [
        {"name": "error" if line.failed else f"{i}", "code": line.code, "formula": [line.answer] if line.answer else []}
        for i, line in enumerate(found.lines, 1)
    ]
    panel: Panel = {"kind": "steps", "active": "active", "steps": steps, "narrowHeight": "auto"}
    labels = [f"line {i} of {len(found.lines)}" for i in range(1, len(found.lines) + 1)]
    return (Row(25 * len(steps) + 16 * sum(bool(line.answer) for line in found.lines) + 8, (panel,)),), labels
