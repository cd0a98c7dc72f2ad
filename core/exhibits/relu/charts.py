"""*ReLU* to explore: activations and their slopes, what a stack is without one, curves and boundaries made of bends."""

import numpy as np

from core.charts.grids import grid_map
from core.charts.marks import histogram_chart, line_chart, point_chart
from core.charts.theme import Chart, class_inks
from core.exhibits.relu.any_curve import Learned, Placed
from core.exhibits.relu.boundary import REACH, Boundary
from core.exhibits.relu.one_unit import OneUnit
from core.exhibits.relu.two_linears import Collapse, MaxOfZero
from core.exhibits.relu.which_one import Comparison


def activations_chart(result: OneUnit) -> Chart:
    """All seven; a click in the legend shows one alone."""
    table = result.table()
    names = [name for name in table if name != "x" and not name.startswith("slope")]
    return line_chart(table, "x", class_inks(names), title="Seven activations", y="value")


def activations_slopes_chart(result: OneUnit) -> Chart:
    """And their slopes."""
    table = result.table()
    names = [name for name in table if name.startswith("slope")]
    return line_chart(table, "x", class_inks(names), title="Their slopes", y="slope")


def stack_chart(result: Collapse) -> Chart:
    """The stack's output against that of the one layer made of its matrices."""
    stack, single, *differences = result.table()
    title = "A stack against the one layer made of its matrices"
    return point_chart(result.table(), stack, single, title=title, ink="activations", tips=differences, diagonal=True)


def stack_differences_chart(result: Collapse) -> Chart:
    """How far apart they are."""
    differences = np.abs(result.differences["float64"])
    columns = {"log10 of the difference": np.log10(np.where(differences > 0, differences, np.nan))}
    title = "Their differences in float64"
    return histogram_chart(columns, "log10 of the difference", title=title, counted="digits", ink="data")


def hidden_map(result: MaxOfZero) -> Chart:
    """The 30 numbers of each image before the second line; with each what either version makes of it."""
    said = [
        [
            f"res.max(tensor(0.0)) {max(value, 0.0):.4g}; largest of its column {largest:.4g}"
            for value, largest in zip(row, result.values.tolist(), strict=True)
        ]
        for row in result.res.tolist()
    ]
    return grid_map(
        result.res,
        title="res, 6 images of 30 numbers",
        x="unit",
        y="image",
        value="res",
        kind="signed",
        said=np.array(said),
    )


def placed_sum_chart(result: Placed) -> Chart:
    """The curve and the sum of all ReLUs."""
    columns = {"x": result.x, "curve": result.y, "sum of the ReLUs": result.sums[-1]}
    inks = {"curve": "data", "sum of the ReLUs": "activations"}
    return line_chart(
        columns, "x", inks, title=f"{result.name[:1].upper()}{result.name[1:]}, and the sum of the ReLUs", y="y"
    )


def placed_losses_chart(result: Placed) -> Chart:
    """How the loss falls with the number of ReLUs."""
    columns = {"ReLUs": np.arange(1, len(result.by_count) + 1), "loss": result.by_count}
    return line_chart(columns, "ReLUs", {"loss": "loss"}, title="Loss by number of ReLUs", y="loss", log_y=True)


def learned_sum_chart(result: Learned) -> Chart:
    """The curve and what the first run has found."""
    columns = {"x": result.x, "curve": result.y, "the net": result.outputs[-1]}
    inks = {"curve": "data", "the net": "activations"}
    return line_chart(columns, "x", inks, title="The curve, and what SGD found", y="y")


def learned_losses_chart(result: Learned) -> Chart:
    """The losses of all runs; they differ in their seed alone."""
    table = result.table()
    names = [name for name in table if name.startswith("loss")]
    inks = dict.fromkeys(names, "loss")
    return line_chart(table, "steps taken", inks, title="Loss of every seed", y="loss", log_y=True)


def field_map(result: Boundary) -> Chart:
    """What the net says in the end of every place, from -1 (class 0) to 1 (class 1)."""
    field = result.field[-1]
    at = [f"{place:.2f}" for place in np.linspace(-REACH, REACH, field.shape[1])]
    return grid_map(
        field[::-1],
        title="What the net says of every place",
        x="x",
        y="y",
        value="p(1) − p(0)",
        x_names=at,
        y_names=at[::-1],
        kind="signed",
        square=True,
    )


def points_chart(result: Boundary) -> Chart:
    """The points that it learned from."""
    columns = {
        "x": result.points[:, 0],
        "y": result.points[:, 1],
        "class": np.where(result.classes.astype(bool), "class 1", "class 0"),
    }
    inks = {"class 0": "metric", "class 1": "activations"}
    return point_chart(columns, "x", "y", title="The points", kinds=("class", inks))


def boundary_accuracies_chart(result: Boundary) -> Chart:
    """On these points and on new ones."""
    inks = {"accuracy": "metric", "accuracy on new points": "metric"}
    return line_chart(
        result.table(), "steps taken", inks, title="Accuracy on these points and on new ones", y="accuracy"
    )


def boundary_losses_chart(result: Boundary) -> Chart:
    """The loss on the points."""
    return line_chart(result.table(), "steps taken", {"loss": "loss"}, title="Loss", y="loss")


def contest_chart(result: Comparison) -> Chart:
    """The losses of all seeds and activations that have been trained so far."""
    table = result.table()
    names = [name for name in table if name.startswith("loss")]
    inks_of = class_inks(list(dict.fromkeys(name.rsplit(", seed", 1)[0] for name in names)))
    inks = {name: inks_of[name.rsplit(", seed", 1)[0]] for name in names}
    return line_chart(table, "steps taken", inks, title="Loss of every activation and seed", y="loss", log_y=True)


def contest_ends_chart(result: Comparison) -> Chart:
    """Where each run ends."""
    table = result.table()
    names = [name for name in table if name.startswith("loss")]
    kinds = [name.removeprefix("loss, ").rsplit(", seed ", 1) for name in names]
    columns = {
        "seed": np.array([int(seed) for _, seed in kinds]),
        "last loss": np.array([float(table[name][-1]) for name in names]),
        "activation": np.array([kind for kind, _ in kinds]),
    }
    inks = class_inks(list(dict.fromkeys(columns["activation"].tolist())))
    return point_chart(
        columns, "seed", "last loss", title="Where each run ends", kinds=("activation", inks), log_y=True, size=90
    )
