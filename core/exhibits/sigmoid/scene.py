"""The sigmoid on the stage: in most views time is a place x, so that dragging a curve moves the point on it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.exhibits.sigmoid.experiment import Result
from core.exhibits.sigmoid.saturation import Saturation, TwoTrainings
from core.exhibits.sigmoid.squash import TARGETS, Cases, Curve, OneLogit, Thresholds
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
Drawn = tuple[tuple[Row, ...], list[str]]


def scene(result: Result) -> Scene:
    """The chosen view."""
    arrays: Arrays = {}
    draw: dict[type, Callable[[Any, Arrays], Drawn]] = {
        Curve: _curve,
        Cases: _cases,
        OneLogit: _one_logit,
        Thresholds: _thresholds,
        Saturation: _saturation,
        TwoTrainings: _two_trainings,
    }
    rows, labels = draw[type(result.found)](result.found, arrays)
    alt = plain_text("The sigmoid.", result.found.findings())
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels})


def _numbered(name: str, values: np.ndarray, digits: int = 2) -> list[str]:
    return [f"{name} = {v:.{digits}f}".replace("-", "−") for v in values]


def _column(values: np.ndarray) -> np.ndarray:
    """One point a frame."""
    return np.asarray(values).reshape(-1, 1)


def _live(name: str, color: str | None = None, digits: int = 4) -> dict[str, Any]:
    return {"value": name, "color": color, "digits": digits}


def _curve(found: Curve, arrays: Arrays) -> Drawn:
    x, p, slope = found.x, found.p, found.slope
    run = np.array([-2.0, 2.0])
    arrays |= {
        "x": x, "p": p, "slope": slope, "points x": _column(x), "points p": _column(p), "points slope": _column(slope),
        "tangent x": x[:, None] + run, "tangent": p[:, None] + slope[:, None] * run,
        "exp": np.exp(-x), "active": (x > -2).astype(int) + (x > 2),
    }  # fmt: skip
    common: Panel = {"kind": "plot", "at": "x", "xDomain": [-8, 8]}
    sigmoid: Panel = {
        **common, "title": "The sigmoid squashes every activation into 0 to 1", "xLabel": "activation x", "yDomain": [-0.08, 1.08],
        "curves": [{"x": "x", "y": "p", "color": "activations", "label": "sigmoid(x)"}],
        "moving": [{"x": "tangent x", "y": "tangent", "color": "gradient", "lane": "B", "label": "its slope", "value": "slope"},
                   {"x": "points x", "y": "points p", "color": "activations", "dots": True, "label": "p", "value": "p"}],
    }  # fmt: skip
    slopes: Panel = {
        **common, "title": "Its slope, p(1 − p)", "xLabel": "activation x", "yDomain": [0, 0.27], "weight": 3,
        "curves": [{"x": "x", "y": "slope", "color": "gradient"}],
        "moving": [{"x": "points x", "y": "points slope", "color": "gradient", "dots": True}],
    }  # fmt: skip
    formula = ["1 / (1 + e⁻ˣ) = 1 / (1 + ", _live("exp"), ") = ", _live("p", "activations")]
    steps: Panel = {
        "kind": "steps", "active": "active", "weight": 4, "narrowHeight": "auto",
        "steps": [{"name": "x < −2", "code": "very negative: towards 0, and nearly flat", "formula": formula},
                  {"name": "around 0", "code": "a half at 0, and steepest there", "formula": formula},
                  {"name": "x > 2", "code": "large: towards 1, and nearly flat", "formula": formula}],
    }  # fmt: skip
    return (Row(270, (sigmoid,)), Row(178, (slopes, steps))), _numbered("x", x)


def _cases(found: Cases, arrays: Arrays) -> Drawn:
    arrays |= {
        "third": found.moving, "inputs": found.inputs, "predictions": found.predictions, "off": found.distances,
        "losses": found.losses, "for 1": found.lines[0], "for 0": found.lines[1],
        "mean x": found.moving[[0, -1]], "mean": np.repeat(_column(found.losses), 2, 1),
        "point x": _column(found.moving), "point": _column(found.losses), "active": np.full(len(found.moving), 2),
    }  # fmt: skip
    low, high = float(found.moving[0]), float(found.moving[-1])
    room = 0.04 * (high - low)
    unit = "activation" if found.squash else "prediction"
    span = [found.lines[0].min(), found.lines[1].min(), found.lines[0].max(), found.lines[1].max()]
    least, most = float(min(span)), float(max(span))
    common: Panel = {
        "kind": "plot", "at": "third", "xDomain": [low - room, high + room],
        "yDomain": [least - 0.06 * (most - least), most + 0.06 * (most - least)],
    }  # fmt: skip
    where: Panel = {
        **common, "title": "torch.where takes one of two lines for each item", "xLabel": unit, "yLabel": "off by", "weight": 3,
        "curves": [{"x": "third", "y": "for 1", "color": "loss", "label": "target 1: 1 − p"},
                   {"x": "third", "y": "for 0", "color": "loss", "lane": "B", "label": "target 0: p"}],
        "moving": [{"x": "mean x", "y": "mean", "color": "loss", "faint": True, "label": "their mean, the loss", "value": "losses"},
                   {"x": "inputs", "y": "off", "color": "activations", "dots": True, "label": "the three items"}],
        "marks": [] if least >= 0 else [{"x": 0, "label": "0"}, {"x": 1, "label": "1"}],
    }  # fmt: skip
    given = [{"x": float(found.given[2]), "label": f"{found.given[2]:g}"}]
    mended = [{"x": 0.8, "label": "0.8"}] if high == 1 else []
    loss: Panel = {
        **common, "title": "The loss as the third one moves", "xLabel": f"the third {unit}", "weight": 2,
        "yDomain": None if least < 0 else [0, 1], "curves": [{"x": "third", "y": "losses", "color": "loss"}],
        "moving": [{"x": "point x", "y": "point", "color": "loss", "dots": True}], "marks": [*given, *mended],
    }  # fmt: skip
    steps: Panel = {
        "kind": "steps", "active": "active", "narrowHeight": "auto", "steps": [*(_case(i, found.squash) for i in range(3)), _mean()],
    }  # fmt: skip
    return (Row(286, (where, loss)), Row(170, (steps,))), _numbered(f"third {unit}", found.moving)


def _case(item: int, squash: bool) -> dict[str, Any]:
    """One item's way through `torch.where`."""
    three = TARGETS[item] == 1
    inside = ["sigmoid(", {"value": "inputs", "at": item, "color": "activations"}, ") = "] if squash else []
    prediction = {"value": "predictions", "at": item, "color": "activations"}
    off = {"value": "off", "at": item, "color": "loss"}
    formula = (
        [*inside, prediction, " → 1 − ", prediction, " = ", off]
        if three
        else [*inside, prediction, " → as it is: ", off]
    )
    return {
        "name": f"item {item + 1}",
        "code": f"target is {TARGETS[item]}: targets == 1 is {three}, so {'1 - prediction' if three else 'prediction'}",
        "formula": formula,
    }


