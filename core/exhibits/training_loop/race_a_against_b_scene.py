"""A race on the stage: accuracy and loss of both runs, and below them each run's weights as pictures."""

import numpy as np

from core.exhibits.training_loop.race_a_against_b import Race
from core.exhibits.training_loop.staging import LANES, accuracy, lanes, longest_of, loss, staged
from core.nn.training import Run
from core.stage.panels import Lane, Pixels
from core.stage.scene import Row, Scene


def scene(result: Race) -> Scene:
    """Its time is that of the longer run, in epochs."""
    frames = len(longest_of(result.runs).kept)
    curves = accuracy(result.runs, LANES), loss(result.runs, LANES)
    weights = [_weights(lane, run, frames) for lane, run in lanes(result.runs)]
    return staged(result.runs, result.findings(), [Row(250, curves), Row(196, weights)])


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
