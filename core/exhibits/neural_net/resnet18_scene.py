"""resnet18 on the stage: its loss while it trains, and its accuracy beside the lesson's models."""

import numpy as np

from core.exhibits.neural_net.resnet18 import DeepNet
from core.exhibits.neural_net.staging import staged
from core.stage.panels import Bars, Curve, Series
from core.stage.scene import Row, Scene


def scene(result: DeepNet) -> Scene:
    """It stands still; the page draws it anew as reports arrive."""
    panels = (_loss(result), _accuracies(result)) if len(result.losses) else (_accuracies(result),)
    return staged(result, (Row(300, panels),))


def _accuracies(result: DeepNet) -> Bars:
    accuracies = dict(zip(("linear", "net"), result.lesson_accuracy.values(), strict=True))
    if result.accuracy is not None:
        accuracies["resnet18"] = result.accuracy
    return Bars(
        title="Accuracy on the validation digits",
        labels=list(accuracies),
        heights=np.array(list(accuracies.values()), np.float32),
        color="metric",
        digits=4,
        y_domain=(0, 1.12),
        weight=2,
    )


def _loss(result: DeepNet) -> Curve:
    done = len(result.losses)
    return Curve(
        title="resnet18: cross-entropy of every mini-batch",
        x_label="steps",
        at=np.array([done]),
        x_domain=(1, result.reports[-1].steps),
        weight=3,
        series=[Series(x=np.arange(1, done + 1), y=result.losses, label="loss", color="loss")],
    )
