"""One unit on the stage: its activation and the slope, and all seven at the x that is dragged."""

import numpy as np

from core.exhibits.relu.one_unit import OneUnit
from core.exhibits.relu.staging import staged
from core.nn.activations import ACTIVATIONS, NAMES
from core.stage.panels import Curve, LivingNumber, Series, Step, Steps
from core.stage.scene import Row, Scene


def scene(result: OneUnit) -> Scene:
    """Its time is x."""
    labels = [f"x = {x:.2f}".replace("-", "−") for x in result.x]
    return staged(result, (Row(246, (_value(result), _slope(result))), Row(196, (_all_seven(result),))), labels)


def _value(result: OneUnit) -> Curve:
    name, y = NAMES[result.key], result.values[result.key]
    low, high = (float(pick([pick(values) for values in result.values.values()])) for pick in (min, max))
    return Curve(
        title="What the unit passes on",
        x_label="x: drag it",
        at=result.x,
        y_domain=(max(low, -2) - 0.1, high),
        series=[Series(x=result.x, y=y, label=f"{name}(x)", color="activations")],
    )


def _slope(result: OneUnit) -> Curve:
    name, y = NAMES[result.key], result.slopes[result.key]
    jumps = result.key in ("relu", "leaky")
    return Curve(
        title="Its slope: what the gradient is multiplied by",
        x_label="x: drag it",
        at=result.x,
        y_domain=(-0.2, 1.25),
        series=[Series(x=result.x, y=y, label=f"slope of {name}", color="gradient", step=jumps)],
    )


def _all_seven(result: OneUnit) -> Steps:
    steps = []
    for key, activation in ACTIVATIONS.items():
        both = np.column_stack([result.values[key], result.slopes[key]])
        value = LivingNumber(value=both, at=0, color="activations")
        slope = LivingNumber(value=both, at=1, color="gradient")
        steps.append(Step(name=activation.name, formula=[f"{activation.formula} = ", value, ", slope ", slope]))
    return Steps(
        title="All seven at this x",
        active=np.full(len(result.x), list(ACTIVATIONS).index(result.key)),
        steps=steps,
        narrow_height="auto",
    )
