"""The neural net on the stage: its learned numbers in green, its calculated ones in orange; units, layers, a drawing."""

from functools import lru_cache
from typing import Any

import numpy as np

from core.exhibits.neural_net.anatomy import ACTIVATIONS_OF_NET, PARAMETERS, Moves, Units, Walk
from core.exhibits.neural_net.dead_units import Dead
from core.exhibits.neural_net.deep_net import Deep
from core.exhibits.neural_net.drawing_scene import drawn_rows
from core.exhibits.neural_net.experiment import Result, findings
from core.exhibits.neural_net.judges import Drawn
from core.exhibits.neural_net.layers import Noted, Summary, layer_counts
from core.nn.models import HIDDEN
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
Drawing = tuple[tuple[Row, ...], dict[str, Any]]
"""Rows of panels, and what the scene says of its frames."""

STILL: dict[str, Any] = {"frames": 1}
SHARP = 0.998
"""The share of weights that the colours tell apart; the few larger ones get the last colour."""


def scene(result: Result) -> Scene:
    """The chosen view."""
    arrays: Arrays = {}
    found = result.found
    if isinstance(found, Moves):
        rows, frames = _moves(found, arrays)
    elif isinstance(found, Units):
        rows, frames = _units(found, arrays)
    elif isinstance(found, Dead):
        rows, frames = _dead(found, arrays)
    elif isinstance(found, Summary):
        rows, frames = _summary(found, arrays), STILL
    elif isinstance(found, Noted):
        rows, frames = _noted(found, arrays)
    elif isinstance(found, Drawn):
        rows, frames = drawn_rows(found, arrays), STILL
    else:
        rows, frames = _deep(found, arrays), STILL
    return Scene(rows, arrays, plain_text("A neural net, 784 inputs, 30 units, 1 output.", findings(result)), **frames)


def _tiles(weights: np.ndarray, arrays: Arrays, name: str) -> dict[str, Any]:
    """Weights (F, 30 · 784) as pictures, and what a panel says of their numbers."""
    arrays[name], unit = _pictures(weights)
    return {"vmax": 127, "unit": unit}


