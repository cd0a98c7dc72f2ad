"""Cross-entropy on the stage: time is the steps of the table, a logit that is dragged, or a training's steps."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.exhibits.cross_entropy.experiment import Result, TwoLosses
from core.exhibits.cross_entropy.numerics import Breaking, Products
from core.exhibits.cross_entropy.numerics_scene import draw_breaking, draw_products
from core.exhibits.cross_entropy.picking import ROWS, WRONG, Mistake, Picked, RowGradient
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
Drawn = tuple[tuple[Row, ...], list[str]]

LIBRARY = ("log_softmax, nll_loss", "cross_entropy", "nll_loss on softmax")


def scene(result: Result) -> Scene:
    """The chosen view."""
    arrays: Arrays = {}
    draw: dict[type, Callable[[Any, Arrays], Drawn]] = {
        Picked: _picked,
        Mistake: _mistake,
        RowGradient: _row_gradient,
        Breaking: draw_breaking,
        Products: draw_products,
        TwoLosses: _two_losses,
    }
    rows, labels = draw[type(result.found)](result.found, arrays)
    alt = plain_text("Cross-entropy.", result.found.findings())
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels}, seconds=9.0)


def _live(name: str, color: str | None = None, digits: int = 4, at: int = 0) -> dict[str, Any]:
    return {"value": name, "color": color, "digits": digits, "at": at}


def _column(values: np.ndarray) -> np.ndarray:
    """One point a frame."""
    return np.asarray(values).reshape(-1, 1)


def _fixed(name: str, color: str | None = None, decimals: int = 4) -> dict[str, Any]:
    return {"value": name, "color": color, "decimals": decimals}


def _picked(found: Picked, arrays: Arrays) -> Drawn:
    """The table, column by column and cell by cell, beside the lines of code that make them."""
    classes = found.activations.shape[1]
    for c in range(classes):
        arrays |= {f"z {c}": found.activations[:, c], f"p {c}": found.probabilities[:, c]}
    stages = _stages(found)
    starts = {stage["name"]: 1 + i * ROWS for i, stage in enumerate(stages[1:-1])}  # frame 0 shows the activations
    end = 1 + ROWS * len(starts)
    active = np.repeat(np.arange(len(stages)), [1, *[ROWS] * len(starts), 1])
    arrays |= {
        "target": found.targets, "source": 1 + classes + found.targets, "picked": found.picked, "logs": found.logs,
        "loss": found.losses, "mean": np.array([found.loss]), "active": active,
        "library": np.array([[found.library[name] for name in LIBRARY]]),
    }  # fmt: skip
    places = 4 if classes < 5 else 2
    columns: list[dict[str, Any]] = [
        *({"title": f"act {c}", "array": f"z {c}", "decimals": places, "color": "activations"} for c in range(classes)),
        {"title": "target", "array": "target", "color": "data"},
    ]
    # the probabilities come behind the target, so that an index reads from left to right
    every = list(range(classes))
    columns += [
        {"title": f"p {c}", "array": f"p {c}", "decimals": places, "color": "activations", "from": starts["softmax"], "each": True,
         "of": every, "tell": ["e^", _fixed(f"z {c}", "activations"), f" ÷ the sum of all {classes} = ", _fixed(f"p {c}", "activations")]}
        for c in every
    ]  # fmt: skip
    own = ["p of class ", {"value": "target", "digits": 1}, " is "]
    columns.append({
        "title": "picked", "array": "picked", "decimals": 4, "color": "activations", "from": starts["index"], "each": True,
        "of": "source", "tell": [*own, _fixed("picked", "activations")],
    })  # fmt: skip
    last = len(columns) - 1
    if found.log:
        columns.append({
            "title": "log", "array": "logs", "decimals": 4, "color": "loss", "from": starts["log"], "each": True, "of": [last],
            "tell": ["log ", _fixed("picked", "activations"), " = ", _fixed("logs", "loss")],
        })  # fmt: skip
    if found.sign:
        before = "logs" if found.log else "picked"
        columns.append({
            "title": "loss", "array": "loss", "decimals": 4, "color": "loss", "from": starts["sign"], "each": True,
            "of": [len(columns) - 1], "tell": ["−(", _fixed(before, "loss" if found.log else "activations"), ") = ", _fixed("loss", "loss")],
        })  # fmt: skip
    columns[-1]["foot"] = "mean"
    table: Panel = {
        "kind": "table", "head": "row", "names": [str(i + 1) for i in range(ROWS)], "columns": columns,
        "foot": {"name": "mean", "from": end}, "narrowHeight": 220,
    }  # fmt: skip
    code: Panel = {
        "kind": "steps", "active": "active", "narrowHeight": "auto",
        "steps": stages,
    }  # fmt: skip
    labels = ["activations", *(f"{name}, row {r + 1}" for name in starts for r in range(ROWS)), "the mean"]
    return (Row(208, (table,)), Row(262, (code,))), labels


def _stages(found: Picked) -> list[dict[str, Any]]:
    """Every step that is taken: its name, its code, the library's function that it is a part of, and words."""
    classes = found.activations.shape[1]
    where = "the same as torch.where(targ == 0, p[:, 0], p[:, 1])"
    if wrong := found.wrongly_picked:
        where = f"torch.where knows only two columns: wrong in {wrong} of {ROWS} rows"
    taken = "pl" if found.log else "pn"
    log_softmax = "in log_softmax" if found.log and found.sign else ""
    nll = "in nll_loss" if found.sign else ""

    def stage(name: str, code: str, words: list[Any], part: str = "") -> dict[str, Any]:
        return {"name": name, "code": code, "formula": words, "shapes": part}

    stages = [
        stage("start", f"acts = torch.randn(({ROWS}, {classes})) * 2", []),
        stage("softmax", "p = acts.softmax(1)", ["each row adds up to 1"], log_softmax),
        stage("index", "pn = p[range(6), targ]", [where], nll),
    ]
    if found.log:
        stages.append(stage("log", "pl = pn.log()", ["never above 0"], log_softmax))
    if found.sign:
        bounds = "never below 0, and 0 for p = 1" if found.log else "between −1 and 0"
        stages.append(stage("sign", f"loss = -{taken}", [bounds], nll))
    return [*stages, stage("mean", f"{'loss' if found.sign else taken}.mean()", _same(found), nll)]


