"""The error of rise over run for every step size: a valley between too long and too short."""

import numpy as np

from core.exhibits.gradients.staging import largest, point, signed, staged
from core.exhibits.gradients.step_size import StepSizes
from core.stage.panels import Lane, Mark, Plot, PlotCurve
from core.stage.scene import Row, Scene
from core.words import format_number

LANES: tuple[Lane, Lane] = ("A", "B")


def scene(result: StepSizes) -> Scene:
    """Its time is the step size."""
    vmax = largest(result.by_backward)
    pictures = [
        signed("backward()", result.by_backward[None], vmax),
        *(signed(f"Rise over run, {name}", slopes, vmax) for name, slopes in result.by_running.items()),
    ]
    labels = [f"h = {format_number(h)}" for h in result.h]
    return staged(result, (Row(270, (_errors(result),)), Row(200, pictures)), labels)


def _errors(result: StepSizes) -> Plot:
    h, errors = result.h, {name: result.errors(name) for name in result.by_running}
    every = np.concatenate(list(errors.values()))
    return Plot(
        title="How far rise over run is from backward(): too long and too short are both bad",
        at=h,
        x_scale="log",
        y_scale="log",
        x_label="step size h, shorter to the left",
        y_label="relative error",
        y_domain=(float(every.min()) / 3, float(every.max()) * 100),
        curves=[
            PlotCurve(x=h, y=error, color="gradient", lane=lane, label=name, value=error)
            for lane, (name, error) in zip(LANES, errors.items(), strict=True)
        ],
        moving=[point(h, error, "gradient") for error in errors.values()],
        marks=[Mark(x=float(h[result.best(name)]), label=f"{name} is best here") for name in errors],
    )