def _pictures(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights as small integers (F, 30, 28, 28), and what one of these stands for."""
    vmax = float(np.quantile(np.abs(weights[-1]), SHARP)) or 1.0
    small = np.clip(weights * np.float32(127 / vmax), -127, 127).round().astype(np.int8)
    return small.reshape(-1, HIDDEN, 28, 28), vmax / 127


@lru_cache(maxsize=4)
def _pictures_of(walk: Walk) -> tuple[np.ndarray, float]:
    """A whole training's, made once: another image leaves them as they are."""
    return _pictures(walk.parts["w1"])


def _training(walk: Walk, arrays: Arrays, name: str) -> dict[str, Any]:
    """As `_tiles`, of a whole training."""
    arrays[name], unit = _pictures_of(walk)
    return {"vmax": 127, "unit": unit}


def _moments(found: Moves) -> dict[str, Any]:
    """The frames' labels and pace."""
    if found.sweeping:
        labels = [f"image {i + 1} of {found.frames}: a {'3' if three else '7'}" for i, three in enumerate(found.threes)]
        return {"frames": found.frames, "time": {"labels": labels}, "seconds": 0.45 * found.frames}
    time = {"at": "steps", "total": int(found.walk.steps[-1]), "unit": "step", "perEpoch": found.walk.per_epoch}
    return {"frames": found.frames, "time": time, "seconds": 0.16 * found.frames}


def _moves(found: Moves, arrays: Arrays) -> Drawing:
    low = min(0.0, float(found.parts["w2"].min()))
    arrays |= {
        "x": found.images.reshape(-1, 28, 28),
        "hidden": found.hidden,
        "w2": found.parts["w2"],
        "logit": found.logits[:, None],
        "p": found.probabilities[:, None],
        "changed x": found.changed["x"],
        "changed w1": _together(found, "w1", "b1"),
        "changed w2": _together(found, "w2", "b2"),
        "changed hidden": found.changed["hidden"],
        "changed logit": found.changed["logit"],
    }
    pictures = _tiles(found.parts["w1"], arrays, "w1") if found.sweeping else _training(found.walk, arrays, "w1")
    boxes = [
        {"title": "x: the image", "color": "data", "weight": 4, "narrow": 32, "picture": "x", "vmax": 1, "of": 784,
         "changed": "changed x"},
        {"title": "w1, b1: learned", "color": "parameters", "weight": 12, "narrow": 67, "tiles": "w1", "of": 784 * HIDDEN + HIDDEN,
         "changed": "changed w1", **pictures},
        {"title": "30 units: calculated", "color": "activations", "weight": 4, "narrow": 36, "bars": "hidden",
         "domain": [0, float(found.hidden.max()) or 1.0], "of": HIDDEN, "changed": "changed hidden"},
        {"title": "w2, b2: learned", "color": "parameters", "weight": 4, "narrow": 33, "bars": "w2",
         "domain": [low, max(0.0, float(found.parts["w2"].max()))], "of": HIDDEN + 1, "changed": "changed w2"},
        {"title": "answer: calculated", "color": "activations", "weight": 4, "narrow": 30, "of": 1, "changed": "changed logit",
         "numbers": [{"label": "logit", "value": "logit", "digits": 3, "color": "activations"},
                     {"label": "probability of a 3", "value": "p", "digits": 3, "color": "activations"}]},
    ]  # fmt: skip
    flow: Panel = {
        "kind": "flow", "title": "Green is learned and kept; orange is calculated anew", "boxes": boxes, "narrowHeight": 470,
    }  # fmt: skip
    return (Row(296, (flow,)), Row(150, (_changes(found, arrays), _outcome(found, arrays)))), _moments(found)


def _together(found: Moves, *names: str) -> np.ndarray:
    """Changes of several tensors, and -1 for the first moment."""
    return np.append(-1, found.total(*names)).astype(np.int32)


def _clock(found: Moves, arrays: Arrays) -> str:
    """What runs along the bottom: images shown, or steps taken."""
    arrays["steps"] = np.arange(1, found.frames + 1) if found.sweeping else found.walk.steps
    return "image" if found.sweeping else "steps taken"


def _changes(found: Moves, arrays: Arrays) -> Panel:
    label = _clock(found, arrays)
    learned, calculated = found.parameter_changes / PARAMETERS, found.activation_changes / ACTIVATIONS_OF_NET
    arrays |= {"later": arrays["steps"][1:], "learned": 100 * learned, "calculated": 100 * calculated}
    return {
        "kind": "curve", "title": "Changed since the moment before, %", "xLabel": label, "at": "steps", "yDomain": [-4, 104],
        "xDomain": [float(arrays["steps"][0]), float(arrays["steps"][-1])], "series": [
            {"x": "later", "y": "learned", "label": "parameters", "color": "parameters"},
            {"x": "later", "y": "calculated", "label": "activations", "color": "activations"}],
    }  # fmt: skip


def _outcome(found: Moves, arrays: Arrays) -> Panel:
    """What comes of it: each image's answer, or the accuracy of the net and of the linear model."""
    label = _clock(found, arrays)
    base: Panel = {"kind": "curve", "xLabel": label, "at": "steps", "yDomain": [-0.04, 1.04]}
    if found.sweeping:
        arrays |= {"truth": found.threes.astype(np.float32), "answer": found.probabilities}
        return {**base, "title": "The answer: how likely a 3", "series": [
            {"x": "steps", "y": "answer", "label": "probability", "color": "activations"},
            {"x": "steps", "y": "truth", "label": "it is a 3", "color": "data", "symbol": 0}]}  # fmt: skip
    arrays |= {"accuracy": found.walk.accuracy, "linear": found.walk.linear}
    low = float(min(found.walk.accuracy.min(), found.walk.linear.min()))
    return {**base, "title": "Accuracy on the validation digits", "yDomain": [max(0.0, low - 0.05), 1.0], "series": [
        {"x": "steps", "y": "accuracy", "label": "the net", "color": "metric"},
        {"x": "steps", "y": "linear", "label": "the linear model", "color": "metric", "lane": "B"}]}  # fmt: skip


def _units(found: Units, arrays: Arrays) -> Drawing:
    moves, shares = found.moves, found.shares
    arrays |= {
        "x": moves.images.reshape(-1, 28, 28), "hidden": moves.hidden, "w2": moves.parts["w2"], "shares": shares,
        "logit": moves.logits[:, None], "p": moves.probabilities[:, None], "steps": moves.walk.steps, "b2": moves.parts["b2"],
    }  # fmt: skip
    pictures: Panel = {
        "kind": "pixels", "title": "784 weights into each unit; its share", "array": "weights", "signed": True,
        "tiles": {"text": "shares"}, "weight": 9, "narrowHeight": 370, "axes": ["row", "column"],
        **_training(moves.walk, arrays, "weights"),
    }  # fmt: skip

    def bars(title: str, name: str, color: str, narrow: int) -> dict[str, Any]:
        domain = [min(0.0, float(arrays[name].min())), max(1e-9, float(arrays[name].max()))]
        return {"title": title, "color": color, "weight": 5, "narrow": narrow, "bars": name, "domain": domain}

    answer = {
        "title": "sum + b2", "color": "activations", "weight": 5, "narrow": 49, "numbers": [
            {"label": "b2", "value": "b2", "digits": 3, "color": "parameters"},
            {"label": "logit", "value": "logit", "digits": 3, "color": "activations"},
            {"label": "P(3)", "value": "p", "digits": 3, "color": "activations"}],
    }  # fmt: skip
    boxes = [
        {"title": "image", "color": "data", "weight": 5, "narrow": 33, "picture": "x", "vmax": 1},
        bars("activation", "hidden", "activations", 33),
        bars("× w2", "w2", "parameters", 33),
        bars("= share", "shares", "activations", 49),
        answer,
    ]
    flow: Panel = {
        "kind": "flow",
        "title": "From the units to the answer",
        "boxes": boxes,
        "weight": 13,
        "narrowHeight": 480,
    }
    return (Row(440, (pictures, flow)),), _moments(moves)


def _dead(found: Dead, arrays: Arrays) -> Drawing:
    arrays["epochs"] = found.epochs
    panels: list[Panel] = []
    for lane, each in zip("AB", found.lanes, strict=True):
        arrays |= {f"lit {lane}": 100 * each.lit, f"alive {lane}": each.lit > 0}
        panels.append({
            "kind": "pixels", "title": f"{each.name}: % of training images that light it", "array": f"weights {lane}",
            "signed": True, "tiles": {"text": f"lit {lane}", "good": f"alive {lane}"}, "narrowHeight": 370,
            **_tiles(each.weights, arrays, f"weights {lane}"),
        })  # fmt: skip
    curves: list[Panel] = []
    most = max(5.0, *(float(lane.dead.max()) for lane in found.lanes))
    for name, title, top in (("dead", "Units that no image lights", most), ("accuracy", "Accuracy", 1.0)):
        series = []
        for lane, each in zip("AB", found.lanes, strict=True):
            arrays[f"{name} {lane}"] = np.asarray(getattr(each, name), np.float32)
            color = "activations" if name == "dead" else "metric"
            series.append({"x": "epochs", "y": f"{name} {lane}", "label": each.name, "color": color, "lane": lane})
        low = -0.04 * top if name == "dead" else min(arrays["accuracy A"].min(), arrays["accuracy B"].min()) - 0.05
        curves.append({"kind": "curve", "title": title, "xLabel": "epochs", "at": "epochs", "series": series,
                       "yDomain": [float(low), top]})  # fmt: skip
    time = {"at": "epochs", "total": found.recipe.epochs, "unit": "epoch"}
    return (Row(340, tuple(panels)), Row(146, tuple(curves))), {
        "frames": len(found.epochs),
        "time": time,
        "seconds": 4.0,
    }


def _summary(found: Summary, arrays: Arrays) -> tuple[Row, ...]:
    counts = layer_counts(found).astype(np.float32)
    arrays |= {"counts": counts[None], "none": np.array([-1])}
    steps: list[dict[str, Any]] = []
    for i, layer in enumerate(found.layers):
        total = {"value": "counts", "at": i, "color": "parameters", "digits": 5}
        parts = f"{layer.weights:,} weights + {layer.biases:,} {'bias' if layer.biases == 1 else 'biases'} = "
        words = [parts, total, " parameters"] if layer.parameters else ["no parameters: it only calculates"]
        steps.append({"name": f"layer {i}", "code": layer.code, "shapes": f"→ {layer.shape}", "formula": words})
    labels = [f"layer {i}" for i in range(len(found.layers))] + ["linear model"]
    return (
        Row(150, ({"kind": "steps", "title": "nn.Sequential, with a mini-batch of 16 on its way through", "active": "none",
                   "steps": steps, "narrowHeight": "auto"},)),
        Row(200, ({"kind": "bars", "title": "Parameters of each layer, and of the linear model", "labels": labels,
                   "heights": "counts", "color": "parameters", "digits": 5},)),
    )  # fmt: skip


def _noted(found: Noted, arrays: Arrays) -> Drawing:
    arrays["line"] = np.arange(4)
    panels: list[Panel] = []
    for title, lines, at in (("As the lesson has it", found.lesson, 0), ("As the notes have it", found.notes, 1)):
        steps: list[dict[str, Any]] = [
            {"name": f"line {i + 1}", "code": code, "shapes": f"→ {shape}"} for i, (code, shape) in enumerate(lines)
        ]
        learning = [name for name, got in found.learning.items() if got[at]]
        steps.append({"name": "then", "code": "loss.backward()", "shapes": f"loss {found.losses[at]:.3f}",
                      "formula": [f"gradients for {', '.join(learning)}"]})  # fmt: skip
        panels.append({"kind": "steps", "title": title, "active": "line", "steps": steps, "narrowHeight": "auto"})
    labels = ["first line", "second line", "third line", "backward"]
    return (Row(150, tuple(panels)),), {"frames": 4, "time": {"labels": labels}, "seconds": 4.0}


def _deep(found: Deep, arrays: Arrays) -> tuple[Row, ...]:
    accuracy = {"linear": found.accuracy["the linear model"], "net": found.accuracy["the net"]}
    if found.own is not None:
        accuracy["resnet18"] = found.own
    arrays["accuracy"] = np.array(list(accuracy.values()), np.float32)
    bars: Panel = {
        "kind": "bars", "title": "Accuracy on the validation digits", "labels": list(accuracy), "heights": "accuracy",
        "color": "metric", "digits": 4, "yDomain": [0, 1.12], "weight": 2,
    }  # fmt: skip
    if not len(found.losses):
        return (Row(300, (bars,)),)
    arrays |= {"loss": found.losses, "taken": np.arange(1, len(found.losses) + 1), "now": np.array([len(found.losses)])}
    series = [{"x": "taken", "y": "loss", "label": "loss", "color": "loss"}]
    curve: Panel = {
        "kind": "curve", "title": "resnet18: cross-entropy of every mini-batch", "xLabel": "steps", "at": "now", "weight": 3,
        "xDomain": [1, found.reports[-1].steps], "series": series,
    }  # fmt: skip
    return (Row(300, (curve, bars)),)