def _same(found: Picked) -> list[Any]:
    """The mean, and what torch's own functions make of the same numbers."""
    words: list[Any] = [_live("mean", "loss", 5)]
    if not found.sign:
        return words
    calls = {2: "F.nll_loss(p, targ)"}
    if found.log:
        calls = {0: "F.nll_loss(F.log_softmax(acts, 1), targ)", 1: "F.cross_entropy(acts, targ)"}
    for at, call in calls.items():
        words += [f"; {call}: ", _live("library", "loss", 5, at)]
    return words


def _mistake(found: Mistake, arrays: Arrays) -> Drawn:
    """Both losses over p, and their slopes over the logit: either can be dragged."""
    slopes = {"log": -found.log_slope, "distance": -found.distance_slope}
    arrays |= {
        "logit": found.logit, "p": found.p, "log loss": found.log_loss, "distance": found.distance,
        "log slope": slopes["log"], "distance slope": slopes["distance"], "ratio": _column(slopes["log"] / slopes["distance"]),
        "point p": _column(found.p), "point x": _column(found.logit),
        "point log": _column(found.log_loss), "point distance": _column(found.distance),
        "steep": _column(slopes["log"]), "flat": _column(slopes["distance"]),
        "both p": np.stack([found.p, found.p], 1), "both losses": np.stack([found.log_loss, found.distance], 1),
        "both slopes": np.stack([slopes["log"], slopes["distance"]], 1),
    }  # fmt: skip

    def dots(x: str, y: str, color: str) -> dict[str, Any]:
        return {"x": x, "y": y, "color": color, "dots": True}

    losses: Panel = {
        "kind": "plot", "title": "The loss of one item, by the probability of its class", "at": "p", "xDomain": [-0.02, 1.02],
        "yDomain": [-0.2, 8.4], "xLabel": "p of the right class", "yLabel": "loss",
        "curves": [{"x": "p", "y": "log loss", "color": "loss", "label": "−log p", "value": "log loss"},
                   {"x": "p", "y": "distance", "color": "loss", "lane": "B", "label": "1 − p", "value": "distance"}],
        "moving": [dots("point p", "point log", "loss"), dots("point p", "point distance", "loss")],
    }  # fmt: skip
    pulls: Panel = {
        "kind": "plot", "title": "How hard it pulls: the slope in the logit, in size", "at": "logit", "xDomain": [-8, 8], "yDomain": [-0.03, 1.06],
        "xLabel": "logit of the right class over the other", "yLabel": "slope",
        "curves": [{"x": "logit", "y": "log slope", "color": "gradient", "label": "of −log p", "value": "log slope"},
                   {"x": "logit", "y": "distance slope", "color": "gradient", "lane": "B", "label": "of 1 − p", "value": "distance slope"}],
        "moving": [dots("point x", "steep", "gradient"), dots("point x", "flat", "gradient")],
        "marks": [{"x": WRONG, "label": "confident mistake"}],
    }  # fmt: skip
    table: Panel = {
        "kind": "table", "head": "loss", "names": ["−log p", "1 − p"],
        "columns": [{"title": "p", "array": "both p", "color": "activations"}, {"title": "loss", "array": "both losses", "color": "loss"},
                    {"title": "slope", "note": "in the logit", "array": "both slopes", "color": "gradient", "foot": "ratio"}],
        "foot": {"name": "steeper by a factor of"},
    }  # fmt: skip
    labels = [f"logit = {x:.2f}, p = {p:.4f}".replace("-", "−") for x, p in zip(found.logit, found.p, strict=True)]
    return (Row(330, (losses, pulls)), Row(120, (table,))), labels


