"""Loss and length of `.grad` with `zero_grad` and without it, step by step."""

from collections.abc import Iterator

import numpy as np

from core.arrays import Array
from core.exhibits.gradients.staging import staged
from core.exhibits.gradients.zero_grad import Descent, ZeroOrNot
from core.stage.panels import Curve, Lane, Mark, Series
from core.stage.scene import Row, Scene


def scene(result: ZeroOrNot) -> Scene:
    """Its time is the steps taken."""
    steps = np.arange(len(result.zeroed.run.losses))
    labels = [f"step {s} of {steps[-1]}" for s in steps]
    return staged(result, (Row(250, (_loss(result, steps),)), Row(206, (_length(result, steps),))), labels)


def _descents(result: ZeroOrNot) -> Iterator[tuple[Lane, str, Descent]]:
    yield "A", "with zero_grad", result.zeroed.run
    yield "B", "without", result.forgotten.run


def _loss(result: ZeroOrNot, steps: Array) -> Curve:
    return Curve(
        title=f"Loss {'of x²' if result.task == 'square' else 'on the validation digits'}",
        at=steps,
        marks=[Mark(x=result.sure, label="chance from here")] if result.sure < len(steps) else [],
        series=[
            Series(x=steps, y=descent.losses, color="loss", lane=lane, label=label)
            for lane, label, descent in _descents(result)
        ],
    )


def _length(result: ZeroOrNot, steps: Array) -> Curve:
    return Curve(
        title="Length of .grad when the step used it",
        at=steps,
        x_label="steps",
        x_domain=(0, float(steps[-1])),
        series=[
            Series(x=steps[1:], y=descent.lengths, color="gradient", lane=lane, label=label)
            for lane, label, descent in _descents(result)
        ],
    )
