"""Loss beside accuracy on the stage: under one moving weight, over 200 random models, and as two surfaces."""

from typing import Any

import numpy as np

from core.exhibits.loss_vs_accuracy.experiment import Result, Settings, findings
from core.exhibits.loss_vs_accuracy.staircase import CELLS, Draws, Surfaces, Sweep
from core.stage.scene import Panel, Row, Scene
from core.stage.surfaces import surface_panels
from core.words import plain_text

BINS = np.linspace(0, 1, 41)
Arrays = dict[str, np.ndarray]


def scene(result: Result) -> Scene:
    """The chosen view: its time is the moving weight, or the random models drawn one after the other."""
    arrays: Arrays = {}
    found = result.found
    if isinstance(found, Draws):
        rows, labels = _draws(found, result.settings.seed, arrays)
    elif isinstance(found, Surfaces):
        rows, labels = _surfaces(found, result, arrays)
    else:
        rows, labels = _sweep(found, result, arrays)
    alt = plain_text("Loss beside accuracy.", findings(result))
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels})


def _sweep(found: Sweep, result: Result, arrays: Arrays) -> tuple[tuple[Row, ...], list[str]]:
    edges, gained = found.stairs
    places = np.sort(np.concatenate([edges, found.share]))  # so that the cursor finds the stairs wherever it stands
    stairs = gained[np.searchsorted(edges, places, side="right") - 1] / result.items
    arrays |= {
        "at": 100 * found.share, "loss": found.loss_change, "tangent": found.slope * found.weight * found.share,
        "places": 100 * places, "stairs": stairs, "flat": 0 * places,
        "loss slopes": found.gradient.reshape(1, 1, 28, 28),
        "accuracy slopes": found.accuracy_gradient.reshape(1, 1, 28, 28),
        "nudged": np.array([[0, *divmod(result.settings.nudged, 28), 1, 1]]),
    }  # fmt: skip
    reach = 104 * result.settings.zoom  # in %, with a little room
    common: Panel = {"kind": "curve", "xDomain": [-reach, reach], "at": "at", "weight": 5}
    tangent = {"label": "along its slope:", "color": "gradient", "lane": "B", "faint": True}
    loss: Panel = {
        **common, "title": "Change of the loss: smooth", "yDomain": _domain(found.loss_change, 0.1),
        "series": [{"x": "at", "y": "tangent", **tangent}, {"x": "at", "y": "loss", "label": "loss:", "color": "loss"}],
    }  # fmt: skip
    accuracy: Panel = {
        **common, "title": "Change of the accuracy: a staircase",
        "xLabel": f"change of weights[{result.settings.nudged}], in %", "yDomain": _domain(stairs, 1.5 / result.items),
        "series": [{"x": "places", "y": "flat", **tangent},
                   {"x": "places", "y": "stairs", "label": "accuracy:", "color": "metric", "step": True}],
        "marks": _first_jumps(found, result.settings.zoom),
    }  # fmt: skip
    slopes: Panel = {"kind": "pixels", "title": "Its slope in all 784 weights", "signed": True, "weight": 2,
                     "narrowHeight": 200, "vmax": float(np.abs(found.gradient).max()), "box": "nudged"}  # fmt: skip
    rows = (
        Row(218, (loss, {**slopes, "array": "loss slopes"})),
        Row(236, (accuracy, {**slopes, "array": "accuracy slopes"})),
    )
    return rows, _positions(found.weight, found.share)


def _first_jumps(found: Sweep, zoom: float) -> list[dict[str, Any]]:
    """A mark at the nearest flip on either side, as far as they are in sight; one of them says what they are."""
    near = [100 * s for s in found.nearest if abs(s) < zoom]
    return [{"x": x, "label": "first jump" if x == near[-1] else ""} for x in near]


def _domain(values: np.ndarray, least: float) -> list[float]:
    """The range of an axis: all values with some room, more of it on top; or `least` around zero where nothing moves."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return [-least, least]
    return [low - 0.1 * (high - low), high + 0.2 * (high - low)]


def _positions(weight: float, share: np.ndarray) -> list[str]:
    return [f"×{1 + s:.6g}: w = {weight * (1 + s):.5g}".replace("-", "−") for s in share]


def _draws(found: Draws, seed: int, arrays: Arrays) -> tuple[tuple[Row, ...], list[str]]:
    values = found.accuracies
    bins = np.clip(np.searchsorted(BINS, values, side="right") - 1, 0, len(BINS) - 2)
    counts = np.cumsum(np.eye(len(BINS) - 1, dtype=np.int32)[bins], 0)
    arrays |= {"edges": BINS, "counts": counts, "newest": bins, "weights": found.weights.reshape(-1, 1, 28, 28)}
    histogram: Panel = {
        "kind": "bars", "title": "Accuracy of random models", "xLabel": "accuracy on the training digits",
        "yLabel": "models", "edges": "edges", "heights": "counts", "highlight": "newest", "color": "metric", "weight": 5,
        "marks": [{"x": float(values.mean()), "label": f"mean {values.mean():.3f}"},
                  {"x": found.own, "label": f"seed {seed}: {found.own:.3f}"}],
    }  # fmt: skip
    weights: Panel = {"kind": "pixels", "title": "The newest model's weights", "array": "weights", "signed": True,
                      "vmax": 3.0, "weight": 3, "narrowHeight": 260}  # fmt: skip
    labels = [f"seed {k}: accuracy {value:.4f}" for k, value in enumerate(values)]
    return (Row(380, (histogram, weights)),), labels


def _surfaces(found: Surfaces, result: Result, arrays: Arrays) -> tuple[tuple[Row, ...], list[str]]:
    settings: Settings = result.settings
    names = (f"weights[{settings.nudged}]", f"weights[{settings.second}]")
    gained = found.correct_change / result.items
    still = 0 * found.cells
    arrays["loss path"] = np.column_stack([found.cells, still, found.path])
    arrays["error rate path"] = np.column_stack([found.cells, still, -gained[CELLS // 2]])

    def surface(name: str, at: np.ndarray, values: np.ndarray, title: str, **options: Any) -> Panel:
        path = {"points": f"{name} path", "color": "parameters", "label": f"{names[0]} moves"}
        return surface_panels(
            arrays, name, at, at, values, title=title, z_label=name, labels=names, paths=[path], **options
        )[0]

    loss = surface("loss", found.nodes, found.loss_change, "Change of the loss: smooth")
    errors = surface(
        "error rate", found.cells, -gained, "Change of the error rate, 1 − accuracy: terraces", terraces=True
    )
    return (Row(380, (loss, errors)),), _positions(found.weights[0], found.cells)
