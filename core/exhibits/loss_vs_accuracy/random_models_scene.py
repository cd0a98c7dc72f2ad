"""A histogram of what random models score, and their weights, drawn one after the other."""

import numpy as np

from core.exhibits.loss_vs_accuracy.random_models import RandomModels
from core.exhibits.loss_vs_accuracy.staging import staged
from core.stage.panels import Bars, Mark, Pixels
from core.stage.scene import Row, Scene

BINS = np.linspace(0, 1, 41)


def scene(result: RandomModels) -> Scene:
    """Its time is a model."""
    labels = [f"seed {seed}: accuracy {value:.4f}" for seed, value in enumerate(result.accuracies)]
    return staged(result, [Row(380, [_histogram(result), _weights(result)])], labels)


def _histogram(result: RandomModels) -> Bars:
    values = result.accuracies
    bins = np.clip(np.searchsorted(BINS, values, side="right") - 1, 0, len(BINS) - 2)
    return Bars(
        title="Accuracy of random models",
        x_label="accuracy on the training digits",
        y_label="models",
        edges=BINS,
        heights=np.cumsum(np.eye(len(BINS) - 1, dtype=np.int32)[bins], 0),
        highlight=bins,
        color="metric",
        weight=5,
        marks=[
            Mark(x=float(values.mean()), label=f"mean {values.mean():.3f}"),
            Mark(x=result.chosen, label=f"seed {result.seed}: {result.chosen:.3f}"),
        ],
    )


def _weights(result: RandomModels) -> Pixels:
    return Pixels(
        title="The newest model's weights",
        array=result.weights.reshape(-1, 1, 28, 28),
        signed=True,
        vmax=3.0,
        weight=3,
        narrow_height=260,
    )
