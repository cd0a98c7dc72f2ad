"""Two linear layers beside the one that they amount to; and `res.max(0)` beside `res.max(tensor(0.0))`."""

from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.relu.staging import staged
from core.exhibits.relu.two_linears import Collapse, MaxOfZero
from core.stage.panels import Curve, Pixels, Series, Step, Steps, Tiles
from core.stage.scene import Row, Scene

COLUMNS = 8  # of the 30 units' that are written out where res.max(0) is tried
CODE = (
    ("res", "res = xb@w1 + b1"),
    ("ReLU", "res.max(tensor(0.0))"),
    ("then", "res.max(tensor(0.0)) @ w2 + b2"),
    ("notes", "res.max(0)"),
    ("then", "res.max(0) @ w2 + b2"),
    ("or", "res.max(0).values @ w2 + b2"),
)


def scene(result: Collapse) -> Scene:
    """Its time is a digit."""
    frames, units = result.on.shape
    rows = (Row(204, _from_digit_to_sum(result)), Row(230, (_scatter(result), _apart(result))))
    labels = [f"digit {i + 1} of {frames}: {int(result.on[i].sum())} of {units} units on" for i in range(frames)]
    return staged(result, rows, labels)


def _as_small(values: Array, share: float = 1.0) -> tuple[Array, float]:
    """Values as int8, and what 1 of them stands for; those beyond `share` of the largest are drawn like it."""
    vmax = share * float(np.abs(values).max()) or 1.0
    return (values / vmax * 127).round().clip(-127, 127).astype(np.int8), vmax / 127


def _as_grey(images: Array) -> Array:
    """Images (n, 784) from 0 to 1 as (n, 28, 28) uint8."""
    return (images * 255).round().astype(np.uint8).reshape(-1, 28, 28)


def _from_digit_to_sum(result: Collapse) -> tuple[Pixels, Pixels, Pixels]:
    """A digit, the units' weights and activations, and the matrix that they add up to."""
    frames, units = result.on.shape
    bent = result.between == "relu"
    w1, w2 = result.parameters[0].numpy().T, result.parameters[2].numpy()[:, 0]
    shares, unit = _as_small((w1 * w2[:, None]).reshape(1, units, 28, 28), 0.5)
    matrix, matrix_unit = _as_small(result.matrix.reshape(frames, 1, 28, 28))
    image = Pixels(title="A digit", array=_as_grey(result.images)[:, None], vmax=255, weight=2)
    middle = Pixels(
        title="30 units: weights × w2, and activation" + (" (blank: off)" if bent else ""),
        array=shares if result.on.all() else shares * result.on[:, :, None, None].astype(np.int8),
        signed=True,
        vmax=127,
        unit=unit,
        tiles=Tiles(text=result.hidden),
        columns=10,
        weight=6,
    )
    total = Pixels(
        title="Their sum: this digit's matrix" if bent else "Their sum: w1@w2",
        array=matrix,
        signed=True,
        vmax=127,
        unit=matrix_unit,
        weight=3,
    )
    return image, middle, total


def _scatter(result: Collapse) -> Curve:
    """The outputs of both against each other."""
    ends = np.array([result.single.min(), result.single.max()])
    return Curve(
        title="The two layers against w1@w2",
        x_label="output of w1@w2 alone",
        y_label="of both layers",
        series=[
            Series(x=ends, y=ends, label="equal", color="data", lane="B", faint=True),
            Series(x=result.single, y=result.stack, label="a digit", color="activations", symbol=0),
        ],
    )


def _apart(result: Collapse) -> Curve:
    """How far the outputs are apart: in both precisions, or with a ReLU, where that hardly matters, in the first."""
    digit = np.arange(len(result.stack))
    shown = list(result.differences.items())[: 1 if result.between == "relu" else None]
    return Curve(
        title="How far apart they are",
        x_label="validation digit",
        y_scale="log",
        y_domain=(1e-18, 100),
        series=[
            Series(x=digit, y=np.where(values > 0, values, np.nan), label=name, color="activations", symbol=i)
            for i, (name, values) in enumerate(shown)
        ],
    )


def max_of_zero_scene(result: MaxOfZero) -> Scene:
    """Its time is a line of code."""
    rows, units = result.res.shape
    vmax = float(np.abs(result.res).max())

    def cells(title: str, values: Array, **options: Any) -> Pixels:
        look = {"axes": ("digit", "unit"), "stretch": True, **options}
        return Pixels(
            title=title, array=values[None, None, :, :COLUMNS], signed=True, vmax=vmax, text=2, cell=(34, 16), **look
        )

    digits = Pixels(title=f"xb: {rows} digits", array=_as_grey(result.images)[None], vmax=255, narrow_height=84)
    res = cells(f"res, the first {COLUMNS} of {units} columns", result.res, weight=2)
    relu = cells("res.max(tensor(0.0))", result.relu)
    largest = cells("res.max(0).values: each column's largest", result.values[None], axes=("", "unit"), stretch=False)
    lines = Steps(active=np.arange(len(CODE)), steps=_lines(result), narrow_height="auto")
    labels = [f"line {i + 1}: {line}" for i, (_, line) in enumerate(CODE)]
    return staged(result, (Row(124, (digits, res)), Row(124, (relu, largest)), Row(236, (lines,))), labels)


def _lines(result: MaxOfZero) -> list[Step]:
    """The lines of code with their shapes and what came of them."""
    rows, units = result.res.shape
    shapes = (
        f"({rows}, 784) → ({rows}, {units})",
        f"({rows}, {units})",
        f"({len(result.outputs)}, 1)",
        f"values ({units},), indices ({units},)",
        "",
        f"({len(result.of_values)},)",
    )
    words = (
        f"{int((result.res < 0).sum())} of {result.res.size} numbers are negative",
        "negatives replaced by 0, all others kept",
        f"one prediction for each digit: {_listed(result.outputs)}",
        f"{result.kind}: the largest of each column, over the digits",
        result.error,
        f"one number for all {rows} digits: {_listed(result.of_values)}",
    )
    return [
        Step(name=name, code=line, shapes=shape, formula=[word])
        for (name, line), shape, word in zip(CODE, shapes, words, strict=True)
    ]


def _listed(values: Array) -> str:
    return ", ".join(f"{value:.2f}" for value in values).replace("-", "−")
