"""*Loss surface* to explore: the surface with its sections, the path's losses, and those of all mini-batches."""

import numpy as np

from core.charts.grids import surface_chart
from core.charts.marks import line_chart
from core.charts.theme import Chart
from core.exhibits.loss_surface.experiment import LossSurface


def plane_chart(result: LossSurface) -> Chart:
    """The loss over the plane, with the path at the height of the true loss."""
    path = np.column_stack([result.path, result.true_loss])
    surface = result.surface
    paths = [("gradient descent", path)]
    return surface_chart(surface.a, surface.b, result.heights, title="The loss around the path", paths=paths)


def path_losses_chart(result: LossSurface) -> Chart:
    """How far the slice tells the truth."""
    inks = {"true loss": "loss", "loss in the slice": "loss"}
    return line_chart(result.table(), "steps taken", inks, title="True loss, and the loss in this slice", y="loss")


def batch_losses_chart(result: LossSurface) -> Chart:
    """What training saw: the loss of each mini-batch before its step."""
    losses = result.run.losses
    columns = {"steps taken": np.arange(len(losses)), "loss": losses}
    return line_chart(columns, "steps taken", {"loss": "loss"}, title="Loss of every mini-batch", y="loss")
