"""What the scenes of all views share."""

from functools import lru_cache

import numpy as np

from core.arrays import Array
from core.exhibits.neural_net.moments import Moments, Training
from core.nn.models import HIDDEN
from core.stage.scene import Row, Scene, Time
from core.view import Result
from core.words import plain_text

VMAX = 127
"""What has the strongest colour in pictures of weights as small integers."""

SHARP = 0.998
"""The share of weights that the colours tell apart; the few larger ones get the last colour."""


def staged(result: Result, rows: tuple[Row, ...], time: Time | None = None, seconds: float = 6.0) -> Scene:
    """The rows on this time, or as one frame that stands still."""
    alt = plain_text("A neural net, 784 inputs, 30 units, 1 output.", result.findings())
    return Scene(rows=rows, alt=alt, time=time, seconds=seconds)


def weight_pictures(weights: Array) -> tuple[Array, float]:
    """Weights (F, 30 · 784) as small integers (F, 30, 28, 28), and what one of these stands for."""
    vmax = float(np.quantile(np.abs(weights[-1]), SHARP)) or 1.0
    small = np.clip(weights * np.float32(VMAX / vmax), -VMAX, VMAX).round().astype(np.int8)
    return small.reshape(-1, HIDDEN, 28, 28), vmax / VMAX


@lru_cache(maxsize=4)
def training_pictures(training: Training) -> tuple[Array, float]:
    """Those of a whole training, made once: another image leaves them as they are."""
    return weight_pictures(training.parts["w1"])


def steps_time(moments: Moments) -> Time:
    """The training's steps."""
    training = moments.training
    return Time(at=training.steps, total=int(training.steps[-1]), unit="step", per_epoch=training.per_epoch)


def steps_seconds(moments: Moments) -> float:
    return 0.16 * moments.frames