def _row_gradient(found: RowGradient, arrays: Arrays) -> Drawn:
    """One row's classes in a table, and the gradient along the dragged activation of its target."""
    t, classes = found.target, len(found.one_hot)
    away = np.abs(found.autograd - found.formula)
    arrays |= {
        "moving": found.moving, "z": found.activations, "p": found.probabilities, "y": found.one_hot, "formula": found.formula,
        "autograd": found.autograd, "away": away, "loss": found.losses, "sum": found.autograd.sum(1, keepdims=True),
        "point x": _column(found.moving), "point": _column(found.autograd[:, t]), "loss point": _column(found.losses),
        **{f"gradient {c}": found.autograd[:, c] for c in range(classes)},
    }  # fmt: skip
    own = float(found.moving[found.own])
    common: Panel = {
        "kind": "plot",
        "at": "moving",
        "xDomain": [-8, 8],
        "xLabel": f"activation of class {t}, the target",
    }
    gradient: Panel = {
        **common, "title": "The row's gradient, class by class", "yDomain": [-1.08, 1.08],
        "curves": [{"x": "moving", "y": f"gradient {t}", "color": "gradient", "label": f"class {t}, the target", "value": f"gradient {t}"},
                   *({"x": "moving", "y": f"gradient {c}", "color": "gradient", "lane": "B", "label": f"class {c}"}
                     for c in range(classes) if c != t)],
        "moving": [{"x": "point x", "y": "point", "color": "gradient", "dots": True}],
        "marks": [{"x": own, "label": "as drawn"}],
    }  # fmt: skip
    loss: Panel = {
        **common, "title": "Its loss", "curves": [{"x": "moving", "y": "loss", "color": "loss", "label": "−log p", "value": "loss"}],
        "moving": [{"x": "point x", "y": "loss point", "color": "loss", "dots": True}], "marks": [{"x": own, "label": "as drawn"}],
    }  # fmt: skip
    difference = [
        "p − y = ",
        _fixed("p", "activations"),
        " − ",
        {"value": "y", "digits": 1},
        " = ",
        _fixed("formula", "gradient"),
    ]
    table: Panel = {
        "kind": "table", "head": "class", "names": [f"{c}, the target" if c == t else str(c) for c in range(classes)],
        "columns": [{"title": "activation", "array": "z", "decimals": 4, "color": "activations"},
                    {"title": "p", "array": "p", "decimals": 4, "color": "activations", "of": [0]},
                    {"title": "y", "array": "y", "color": "data"},
                    {"title": "p − y", "array": "formula", "decimals": 4, "color": "gradient", "of": [1, 2], "tell": difference},
                    {"title": "backward()", "array": "autograd", "decimals": 4, "color": "gradient", "foot": "sum"},
                    {"title": "difference", "array": "away", "digits": 3, "of": [3, 4]}],
        "foot": {"name": "sum"},
    }  # fmt: skip
    labels = [f"activation = {x:.1f}".replace("-", "−") for x in found.moving]
    return (Row(262, (gradient, loss)), Row(84 + 23 * classes, (table,))), labels


