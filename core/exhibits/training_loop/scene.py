"""The training loop on the stage: accuracy and loss of the recorded runs, with each way's epochs on them as dots."""

from collections.abc import Iterator

import numpy as np

from core.exhibits.training_loop.experiment import Result, findings, wants_ways
from core.nn.training import Run
from core.stage.panels import Curve, Lane, Pixels, Series
from core.stage.scene import Row, Scene, Time
from core.words import plain_text

LANES: tuple[Lane, Lane] = ("A", "B")


def scene(result: Result) -> Scene:
    """Two curves on one time; below them the weights of each run as pictures."""
    longest = max(result.runs, key=lambda run: len(run.kept))
    curves = _accuracy(result, longest), _loss(result, longest)
    rows = [Row(330, curves)]
    if not wants_ways(result.settings):
        weights = [_weights(lane, run, len(longest.kept)) for lane, run in _lanes(result)]
        rows = [Row(250, curves), Row(196, weights)]
    return Scene(
        rows=rows,
        alt=plain_text("Training, epoch by epoch.", findings(result)),
        time=Time(at=longest.epochs, total=longest.recipe.epochs, unit="epoch"),
    )


def _lanes(result: Result) -> Iterator[tuple[Lane, Run]]:
    return zip(LANES, result.runs, strict=False)


def _named(lane: Lane, result: Result) -> str:
    return lane if len(result.runs) > 1 else "recorded run"


def _accuracy(result: Result, longest: Run) -> Curve:
    runs = [
        Series(x=run.epochs, y=run.valid_accuracy, color="metric", lane=lane, label=f"accuracy, {_named(lane, result)}")
        for lane, run in _lanes(result)
    ]
    ways = [
        Series(x=np.arange(len(way.epoch_accuracy)), y=way.epoch_accuracy, color="metric", symbol=i, label=way.name)
        for i, way in enumerate(result.ways)
    ]
    return Curve(
        title="Accuracy on the validation digits",
        x_label="epochs",
        y_domain=(0, 1),
        at=longest.epochs,
        series=[*runs, *ways],
    )


def _loss(result: Result, longest: Run) -> Curve:
    runs = [
        Series(x=run.epochs, y=run.valid_loss, color="loss", lane=lane, label=f"loss, {_named(lane, result)}")
        for lane, run in _lanes(result)
    ]
    ways = [
        Series(x=np.arange(len(way.epoch_loss)), y=way.epoch_loss, color="loss", symbol=i)
        for i, way in enumerate(result.ways)
    ]
    return Curve(title="Loss on the validation digits", x_label="epochs", at=longest.epochs, series=[*runs, *ways])


def _weights(lane: Lane, run: Run, stage_frames: int) -> Pixels:
    """A run's first-layer weights over time: the linear model's 784, or the net's first 15 units."""
    frames = len(run.kept)
    linear = run.recipe.model == "linear"
    if linear:
        first = run.parameters[:, :784, None]
    else:
        first = run.parameters[:, : 784 * run.recipe.hidden].reshape(frames, 784, -1)[..., :15]
    pictures = np.ascontiguousarray(first.transpose(0, 2, 1)).reshape(frames, -1, 28, 28)
    vmax = float(np.nanmax(np.abs(pictures[np.isfinite(pictures).all(axis=(1, 2, 3))]), initial=1e-9))
    return Pixels(
        title=f"Weights, {lane}",
        array=np.nan_to_num(pictures / vmax * 127, posinf=127, neginf=-127).round().astype(np.int8),
        rows=np.linspace(0, frames - 1, stage_frames).round().astype(np.int32),
        signed=True,
        vmax=127,
        unit=vmax / 127,
        columns=1 if linear else 5,
    )
