"""Two classes on the stage: softmax of two activations lies on the sigmoid of their difference."""

import numpy as np

from core.exhibits.softmax.probabilities import REACH
from core.exhibits.softmax.staging import column, exponents_column, staged, with_minus
from core.exhibits.softmax.two_classes import TwoClasses
from core.stage.panels import Columns, Handle, Moving, Plot, PlotCurve
from core.stage.scene import Row, Scene

X_LABEL = "first activation − second"


def scene(result: TwoClasses) -> Scene:
    """Its time is the difference of the two activations."""
    rows = Row(250, [_both(result)]), Row(220, [_bars(result), _errors(result)])
    return staged(result, rows, [with_minus(f"difference = {difference:.2f}") for difference in result.difference])


def _both(result: TwoClasses) -> Plot:
    x, some = result.difference, slice(None, None, 10)
    label = "sigmoid of the difference"
    return Plot(
        title="Softmax of two activations, and the sigmoid of their difference",
        at=x,
        x_label=X_LABEL,
        y_domain=(-0.03, 1.05),
        weight=3,
        curves=[
            PlotCurve(x=x, y=result.probabilities[:, 0], color="activations", label="softmax, first class"),
            PlotCurve(x=x[some], y=result.sigmoid[some], color="activations", label=label, symbol=0),
        ],
        moving=_here(result),
    )


def _here(result: TwoClasses) -> list[Moving]:
    """The point at the difference, and both numbers to nine digits."""
    x, p, sigmoid = result.difference[:, None], result.probabilities[:, :1], result.sigmoid[:, None]
    return [
        Moving(x=x, y=p, color="activations", dots=True, label="softmax here", value=p, digits=9),
        Moving(color="activations", label="sigmoid here", value=sigmoid, digits=9),
    ]


def _bars(result: TwoClasses) -> Columns:
    domain = float(result.activations.min()), float(result.activations.max())
    return Columns(
        title="Drag the first activation",
        names=["first", "second"],
        weight=3,
        narrow_height=136,
        columns=[
            column("activation a", result.activations, domain=domain),
            exponents_column("e^(a − largest)", result.exponents),
            column("probability", result.probabilities, total=result.probabilities.sum(1)),
        ],
        handle=Handle(column=0, row=0, at=result.activations[:, 0]),
    )


def _errors(result: TwoClasses) -> Plot:
    """Where the two differ; an error of 0 has no place on a logarithmic axis."""
    return Plot(
        title="How far apart the two are, where they are",
        x_label=X_LABEL,
        at=result.difference,
        y_scale="log",
        y_domain=(1e-20, 1e-5),
        x_domain=(-REACH, REACH),
        weight=2,
        curves=[
            PlotCurve(
                x=result.difference,
                y=np.where(result.errors[precision] > 0, result.errors[precision], np.nan),
                color="data",
                label=precision,
                symbol=symbol,
            )
            for precision, symbol in (("float32", 0), ("float64", 2))
        ],
    )
