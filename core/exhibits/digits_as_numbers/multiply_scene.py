"""`xb @ weights + bias` on the stage, row after row of pixels; or what `*` leaves."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.digits_as_numbers.multiply import Model, Product, Trial, count
from core.exhibits.digits_as_numbers.pictures import SIDE
from core.exhibits.digits_as_numbers.settings import EPOCHS
from core.exhibits.digits_as_numbers.staging import ROWS, done_labels, linked, outlines, staged
from core.nn.models import PIXELS
from core.stage.panels import Curve, LivingNumber, Mark, Pixels, PointedNumber, Quantity, Series, Step, Steps, Words
from core.stage.scene import Row, Scene


def scene(result: Product) -> Scene:
    """Its time is the rows of pixels multiplied, and then the lines of code that are tried."""
    star = result.operator == "*"
    trials = result.trials[1:] if star else result.trials
    steps = [_init(result.model), *(_star_steps(result) if star else _sum_steps(result)), *_trials(result, trials)]
    active = np.array([0] + [1] * SIDE + list(range(2, len(steps))))
    frames = np.arange(len(active))
    added = np.minimum(frames, SIDE + (not star))  # rows, then the bias
    lines = Steps(steps=steps, active=active, rows=added, narrow_height="auto")
    right = _without_a_sum(result, len(frames)) if star else _running(result, added)
    labels = done_labels("products") + ([] if star else ["and the bias"])
    labels += [f"{trial.code}: {'error' if trial.shape is None else trial.shape}" for trial in trials]
    rows = (Row(186, (*_pictures(result, len(frames)), right)), Row(204 if star else 282, (lines,)))
    return staged(result, rows, labels)


def _done(frames: int) -> Array:
    """How many products are there at each frame."""
    return SIDE * np.minimum(np.arange(frames), SIDE)


def _pictures(result: Product, frames: int) -> tuple[Pixels, Pixels, Pixels]:
    """The digit, the weights and their products, pixel by pixel."""
    image, weights, products, total = result.image, result.model.weights, result.products, result.running[-2]
    outlined = outlines(np.maximum(ROWS - 1, 0), 0, SIDE)
    box = np.concatenate([outlined, np.zeros((frames - SIDE - 1, 5), int)])
    percent = 100 * products / total if total else 0 * products
    x = linked("x: the digit", image, box=box, hover=["x ", _pointed(image)], weight=3)
    w = linked(
        "w: the weights",
        weights,
        box=box,
        hover=["· w ", _pointed(weights, "parameters")],
        **_signed(weights),
    )
    share = PointedNumber(value=percent[None], digits=2)
    xw = linked(
        "x · w",
        products,
        up_to=_done(frames),
        hover=["= ", _pointed(products, "activations"), ", ", share, "% of the sum"],
        **_signed(products),
    )
    return x, w, xw


def _pointed(image: Array, color: Quantity | None = None) -> PointedNumber:
    return PointedNumber(value=image.reshape(1, 1, SIDE, SIDE), color=color)


def _signed(values: Array) -> dict[str, Any]:
    """How a picture of numbers of either sign is drawn."""
    return {"axes": ("", ""), "signed": True, "vmax": float(np.abs(values).max()) or 1.0, "weight": 3}


def _running(result: Product, rows: Array) -> Curve:
    """The sum of the products, row after row, and at last the bias."""
    steps = np.arange(SIDE + 2)
    return Curve(
        title="Their sum, row after row",
        x_label="rows added, then the bias",
        at=rows,
        marks=[Mark(x=SIDE, label="")],
        series=[
            Series(x=steps, y=np.zeros(SIDE + 2), color="data", lane="B", faint=True),
            Series(x=steps, y=result.running[:, None], label="sum", color="activations", step=True),
        ],
        weight=6,
    )


def _without_a_sum(result: Product, frames: int) -> Pixels:
    """What `xb * weights.T + bias` leaves: as many numbers as went in."""
    products = result.batch * result.model.weights + result.model.bias
    n, most = len(products), float(np.abs(products).max()) or 1.0
    return Pixels(
        title=f"What * leaves: {n} × 784 numbers",
        array=(products / most * 127).round().astype(np.int8).reshape(1, 1, n, PIXELS),
        signed=True,
        vmax=127,
        unit=most / 127,
        stretch=True,
        up_to=PIXELS * (n - 1) + _done(frames),
        axes=("image", "pixel"),
        link=PIXELS * (n - 1),
        weight=6,
    )


def _init(model: Model) -> Step:
    random = model.start == "random"
    call = f'parameters_of("trained", "{model.digits}", {model.seed})'
    if random:
        call = f'init_params("linear", "randn", {model.seed})'
    words = "random" if random else f"trained for {EPOCHS} epochs"
    return Step(
        name="init",
        code=f"weights, bias = {call}",
        shapes="(784, 1) and (1,)",
        formula=[f"784 weights and 1 bias, {words}"],
    )


def _so_far(result: Product) -> tuple[LivingNumber, LivingNumber]:
    """How many products there are, and their sum, both by the rows that are done."""
    done = np.minimum(np.arange(len(result.running)), SIDE)
    total = LivingNumber(value=result.running[done][:, None], color="activations", digits=4)
    return LivingNumber(value=SIDE * done[:, None]), total


def _sum_steps(result: Product) -> list[Step]:
    parts = np.array([[result.total, result.model.bias, result.logit]])
    total, logit = (LivingNumber(value=parts, at=at, color="activations", digits=4) for at in (0, 2))
    bias = LivingNumber(value=parts, at=1, color="parameters")
    added: list[str | LivingNumber] = [total, " + ", bias, " = ", logit]
    if not result.model.with_bias:
        added = ["left out"]
    side = "above 0: a 3" if result.logit > 0 else "not above 0: a 7" if result.logit < 0 else "exactly 0: neither"
    products, so_far = _so_far(result)
    return [
        Step(
            name="x @ w",
            code="(x * weights[:, 0]).sum()",
            shapes="(784,) * (784,) → (784,) → ()",
            formula=[products, " products add up to ", so_far],
        ),
        Step(name="+ bias", code="… + bias", shapes="() + (1,) → (1,)", formula=[*added, f", {side}"]),
    ]


def _star_steps(result: Product) -> list[Step]:
    products, _ = _so_far(result)
    return [
        Step(
            name="x * w",
            code="x * weights[:, 0]",
            shapes="(784,) * (784,) → (784,)",
            formula=[products, " products, and no sum"],
        )
    ]


def _trials(result: Product, trials: Sequence[Trial]) -> list[Step]:
    """The lines of code that were run, and what came of each."""
    return [
        Step(
            name="batch" if "@" in trial.code else "*",
            code=trial.code,
            shapes=trial.operands,
            formula=_given(trial, result.outputs),
        )
        for trial in trials
    ]


def _given(trial: Trial, outputs: Array) -> Sequence[str | LivingNumber | Words]:
    if trial.shape is None:
        return [Words(text=f"RuntimeError: {trial.error}", color="loss")]
    if "@" in trial.code:
        last = LivingNumber(value=outputs[None], at=trial.shape[0] - 1, color="activations", digits=4)
        return [f"{trial.shape}: one sum an image, the last ", last]
    return [f"{trial.shape}: {count(trial):,} numbers, no sum"]
