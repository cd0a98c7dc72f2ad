"""Three calls of `backward()`, line by line, and what `.grad` holds after each."""

from collections.abc import Iterator

import numpy as np

from core.arrays import Array
from core.exhibits.gradients.backward_again import CALLS, Accumulated
from core.exhibits.gradients.staging import largest, signed, staged
from core.nn.models import PIXELS
from core.stage.panels import Moving, Plot, Step, Steps, Words
from core.stage.scene import Row, Scene
from core.words import format_number

DRAWN = 200  # parameters, those with the largest gradients
WRITTEN = np.append(np.arange(CALLS).repeat(2), CALLS)[1:]
"""How many calls have been written into `.grad` at each frame: the second line of each call writes it."""


def scene(result: Accumulated) -> Scene:
    """Its time is the lines of code."""
    grads = np.concatenate([0 * result.grads[:1], result.grads])
    picture = signed("weights.grad", grads, CALLS * largest(result.grads[0]), rows=WRITTEN, weight=3)
    lines = Steps(active=np.arange(2 * CALLS), steps=list(_lines(result)), narrow_height="auto")
    labels = ["before: .grad is None"] + [
        f"after {w} call{'s' * int(w > 1)} of backward()" if w else "predict, loss" for w in WRITTEN[1:]
    ]
    return staged(result, (Row(236, (picture, _ratios(result.grads))), Row(238, (lines,))), labels)


def _ratios(grads: Array) -> Plot:
    """Each parameter's `.grad` by its first, for every call so far."""
    chosen = np.abs(grads[0]).argsort()[-DRAWN:]
    ratio = grads[:, chosen] / grads[0, chosen]
    place = np.arange(1, CALLS + 1)[:, None] + np.linspace(-0.28, 0.28, len(chosen))
    so_far = np.where(WRITTEN[:, None, None] > np.arange(CALLS)[:, None], ratio, np.nan)
    return Plot(
        title="Each parameter's .grad, × its first",
        x_label="call of backward()",
        weight=4,
        x_domain=(0.4, CALLS + 0.6),
        y_domain=(0, CALLS + 0.4),
        moving=[
            Moving(
                x=place.ravel(),
                y=so_far.reshape(2 * CALLS, -1),
                color="gradient",
                dots=True,
                label=f"the {DRAWN} largest of {grads.shape[1]}",
            )
        ],
    )


def _lines(result: Accumulated) -> Iterator[Step]:
    """Two lines for each call: the loss, and `backward()`."""
    empty = "weights.grad.zero_(); bias.grad.zero_(); " if result.zeroed else ""
    for call, (loss, grad) in enumerate(zip(result.losses, result.grads, strict=True)):
        bias, weights = (
            Words(text=format_number(value, 4), color="gradient") for value in (grad[-1], grad[:PIXELS].mean())
        )
        yield Step(
            name=f"call {call + 1}",
            code="loss = mnist_loss(xb @ weights + bias, yb)",
            formula=["loss = ", Words(text=format_number(loss, 4), color="loss")],
        )
        yield Step(
            name="",
            code=f"{empty if call else ''}loss.backward()",
            formula=["bias.grad = ", bias, ", weights.grad.mean() = ", weights],
        )