def _mean() -> dict[str, Any]:
    code = "torch.where(targets == 1, 1 - predictions, predictions).mean()"
    return {"name": "loss", "code": code, "formula": ["the mean of the three: ", _live("losses", "loss")]}


def _one_logit(found: OneLogit, arrays: Arrays) -> Drawn:
    arrays |= {
        "x": found.logit,
        "loss": found.loss,
        "accuracy": found.accuracy,
        "slope": found.slope,
        "flat": 0 * found.logit,
    }
    arrays |= {f"{name} point": _column(arrays[name]) for name in ("x", "loss", "accuracy", "slope", "flat")}

    def panel(title: str, domain: list[float], name: str, color: str, **more: Any) -> Panel:
        return {
            "kind": "plot", "title": title, "at": "x", "yDomain": domain, "marks": [{"x": 0, "label": "p = 0.5"}],
            "curves": [{"x": "x", "y": name, "color": color, **more}],
            "moving": [{"x": "x point", "y": f"{name} point", "color": color, "dots": True, "label": "here", "value": name}],
        }  # fmt: skip

    loss = panel("Loss: smooth", [0, 0.55], "loss", "loss")
    metric = panel("Accuracy of the three: a jump", [0, 1.1], "accuracy", "metric", step=True)
    down = [1.1 * float(found.slope.min()), 0.15 * float(-found.slope.min())]
    slope = panel("The loss's slope: something to follow", down, "slope", "gradient")
    flat = panel("The accuracy's slope: 0 beside the jump", down, "flat", "gradient")
    labelled = [{**one, "xLabel": "the third item's logit; its target is 1"} for one in (slope, flat)]
    return (Row(222, (loss, metric)), Row(232, tuple(labelled))), _numbered("third logit", found.logit)


