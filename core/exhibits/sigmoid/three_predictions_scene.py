"""Three predictions on the two lines of `torch.where`, and their mean as the third one moves."""

import numpy as np

from core.arrays import Array
from core.exhibits.sigmoid.settings import TARGETS
from core.exhibits.sigmoid.staging import point, staged, values_of
from core.exhibits.sigmoid.three_predictions import Cases
from core.stage.panels import Domain, LivingNumber, Mark, Moving, Plot, PlotCurve, Quantity, Step, Steps
from core.stage.scene import Row, Scene


def scene(result: Cases) -> Scene:
    """Its time is the third prediction, or the third activation."""
    steps = [*(_item(result, i) for i in range(len(TARGETS))), _mean(result)]
    lines = Steps(steps=steps, active=np.full(len(result.moving), 2), narrow_height="auto")
    rows = (Row(286, (_where(result), _loss(result))), Row(170, (lines,)))
    return staged(result, rows, values_of(f"third {_unit(result)}", result.moving))


def _unit(result: Cases) -> str:
    return "activation" if result.squash else "prediction"


def _width(result: Cases) -> Domain:
    """The third input's reach, with some room."""
    low, high = float(result.moving[0]), float(result.moving[-1])
    room = 0.04 * (high - low)
    return low - room, high + room


def _distances(result: Cases) -> Domain:
    """The least and the largest distance of both lines."""
    both = np.concatenate(result.lines)
    return float(both.min()), float(both.max())


def _where(result: Cases) -> Plot:
    """Both lines, and on them the three items."""
    moving, (for_1, for_0) = result.moving, result.lines
    least, most = _distances(result)
    mean = Moving(
        x=moving[[0, -1]],
        y=np.repeat(result.losses[:, None], 2, 1),
        color="loss",
        faint=True,
        label="their mean, the loss",
        value=result.losses,
    )
    return Plot(
        title="torch.where takes one of two lines for each item",
        at=moving,
        x_label=_unit(result),
        y_label="off by",
        x_domain=_width(result),
        y_domain=(least - 0.06 * (most - least), most + 0.06 * (most - least)),
        weight=3,
        curves=[
            PlotCurve(x=moving, y=for_1, color="loss", label="target 1: 1 − p"),
            PlotCurve(x=moving, y=for_0, color="loss", lane="B", label="target 0: p"),
        ],
        moving=[
            mean,
            Moving(x=result.inputs, y=result.distances, color="activations", dots=True, label="the three items"),
        ],
        marks=[] if least >= 0 else [Mark(x=0, label="0"), Mark(x=1, label="1")],
    )


def _loss(result: Cases) -> Plot:
    moving, (least, _) = result.moving, _distances(result)
    marks = [Mark(x=float(result.given[2]), label=f"{result.given[2]:g}")]
    if moving[-1] == 1:
        marks.append(Mark(x=0.8, label="0.8"))
    return Plot(
        title="The loss as the third one moves",
        at=moving,
        x_label=f"the third {_unit(result)}",
        x_domain=_width(result),
        y_domain=None if least < 0 else (0, 1),
        weight=2,
        curves=[PlotCurve(x=moving, y=result.losses, color="loss")],
        moving=[point(moving, result.losses, "loss")],
        marks=marks,
    )


def _item(result: Cases, item: int) -> Step:
    """One item's way through `torch.where`."""

    def number(value: Array, color: Quantity) -> LivingNumber:
        return LivingNumber(value=value, at=item, color=color)

    three = TARGETS[item] == 1
    prediction, off = number(result.predictions, "activations"), number(result.distances, "loss")
    way: tuple[str | LivingNumber, ...] = (prediction, " → as it is: ", off)
    if three:
        way = (prediction, " → 1 − ", prediction, " = ", off)
    if result.squash:
        way = ("sigmoid(", number(result.inputs, "activations"), ") = ", *way)
    taken = "1 - prediction" if three else "prediction"
    code = f"target is {TARGETS[item]}: targets == 1 is {three}, so {taken}"
    return Step(name=f"item {item + 1}", code=code, formula=way)


def _mean(result: Cases) -> Step:
    code = "torch.where(targets == 1, 1 - predictions, predictions).mean()"
    mean = LivingNumber(value=result.losses, color="loss", digits=4)
    return Step(name="loss", code=code, formula=["the mean of the three: ", mean])
