"""*Loss vs. accuracy* to explore: what moves when one weight moves, 200 random models, and both surfaces."""

import numpy as np

from core.charts.grids import pixel_map, surface_chart
from core.charts.marks import histogram_chart, line_chart
from core.charts.theme import Chart
from core.exhibits.loss_vs_accuracy.one_weight import Sweep
from core.exhibits.loss_vs_accuracy.random_models import RandomModels
from core.exhibits.loss_vs_accuracy.two_surfaces import CELLS, TwoSurfaces


def loss_change_chart(result: Sweep) -> Chart:
    """The smooth one."""
    inks = {"change of the loss": "loss"}
    return line_chart(result.table(), "factor", inks, title="The loss as one weight moves", y="change of the loss")


def accuracy_change_chart(result: Sweep) -> Chart:
    """The one with steps."""
    inks = {"change of the accuracy": "metric"}
    title = "The accuracy as the same weight moves"
    return line_chart(result.table(), "factor", inks, title=title, y="change of the accuracy")


def weight_slopes_map(result: Sweep) -> Chart:
    """The slope of the loss in each of the 784 weights, and how far each may move before a prediction turns."""
    room = [f"may move by {room:.3g}" if np.isfinite(room) else "turns no prediction" for room in result.room]
    return pixel_map(result.gradient, title="Slope of the loss in every weight", value="slope", said=room)


def models_chart(result: RandomModels) -> Chart:
    """How the accuracies of random models are spread."""
    marked = {f"seed {result.seed}": result.chosen}
    title = "Accuracy of 200 random models"
    return histogram_chart(result.table(), "accuracy", title=title, counted="models", ink="metric", marked=marked)


def models_by_seed_chart(result: RandomModels) -> Chart:
    """Every model by its seed."""
    inks = {"accuracy": "metric"}
    return line_chart(result.table(), "seed", inks, title="The same by seed", y="accuracy")


def loss_terrain_chart(result: TwoSurfaces) -> Chart:
    """The smooth surface."""
    at, labels = result.nodes, (f"weights[{result.pixels[0]}]", f"weights[{result.pixels[1]}]")
    return surface_chart(
        at, at, result.loss_change, title="Change of the loss: smooth", z="change of the loss", labels=labels
    )


def error_terrain_chart(result: TwoSurfaces) -> Chart:
    """The terraces."""
    at, labels = result.cells, (f"weights[{result.pixels[0]}]", f"weights[{result.pixels[1]}]")
    title, values = "Change of the error rate: terraces", -result.accuracy_change
    return surface_chart(at, at, values, title=title, z="change of the error rate", labels=labels)


def terrain_sections_chart(result: TwoSurfaces) -> Chart:
    """The first weight's section of the loss, where the second one stays."""
    inks = {"change of the loss": "loss"}
    title = f"Loss along the first weight, {CELLS} places"
    return line_chart(result.table(), "factor", inks, title=title, y="change of the loss")