def _thresholds(found: Thresholds, arrays: Arrays) -> Drawn:
    p = 1 / (1 + np.exp(-found.logits.astype(np.float64)))
    spread = (np.arange(len(p)) * 0.618034 % 1 - 0.5) * 0.7
    arrays |= {
        "before": found.before, "after": found.after,
        "right before": found.accuracy_before, "right after": found.accuracy_after,
    }  # fmt: skip
    for name in ("before", "after", "right before", "right after"):
        arrays[f"{name} point"] = _column(arrays[name])
    for digit, target in (("threes", 1), ("sevens", 0)):
        own = found.targets == target
        arrays |= {f"{digit} logit": found.logits[own], f"{digit} p": p[own], f"{digit} y": target + spread[own]}

    def dots(value: str, at: str, domain: list[float], title: str) -> Panel:
        return {
            "kind": "plot", "title": title, "at": at, "xDomain": domain, "yDomain": [-0.5, 1.5],
            "names": [{"y": 1, "label": "threes"}, {"y": 0, "label": "sevens"}],
            "curves": [{"x": f"threes {value}", "y": "threes y", "color": "activations", "symbol": 0},
                       {"x": f"sevens {value}", "y": "sevens y", "color": "activations", "symbol": 0}],
            "marks": [{"x": 0, "label": "0"}, {"x": 0.5, "label": "0.5"}],
        }  # fmt: skip

    least = min(0.4, float(found.accuracy_before.min()) - 0.05)

    def accuracy(at: str, domain: list[float], label: str) -> Panel:
        return {
            "kind": "plot", "title": f"Accuracy, by threshold {at} the sigmoid", "at": at, "xDomain": domain, "yDomain": [least, 1.03], "xLabel": label,
            "curves": [{"x": at, "y": f"right {at}", "color": "metric"}],
            "moving": [{"x": f"{at} point", "y": f"right {at} point", "color": "metric", "dots": True, "label": "with this threshold",
                        "value": f"right {at}"}],
            "marks": [{"x": 0, "label": "0"}, {"x": 0.5, "label": "0.5"}],
        }  # fmt: skip

    wide, unit = [float(found.before[0]), float(found.before[-1])], [-0.02, 1.02]
    left = (
        dots("logit", "before", wide, "Before the sigmoid: activations"),
        accuracy("before", wide, "threshold on the activation"),
    )
    right = dots("p", "after", unit, "After it: predictions"), accuracy("after", unit, "threshold on the prediction")
    labels = [
        f"threshold {b:.2f} before, {a:.2f} after".replace("-", "−")
        for b, a in zip(found.before, found.after, strict=True)
    ]
    return (Row(216, (left[0], right[0])), Row(222, (left[1], right[1]))), labels


