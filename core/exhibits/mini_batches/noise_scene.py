"""The gradient's noise on the stage: how far batches of every size lie from the full gradient, and which way."""

import math

import numpy as np

from core.arrays import Array
from core.exhibits.mini_batches.noise import SHOWN, Noise
from core.exhibits.mini_batches.staging import staged
from core.stage.panels import Curve, Domain, Moving, Pixels, Plot, Series
from core.stage.scene import Row, Scene


def scene(result: Noise) -> Scene:
    """Its time is the batch size."""
    labels = [f"batches of {n}" if n > 1 else "single items" for n in result.sizes]
    rows = (Row(290, (_distances(result), _cloud(result))), Row(136, (_full(result), _examples(result))))
    return staged(result, rows, labels, 8.0)


def _decades(*values: Array) -> Domain:
    """Whole powers of ten around all of these."""
    low, high = float(min(map(np.min, values))), float(max(map(np.max, values)))
    return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))


def _distances(result: Noise) -> Curve:
    return Curve(
        title="Distance from the full gradient, in its own lengths",
        at=result.sizes,
        x_label="batch size",
        x_scale="log",
        y_scale="log",
        y_domain=_decades(result.mean, result.rms, result.law),
        weight=5,
        series=[
            Series(x=result.sizes, y=result.law, label="1/√n", color="data", faint=True),
            Series(x=result.sizes, y=result.rms, label="root mean square", color="gradient"),
            Series(x=result.sizes, y=result.mean, label="mean", color="gradient", lane="B"),
        ],
    )


def _cloud(result: Noise) -> Plot:
    """The batches' gradients as points, around the full gradient as a line."""
    reach = float(np.quantile(np.abs(result.cloud[result.at(4)]), 0.97))
    arrow = np.array([0.0, 1.0])
    x, y = result.cloud[..., 0], result.cloud[..., 1]
    return Plot(
        title=f"{result.cloud.shape[1]} random batches of this size",
        x_label="along the full gradient",
        y_label="across it",
        x_domain=(-reach, reach),
        y_domain=(-reach, reach),
        weight=4,
        moving=[
            Moving(x=x, y=y, color="gradient", dots=True, faint=True, label="one batch's gradient"),
            Moving(x=arrow, y=0 * arrow, color="gradient", label="the full gradient"),
        ],
    )


def _strongest(result: Noise) -> float:
    """What has the strongest colour in both pictures."""
    return 1.5 * float(np.abs(result.full).max())


def _full(result: Noise) -> Pixels:
    weights = result.full[None, :784].reshape(1, 1, 28, 28)
    return Pixels(title="Full gradient", array=weights, signed=True, vmax=_strongest(result), narrow_height=150)


def _examples(result: Noise) -> Pixels:
    return Pixels(
        title=f"Gradients of {SHOWN} batches of this size, in 784 weights",
        array=result.examples[..., :784].reshape(-1, SHOWN, 28, 28),
        signed=True,
        vmax=_strongest(result),
        columns=SHOWN,
        weight=SHOWN,
        narrow_height=100,
    )
