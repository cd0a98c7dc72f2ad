"""Bars on the stage that move together while one activation is dragged."""

from collections.abc import Iterator

import numpy as np

from core.exhibits.softmax.bars import Sweep
from core.exhibits.softmax.probabilities import REACH
from core.exhibits.softmax.staging import column, exponents_column, finite_range, living, staged, with_minus
from core.stage.panels import Column, Columns, Handle, LivingNumber, Mark, Moving, Plot, PlotCurve, Step, Steps
from core.stage.scene import Row, Scene


def scene(result: Sweep) -> Scene:
    """Its time is the moved activation."""
    rows = Row(60 + 30 * len(result.names), [_bars(result)]), Row(212, [_probabilities(result), _formula(result)])
    name = result.names[result.moving]
    return staged(result, rows, [with_minus(f"{name} = {value:.2f}") for value in result.values])


def _bars(result: Sweep) -> Columns:
    dragged = result.activations[:, result.moving]
    return Columns(
        title=f"Drag {result.names[result.moving]}'s activation",
        names=result.names,
        columns=list(_columns(result)),
        handle=Handle(column=0, row=result.moving, at=dragged),
    )


def _columns(result: Sweep) -> Iterator[Column]:
    low, high = result.shift - REACH - 0.5, result.shift + REACH + 0.5
    yield column("activation a", result.activations, domain=(low, high))
    if _has_powers(result):
        yield column(_power(result), result.powers, domain=finite_range(result.powers))
    yield exponents_column("exponent", result.exponents)
    yield column("probability", result.probabilities, total=result.probabilities.sum(1))


def _has_powers(result: Sweep) -> bool:
    """Whether something is done to the activations before they are raised."""
    return result.stable or result.temperature != 1


def _power(result: Sweep) -> str:
    divided = f"a ÷ {result.temperature:g}" if result.temperature != 1 else "a"
    return f"{divided} − largest" if result.stable else divided


def _probabilities(result: Sweep) -> Plot:
    """All probabilities over the moved activation, with a dot each where it is now."""
    name = result.names[result.moving]
    return Plot(
        title=f"Probabilities while {name} moves",
        at=result.values,
        x_label=f"{name}'s activation",
        y_domain=(0, 1.04),
        weight=3,
        marks=[Mark(x=float(result.given[result.moving]), label="as given")],
        curves=list(_curves(result)),
        moving=[
            Moving(
                x=np.repeat(result.values[:, None], len(result.names), 1),
                y=result.probabilities,
                color="activations",
                dots=True,
            )
        ],
    )


def _curves(result: Sweep) -> Iterator[PlotCurve]:
    """The others, faint; where the moved one's probability breaks, what it is in float64; the moved one on top."""
    name = result.names[result.moving]
    label = "the others"
    for k in range(len(result.names)):
        if k != result.moving:
            yield PlotCurve(x=result.values, y=result.probabilities[:, k], color="activations", faint=True, label=label)
            label = ""
    if np.isnan(result.probabilities).any():
        yield PlotCurve(
            x=result.values,
            y=result.exact[:, result.moving],
            color="activations",
            lane="B",
            label=f"{name} in float64, by torch.softmax",
        )
    yield PlotCurve(x=result.values, y=result.probabilities[:, result.moving], color="activations", label=name)


def _formula(result: Sweep) -> Steps:
    """The moved class's way from activation to probability, with living numbers."""
    k, has_powers = result.moving, _has_powers(result)
    raised = living(result.powers if has_powers else result.activations, k)
    exponent, total, probability = living(result.exponents, k), living(result.sums), living(result.probabilities, k)
    exponents: list[str | LivingNumber] = []
    for i in range(len(result.names)):
        exponents += [" + ", living(result.exponents, i)]
    return Steps(
        title=f"{result.names[k]}, step by step",
        active=np.full(len(result.values), 2),
        weight=2,
        narrow_height="auto",
        steps=[
            Step(
                name="raise",
                code=f"{_powers_code(result)}; exps = powers.exp()" if has_powers else "exps = acts.exp()",
                formula=["e to the ", raised, " is ", exponent],
            ),
            Step(name="add", code="total = exps.sum()", formula=[*exponents[1:], " = ", total]),
            Step(name="divide", code="probs = exps / total", formula=[exponent, " ÷ ", total, " = ", probability]),
        ],
    )


def _powers_code(result: Sweep) -> str:
    divided = "acts" if result.temperature == 1 else f"acts / {result.temperature:g}"
    return f"powers = {divided}" + (f" - ({divided}).max()" if result.stable else "")