def _saturation(found: Saturation, arrays: Arrays) -> Drawn:
    edges = np.linspace(found.x[0], found.x[-1], 56)
    arrays |= {
        "x": found.x, "p": found.p, "rest": found.rest, "slope": found.slope, "exact": found.exact, "edges": edges,
        "alive": np.where(found.slope > 0, found.slope, np.nan), "x point": _column(found.x),
        "counts": np.histogram(np.clip(found.logits, edges[0], edges[-1]), edges)[0],
        "active": np.where(found.slope > 0, 0, np.where(found.x < 0, 1, 2)),
    }  # fmt: skip
    arrays["point"] = _column(arrays["alive"])
    low, high = found.alive
    slopes: Panel = {
        "kind": "plot", "title": "The slope, on a scale of powers of ten", "at": "x", "xLabel": "activation x", "yScale": "log",
        "yDomain": [1e-45, 10], "xDomain": [float(edges[0]), float(edges[-1])],
        "curves": [{"x": "x", "y": "exact", "color": "gradient", "lane": "B", "faint": True, "label": "slope in float64"},
                   {"x": "x", "y": "alive", "color": "gradient", "label": f"in {found.precision}"}],
        "moving": [{"x": "x point", "y": "point", "color": "gradient", "dots": True, "label": "here", "value": "slope"}],
        "marks": [{"x": low, "label": f"0 below {low:.4g}".replace("-", "−")}, {"x": high, "label": f"0 above {high:.4g}"}],
    }  # fmt: skip
    digits: Panel = {
        "kind": "bars", "title": "Activations of the training digits, random model", "edges": "edges", "heights": "counts", "color": "activations",
        "xLabel": "activation", "yLabel": "digits", "weight": 5,
        "marks": [{"x": low, "label": ""}, {"x": high, "label": "flat from here"}],
    }  # fmt: skip
    formula = [
        "p = ",
        _live("p", "activations", 9),
        ", 1 − p = ",
        _live("rest"),
        ", slope = ",
        _live("slope", "gradient"),
    ]
    steps: Panel = {
        "kind": "steps", "active": "active", "weight": 4, "narrowHeight": "auto",
        "steps": [{"name": "alive", "code": "p * (1 - p) > 0", "formula": formula},
                  {"name": "p is 0", "code": "no slope: 0 × 1"},
                  {"name": "p is 1", "code": "no slope: 1 × 0, far earlier"}],
    }  # fmt: skip
    return (Row(262, (slopes,)), Row(196, (digits, steps))), _numbered("x", found.x, 1)


def _two_trainings(found: TwoTrainings, arrays: Arrays) -> Drawn:
    arrays |= {"steps": np.arange(len(found.with_sigmoid.losses)), "digit": np.arange(len(found.targets))}
    panels: list[tuple[Panel, Panel]] = []
    for name, training in (("with", found.with_sigmoid), ("without", found.without)):
        low, high = min(0.0, float(training.predictions.min())), max(1.0, float(training.predictions.max()))
        arrays |= {
            f"loss {name}": training.losses, f"accuracy {name}": training.accuracy, f"predictions {name}": training.predictions,
        }  # fmt: skip
        dots: Panel = {
            "kind": "plot", "title": f"Predictions {name} the sigmoid: {'stay in 0 to 1' if name == 'with' else 'go anywhere'}",
            "xDomain": [-2, len(found.targets) + 1], "xLabel": "validation digits, threes first",
            "yDomain": [low - 0.05 * (high - low), high + 0.05 * (high - low)],
            "moving": [{"x": "digit", "y": f"predictions {name}", "color": "activations", "dots": True, "label": "predictions"},
                       {"color": "metric", "label": "accuracy", "value": f"accuracy {name}"}],
        }  # fmt: skip
        curve: Panel = {
            "kind": "curve", "title": f"Loss {name} the sigmoid", "xLabel": "steps", "at": "steps",
            "series": [{"x": "steps", "y": f"loss {name}", "color": "loss", "label": "loss", "lane": "A" if name == "with" else "B"}],
        }  # fmt: skip
        panels.append((dots, curve))
    (first, one), (second, two) = panels
    labels = [f"step {s} of {len(arrays['steps']) - 1}" for s in arrays["steps"]]
    return (Row(240, (first, second)), Row(212, (one, two))), labels
