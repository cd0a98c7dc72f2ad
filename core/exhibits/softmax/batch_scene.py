"""A batch on the stage: 64 rows of ten probabilities, of which one is looked at."""

import numpy as np

from core.exhibits.softmax.batch import ROUNDING, Batch
from core.exhibits.softmax.staging import DIGITS, column, finite_range, grey_pictures, staged
from core.stage.panels import Bars, Column, Columns, Pixels
from core.stage.scene import Row, Scene


def scene(result: Batch) -> Scene:
    """Its time is the rows of the batch."""
    picture = Pixels(title="Its picture", array=grey_pictures(result.images), vmax=255, weight=2)
    rows = Row(238, [_all_rows(result), picture]), Row(232, [_one_row(result), _errors(result)])
    likeliest = result.probabilities.argmax(1)
    labels = [
        f"row {i}: a {target}, likeliest {digit}"
        for i, (target, digit) in enumerate(zip(result.targets, likeliest, strict=True))
    ]
    return staged(result, rows, labels, autoplay=False)


def _all_rows(result: Batch) -> Columns:
    n = len(result.targets)
    return Columns(
        title=f"{n} rows of 10 probabilities: click one",
        names=[f"row {i}" for i in range(n)],
        columns=[column(digit, result.probabilities[:, k], digits=0) for k, digit in enumerate(DIGITS)],
        highlight=np.arange(n),
        pick=True,
        weight=5,
    )


def _one_row(result: Batch) -> Columns:
    return Columns(
        title="The row, class by class; its target is lit",
        names=DIGITS,
        weight=3,
        highlight=result.targets,
        columns=[
            column("activation", result.activations, domain=finite_range(result.activations)),
            Column(
                title="probability",
                values=result.probabilities,
                color="activations",
                digits=4,
                total=result.sums,
                total_digits=9,
            ),
        ],
    )


def _errors(result: Batch) -> Bars:
    counts = np.bincount(result.errors)
    return Bars(
        title="How far the rows are from 1",
        labels=[f"{k * ROUNDING:.2g}".replace("e-0", "e−") for k in range(len(counts))],
        heights=counts,
        color="data",
        y_label="rows",
        highlight=result.errors,
        digits=3,
        weight=2,
    )
