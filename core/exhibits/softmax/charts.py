"""*Softmax* to explore: probabilities as activations move, two classes, the book's table, a batch, none of these."""

import numpy as np

from core.arrays import Array
from core.charts.grids import grid_map
from core.charts.marks import bar_chart, line_chart
from core.charts.theme import Chart, class_inks
from core.exhibits.softmax.bars import Sweep
from core.exhibits.softmax.batch import Batch
from core.exhibits.softmax.none_of_these import FarBelow, NoDigits
from core.exhibits.softmax.table import BookTable
from core.exhibits.softmax.two_classes import TwoClasses


def probabilities_chart(result: Sweep) -> Chart:
    """Every class's probability while one activation moves."""
    moved = next(iter(result.table()))
    columns = {moved: result.values} | dict(zip(result.names, result.probabilities.T, strict=True))
    title = f"Probabilities as {result.names[result.moving]}'s activation moves"
    return line_chart(columns, moved, class_inks(list(result.names)), title=title, y="probability")


def exponents_chart(result: Sweep) -> Chart:
    """The exponents that they are shares of."""
    moved = next(iter(result.table()))
    columns = {moved: result.values} | dict(zip(result.names, result.exponents.T, strict=True))
    inks = class_inks(list(result.names))
    return line_chart(columns, moved, inks, title="The exponents", y="exponent", log_y=True)


def two_ways_chart(result: TwoClasses) -> Chart:
    """Softmax of two, and the sigmoid of their difference: one line."""
    inks = {"softmax": "activations", "sigmoid": "metric"}
    title = "Softmax of two, and the sigmoid of their difference"
    return line_chart(result.table(), "a1 - a2", inks, title=title, y="probability")


def two_ways_apart_chart(result: TwoClasses) -> Chart:
    """How far rounding takes them apart."""
    table = result.table()
    inks = dict.fromkeys([name for name in table if name.startswith("difference")], "data")
    return line_chart(table, "a1 - a2", inks, title="How far rounding takes them apart", y="difference", log_y=True)


def book_rows_chart(result: BookTable) -> Chart:
    """Activation, exponent and probability of both classes in each row."""
    columns = {"row": np.array([str(i) for i in range(len(result.activations))])} | result.table()
    inks = {"probability 3": "metric", "probability 7": "activations"}
    return bar_chart(columns, "row", inks, title="Probabilities of the book's rows", y="probability")


def book_activations_chart(result: BookTable) -> Chart:
    """What they are made from."""
    columns = {"row": np.array([str(i) for i in range(len(result.activations))])} | result.table()
    inks = {"activation 3": "metric", "activation 7": "activations"}
    return bar_chart(columns, "row", inks, title="The activations they are made from", y="activation")


def batch_map(result: Batch) -> Chart:
    """64 rows of ten probabilities; with each whether it is the row's target."""
    said = np.where(np.arange(10)[None, :] == result.targets[:, None], "this is the target", "not the target")
    return grid_map(
        result.probabilities,
        title="Probabilities of 64 digits",
        x="class",
        y="row of the batch",
        value="probability",
        said=said,
    )


def batch_targets_chart(result: Batch) -> Chart:
    """How probable each row's own class is."""
    rows = np.arange(len(result.targets))
    columns = {"row of the batch": rows, "probability of its target": result.probabilities[rows, result.targets]}
    inks = {"probability of its target": "activations"}
    return line_chart(columns, "row of the batch", inks, title="How probable each row's own class is", y="probability")


def pushed_down_chart(result: FarBelow) -> Chart:
    """Softmax does not notice that all activations fall; each one's own sigmoid does."""
    table = result.table()
    inks = {
        name: "activations" if name.startswith("softmax") else "metric" for name in table if name != "pushed down by"
    }
    title = "Softmax and sigmoids as all activations are pushed down"
    return line_chart(table, "pushed down by", inks, title=title, y="probability")


def strange_pictures_map(result: NoDigits) -> Chart:
    """What softmax makes of each picture."""
    return _by_picture(result, result.softmax, "Softmax, picture by picture")


def strange_sigmoids_map(result: NoDigits) -> Chart:
    """And ten sigmoids."""
    return _by_picture(result, result.sigmoid, "Ten sigmoids, picture by picture")


def _by_picture(result: NoDigits, probabilities: Array, title: str) -> Chart:
    return grid_map(
        probabilities,
        title=title,
        x="class",
        y="picture",
        value="probability",
        x_names=[str(i) for i in range(10)],
        y_names=list(result.names),
        written=True,
    )
