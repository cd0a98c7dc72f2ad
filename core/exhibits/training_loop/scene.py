"""The training loop on the stage: accuracy and loss of the recorded runs, with each way's epochs on them as dots."""

from typing import Any

import numpy as np

from core.exhibits.training_loop.experiment import Result, findings, wants_ways
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text


def scene(result: Result) -> Scene:
    """Two curves on one time; below them the weights of each run as pictures."""
    arrays: dict[str, np.ndarray] = {}
    for lane, run in zip("AB", result.runs, strict=False):
        arrays |= {f"epochs{lane}": run.epochs, f"accuracy{lane}": run.valid_accuracy, f"loss{lane}": run.valid_loss}
    longest = max(result.runs, key=lambda run: len(run.kept))
    arrays["at"] = longest.epochs
    curves = (_curve(result, arrays, "accuracy", "metric", [0, 1]), _curve(result, arrays, "loss", "loss", None))
    rows: tuple[Row, ...] = (Row(330, curves),)
    if not wants_ways(result.settings):
        rows = (Row(250, curves), Row(196, tuple(_weights(result, arrays))))
    time = {"at": "at", "total": longest.recipe.epochs, "unit": "epoch"}
    return Scene(
        rows, arrays, plain_text("Training, epoch by epoch.", findings(result)), frames=len(longest.kept), time=time
    )


def _curve(result: Result, arrays: dict[str, np.ndarray], name: str, color: str, domain: list[float] | None) -> Panel:
    series: list[dict[str, Any]] = []
    racing = len(result.runs) > 1
    for lane, _ in zip("AB", result.runs, strict=False):
        label = f"{name}, {lane}" if racing else f"{name}, recorded run"
        series.append({"x": f"epochs{lane}", "y": f"{name}{lane}", "label": label, "color": color, "lane": lane})
    for i, way in enumerate(result.ways):
        arrays[f"way{i} {name}"] = way.epoch_accuracy if name == "accuracy" else way.epoch_loss
        arrays[f"way{i} epochs"] = np.arange(len(way.epoch_accuracy))
        series.append(
            {
                "x": f"way{i} epochs",
                "y": f"way{i} {name}",
                "color": color,
                "symbol": i,
                "label": way.name if name == "accuracy" else "",
            }
        )
    title = "Accuracy on the validation digits" if name == "accuracy" else "Loss on the validation digits"
    return {"kind": "curve", "title": title, "xLabel": "epochs", "at": "at", "series": series, "yDomain": domain}


def _weights(result: Result, arrays: dict[str, np.ndarray]) -> list[Panel]:
    """Each run's first-layer weights over time: the linear model's 784, or the net's first 15 units."""
    panels: list[Panel] = []
    longest = max(len(run.kept) for run in result.runs)
    for lane, run in zip("AB", result.runs, strict=False):
        frames = len(run.kept)
        linear = run.recipe.model == "linear"
        first = (
            run.parameters[:, :784, None]
            if linear
            else run.parameters[:, : 784 * run.recipe.hidden].reshape(frames, 784, -1)[..., :15]
        )
        pictures = np.ascontiguousarray(first.transpose(0, 2, 1)).reshape(frames, -1, 28, 28)
        vmax = float(np.nanmax(np.abs(pictures[np.isfinite(pictures).all(axis=(1, 2, 3))]), initial=1e-9))
        arrays[f"weights{lane}"] = np.nan_to_num(pictures / vmax * 127, posinf=127, neginf=-127).round().astype(np.int8)
        arrays[f"rows{lane}"] = np.linspace(0, frames - 1, longest).round().astype(np.int32)
        panels.append({
            "kind": "pixels", "title": f"Weights, {lane}", "array": f"weights{lane}", "rows": f"rows{lane}", "signed": True,
            "vmax": 127, "unit": vmax / 127, "columns": 1 if linear else 5,
        })  # fmt: skip
    return panels
