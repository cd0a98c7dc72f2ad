"""The four ways on the stage: accuracy and loss of the recorded run, with each way's epochs on them as dots."""

from collections.abc import Sequence

import numpy as np

from core.exhibits.training_loop.four_ways import FourWays
from core.exhibits.training_loop.staging import accuracy, loss, staged
from core.exhibits.training_loop.versions import Way
from core.stage.panels import Series
from core.stage.scene import Row, Scene

NAMES = ("recorded run",)


def scene(result: FourWays) -> Scene:
    """Two curves on one time, in epochs."""
    curves = (
        accuracy(result.runs, NAMES, _accuracy_dots(result.ways)),
        loss(result.runs, NAMES, _loss_dots(result.ways)),
    )
    return staged(result.runs, result.findings(), [Row(330, curves)])


def _accuracy_dots(ways: Sequence[Way]) -> list[Series]:
    return [
        Series(x=np.arange(len(way.epoch_accuracy)), y=way.epoch_accuracy, color="metric", symbol=i, label=way.name)
        for i, way in enumerate(ways)
    ]


def _loss_dots(ways: Sequence[Way]) -> list[Series]:
    """The same symbols, without the names, which stand beside."""
    return [
        Series(x=np.arange(len(way.epoch_loss)), y=way.epoch_loss, color="loss", symbol=i) for i, way in enumerate(ways)
    ]
