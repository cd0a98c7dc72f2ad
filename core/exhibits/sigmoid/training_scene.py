"""The predictions and the loss of both trainings, with the sigmoid and without, step by step."""

import numpy as np

from core.exhibits.sigmoid.staging import staged
from core.exhibits.sigmoid.training import Training, TwoTrainings
from core.stage.panels import Curve, Lane, Moving, Plot, Series
from core.stage.scene import Row, Scene


def scene(result: TwoTrainings) -> Scene:
    """Its time is the steps taken."""
    squashed, free = result.with_sigmoid, result.without
    dots = (
        _predictions("Predictions with the sigmoid: stay in 0 to 1", squashed),
        _predictions("Predictions without the sigmoid: go anywhere", free),
    )
    curves = _loss("Loss with the sigmoid", "A", squashed), _loss("Loss without the sigmoid", "B", free)
    steps = len(squashed.losses)
    return staged(result, (Row(240, dots), Row(212, curves)), [f"step {s} of {steps - 1}" for s in range(steps)])


def _predictions(title: str, training: Training) -> Plot:
    predictions = training.predictions
    digits = predictions.shape[1]
    low, high = min(0.0, float(predictions.min())), max(1.0, float(predictions.max()))
    return Plot(
        title=title,
        x_label="validation digits, threes first",
        x_domain=(-2, digits + 1),
        y_domain=(low - 0.05 * (high - low), high + 0.05 * (high - low)),
        moving=[
            Moving(x=np.arange(digits), y=predictions, color="activations", dots=True, label="predictions"),
            Moving(color="metric", label="accuracy", value=training.accuracy),
        ],
    )


def _loss(title: str, lane: Lane, training: Training) -> Curve:
    steps = np.arange(len(training.losses))
    return Curve(
        title=title,
        x_label="steps",
        at=steps,
        series=[Series(x=steps, y=training.losses, color="loss", label="loss", lane=lane)],
    )
