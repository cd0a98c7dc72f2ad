"""The sigmoid with its tangent, its slope, and both as a formula at the x that is dragged."""

import numpy as np

from core.exhibits.sigmoid.staging import point, staged, values_of
from core.exhibits.sigmoid.the_curve import SigmoidCurve
from core.stage.panels import LivingNumber, Moving, Plot, PlotCurve, Step, Steps
from core.stage.scene import Row, Scene


def scene(result: SigmoidCurve) -> Scene:
    """Its time is x."""
    rows = (Row(270, (_sigmoid(result),)), Row(178, (_slope(result), _formula(result))))
    return staged(result, rows, values_of("x", result.x))


def _sigmoid(result: SigmoidCurve) -> Plot:
    x, p, slope = result.x, result.p, result.slope
    run = np.array([-2.0, 2.0])
    tangent = Moving(
        x=x[:, None] + run,
        y=p[:, None] + slope[:, None] * run,
        color="gradient",
        lane="B",
        label="its slope",
        value=slope,
    )
    return Plot(
        title="The sigmoid squashes every activation into 0 to 1",
        at=x,
        x_label="activation x",
        x_domain=(-8, 8),
        y_domain=(-0.08, 1.08),
        curves=[PlotCurve(x=x, y=p, color="activations", label="sigmoid(x)")],
        moving=[tangent, point(x, p, "activations", "p", p)],
    )


def _slope(result: SigmoidCurve) -> Plot:
    return Plot(
        title="Its slope, p(1 − p)",
        at=result.x,
        x_label="activation x",
        x_domain=(-8, 8),
        y_domain=(0, 0.27),
        weight=3,
        curves=[PlotCurve(x=result.x, y=result.slope, color="gradient")],
        moving=[point(result.x, result.slope, "gradient")],
    )


def _formula(result: SigmoidCurve) -> Steps:
    x = result.x
    exp = LivingNumber(value=np.exp(-x), digits=4)
    p = LivingNumber(value=result.p, color="activations", digits=4)
    formula: list[str | LivingNumber] = ["1 / (1 + e⁻ˣ) = 1 / (1 + ", exp, ") = ", p]
    return Steps(
        active=(x > -2).astype(int) + (x > 2),
        weight=4,
        narrow_height="auto",
        steps=[
            Step(name="x < −2", code="very negative: towards 0, and nearly flat", formula=formula),
            Step(name="around 0", code="a half at 0, and steepest there", formula=formula),
            Step(name="x > 2", code="large: towards 1, and nearly flat", formula=formula),
        ],
    )
