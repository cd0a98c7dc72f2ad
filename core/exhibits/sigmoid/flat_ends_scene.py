"""The sigmoid's slope on a scale of powers of ten, the digits that lie where it is 0, and why it is."""

import numpy as np

from core.exhibits.sigmoid.flat_ends import Saturation
from core.exhibits.sigmoid.staging import point, staged, values_of
from core.stage.panels import Bars, LivingNumber, Mark, Plot, PlotCurve, Step, Steps
from core.stage.scene import Row, Scene


def scene(result: Saturation) -> Scene:
    """Its time is x."""
    rows = (Row(262, (_slopes(result),)), Row(196, (_digits(result), _reasons(result))))
    return staged(result, rows, values_of("x", result.x, 1))


def _slopes(result: Saturation) -> Plot:
    x, (low, high) = result.x, result.alive
    alive = np.where(result.slope > 0, result.slope, np.nan)
    return Plot(
        title="The slope, on a scale of powers of ten",
        at=x,
        x_label="activation x",
        y_scale="log",
        y_domain=(1e-45, 10),
        x_domain=(float(x[0]), float(x[-1])),
        curves=[
            PlotCurve(x=x, y=result.exact, color="gradient", lane="B", faint=True, label="slope in float64"),
            PlotCurve(x=x, y=alive, color="gradient", label=f"in {result.precision}"),
        ],
        moving=[point(x, alive, "gradient", "here", result.slope)],
        marks=[
            Mark(x=low, label=f"0 below {low:.4g}".replace("-", "−")),
            Mark(x=high, label=f"0 above {high:.4g}"),
        ],
    )


def _digits(result: Saturation) -> Bars:
    """How many digits have which activation; those beyond the ends are counted in the last bars."""
    low, high = result.alive
    edges = np.linspace(result.x[0], result.x[-1], 56)
    return Bars(
        title="Activations of the training digits, random model",
        edges=edges,
        heights=np.histogram(np.clip(result.logits, edges[0], edges[-1]), edges)[0],
        color="activations",
        x_label="activation",
        y_label="digits",
        weight=5,
        marks=[Mark(x=low, label=""), Mark(x=high, label="flat from here")],
    )


def _reasons(result: Saturation) -> Steps:
    p = LivingNumber(value=result.p, color="activations", digits=9)
    rest = LivingNumber(value=result.rest, digits=4)
    slope = LivingNumber(value=result.slope, color="gradient", digits=4)
    return Steps(
        active=np.where(result.slope > 0, 0, np.where(result.x < 0, 1, 2)),
        weight=4,
        narrow_height="auto",
        steps=[
            Step(name="alive", code="p * (1 - p) > 0", formula=["p = ", p, ", 1 − p = ", rest, ", slope = ", slope]),
            Step(name="p is 0", code="no slope: 0 × 1"),
            Step(name="p is 1", code="no slope: 1 × 0, far earlier"),
        ],
    )