def _two_losses(found: TwoLosses, arrays: Arrays) -> Drawn:
    """Loss and accuracy of both trainings, and below them what has become of their numbers."""
    lanes = (("safe", found.safe, "A"), ("naive", found.naive, "B"))
    steps = found.safe.run.kept
    arrays |= {"kept": steps, "steps": np.arange(found.safe.run.steps)}
    for name, one, _ in lanes:
        arrays |= {f"loss {name}": one.run.losses, f"accuracy {name}": one.run.valid_accuracy}
    both = [one for _, one, _ in lanes]
    arrays |= {
        "valid loss": np.stack([one.run.valid_loss for one in both], 1),
        "accuracy": np.stack([one.run.valid_accuracy for one in both], 1),
        "largest": np.stack([one.largest for one in both], 1),
        "lost": np.stack([one.lost for one in both], 1),
    }
    shown = [arrays[name] for name in ("valid loss", "accuracy", "largest", "lost")]
    bad = [~np.isfinite(a) for a in shown[:3]]
    arrays["marks"] = np.stack([bad[0], bad[0] & False, bad[2], shown[3] > 0], 2) * 2
    at = found.naive.run.diverged_at
    marks = [] if at is None else [{"x": at, "label": "naive breaks"}]
    loss: Panel = {
        "kind": "curve", "title": "Loss of each mini-batch", "xLabel": "steps", "at": "kept", "weight": 3, "marks": marks,
        "series": [{"x": "steps", "y": f"loss {name}", "color": "loss", "label": name, "lane": lane} for name, _, lane in lanes],
    }  # fmt: skip
    accuracy: Panel = {
        "kind": "curve", "title": "Accuracy, validation digits", "xLabel": "steps", "at": "kept", "weight": 2, "yDomain": [0, 1], "marks": marks,
        "series": [{"x": "kept", "y": f"accuracy {name}", "color": "metric", "label": name, "lane": lane} for name, _, lane in lanes],
    }  # fmt: skip
    table: Panel = {
        "kind": "table", "head": "loss", "names": ["safe", "naive"], "marks": "marks",
        "columns": [{"title": "loss", "array": "valid loss", "color": "loss"},
                    {"title": "accuracy", "array": "accuracy", "decimals": 3, "color": "metric"},
                    {"title": "activation", "note": "the largest", "array": "largest", "color": "activations"},
                    {"title": "parameters lost", "note": f"of {found.parameters:,}", "array": "lost", "digits": 5, "color": "parameters"}],
    }  # fmt: skip
    return (Row(330, (loss, accuracy)), Row(100, (table,))), [f"step {s} of {steps[-1]}" for s in steps]
