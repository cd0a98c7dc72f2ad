"""All 785 slopes: those of `backward()` at once, those of rise over run one after the other."""

import numpy as np

from core.arrays import Array
from core.exhibits.gradients.slopes import Check
from core.exhibits.gradients.staging import largest, number, signed, staged
from core.stage.panels import Moving, Pixels, Plot, PlotCurve, Step, Steps
from core.stage.scene import Row, Scene

AT_A_TIME = 14  # parameters measured between two frames: half a row of the picture


def scene(result: Check) -> Scene:
    """Its time is the parameters measured so far."""
    parameters = len(result.by_backward)
    measured = np.append(np.arange(0, parameters, AT_A_TIME), parameters)  # at each frame
    known = np.arange(parameters) < measured[:, None]
    rows = (
        Row(238, (*_pictures(result, known), _both(result, known))),
        Row(206, (_difference(result, known), _counts(measured))),
    )
    return staged(result, rows, [f"{m} of {parameters} parameters" for m in measured])


def _pictures(result: Check, known: Array) -> tuple[Pixels, Pixels]:
    vmax = largest(result.by_backward)
    return (
        signed("backward(): all at once", result.by_backward[None], vmax, weight=3),
        signed("Rise over run: one by one", known * result.by_running, vmax, weight=3),
    )


def _both(result: Check, known: Array) -> Plot:
    """Each parameter's slope by both ways."""
    ends = result.by_backward[[result.by_backward.argmin(), result.by_backward.argmax()]]
    running = np.where(known, result.by_running, np.nan)
    return Plot(
        title="Rise over run against backward()",
        x_label="backward()",
        weight=5,
        curves=[PlotCurve(x=ends, y=ends, color="data", faint=True, label="equal")],
        moving=[Moving(x=result.by_backward, y=running, color="gradient", dots=True)],
    )


def _difference(result: Check, known: Array) -> Plot:
    differences = result.by_running - result.by_backward
    worst = float(np.abs(differences).max()) or 1e-12
    difference = np.where(known, differences, np.nan)
    return Plot(
        title="The difference in each parameter",
        x_label="parameter; the last is the bias",
        weight=5,
        y_domain=(-1.1 * worst, 1.1 * worst),
        moving=[Moving(x=np.arange(len(differences)), y=difference, color="gradient", dots=True)],
    )


def _counts(measured: Array) -> Steps:
    """How many predictions each way takes."""
    predictions = number((measured + 1).astype(float))
    return Steps(
        active=np.ones(len(measured)),
        weight=4,
        narrow_height="auto",
        steps=[
            Step(name="backward", code="loss.backward()", formula=["1 prediction and 1 way back: 785 slopes"]),
            Step(name="rise / run", code="(loss(w + h) - loss(w)) / h", formula=[predictions, " predictions so far"]),
        ],
    )
