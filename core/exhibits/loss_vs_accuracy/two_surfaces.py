"""Loss and accuracy over the same square, when two weights of a random model move."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.loss_vs_accuracy.precise import Parameters, distance, logits_and_targets
from core.exhibits.loss_vs_accuracy.settings import Settings
from core.nn.models import init_params
from core.words import format_number

CELLS = 61  # of the accuracy's surface, a side


@dataclass(frozen=True, kw_only=True)
class TwoSurfaces:
    """Two weights move to w * (1 + s) and v * (1 + t), both from -zoom to zoom; rows are t, columns s."""

    pixels: tuple[int, int]  # whose weights move
    items: int  # images measured on
    weights: tuple[float, float]
    nodes: Array  # (31,): every second of the cells' centres, which is enough for the smooth loss
    loss_change: Array  # (31, 31)
    cells: Array  # (61,): centres
    correct_change: Array  # (61, 61) int: images
    path: Array  # (61,): change of the loss at the cells' centres along t = 0

    @property
    def levels(self) -> int:
        """How many values the accuracy takes in the cells."""
        return len(np.unique(self.correct_change))

    @property
    def accuracy_change(self) -> Array:
        """Change of the accuracy in every cell, (61, 61)."""
        return self.correct_change / self.items

    def findings(self) -> list[str]:
        first, second = self.pixels
        low, high = self.loss_change.min(), self.loss_change.max()
        where = f"Over this square of `weights[{first}]` and `weights[{second}]`"
        if low == high:
            return [f"{where} both are flat: the pixels are black in all {self.items:,} images, so nothing can move."]
        return [
            f"{where} {self._terraces()}. "
            f"The :red[loss] changes smoothly, by {format_number(low)} to {format_number(high)}.",
            f"The ball moves `weights[{first}]` alone. "
            "On the loss it rolls; on the error rate it stands level, or jumps.",
        ]

    def _terraces(self) -> str:
        if self.levels == 1:
            return (
                "the :blue[accuracy] is a table top: not one prediction changes side, "
                "and nothing tells which way is down"
            )
        return f"the :blue[accuracy] takes only {self.levels} values, on flat terraces that differ by whole images"

    def numbers(self) -> Numbers:
        spread = float(self.loss_change.max() - self.loss_change.min())
        return {
            "values of the accuracy": self.levels,
            "range of the loss": spread,
            "cells along a side": len(self.cells),
            "points of the loss along a side": len(self.nodes),
        }

    def table(self) -> Table:
        """Every position of the first weight, where the second one stays."""
        return {
            "factor": 1 + self.cells,
            "change of the loss": self.path,
            "change of the accuracy": self.accuracy_change[CELLS // 2],
        }


def experiment(settings: Settings) -> TwoSurfaces:
    """Move two weights of the random model, measured on the training digits."""
    parameters = init_params("linear", "randn", settings.seed)
    return two_surfaces(parameters, (settings.nudged, settings.second), settings.zoom, load(settings.digits))


def two_surfaces(parameters: Parameters, pixels: tuple[int, int], zoom: float, digits: Digits) -> TwoSurfaces:
    """Move the weights of two pixels: the changes of loss and accuracy over the same square, in float64."""
    logits, targets = logits_and_targets(parameters, digits)
    first, second = (float(parameters[0][pixel]) for pixel in pixels)
    pull, pull2 = (digits.x_train[:, list(pixels)].double().numpy() * (first, second)).T
    cells = np.linspace(-1, 1, CELLS) * zoom
    nodes = cells[::2]
    before = distance(logits, targets)
    right = np.count_nonzero((logits > 0) == (targets == 1))

    def loss_change(s: Array, t: float) -> Array:
        return (distance(logits + np.outer(s, pull) + t * pull2, targets) - before).mean(1)

    def correct_change(s: Array, t: float) -> Array:
        return np.count_nonzero((logits + np.outer(s, pull) + t * pull2 > 0) == (targets == 1), axis=1) - right

    return TwoSurfaces(
        pixels=pixels,
        items=len(logits),
        weights=(first, second),
        nodes=nodes,
        loss_change=np.array([loss_change(nodes, t) for t in nodes]),
        cells=cells,
        correct_change=np.array([correct_change(cells, t) for t in cells]),
        path=loss_change(cells, 0.0),
    )
