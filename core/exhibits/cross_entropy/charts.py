"""*Cross-entropy* to explore: what is picked, what a mistake costs, where numbers break, and two trainings."""

import numpy as np

from core.charts.grids import grid_map
from core.charts.marks import bar_chart, line_chart
from core.charts.theme import Chart, class_inks
from core.exhibits.cross_entropy.confident_mistake import Mistake
from core.exhibits.cross_entropy.numerics_lab import METHODS, Breaking
from core.exhibits.cross_entropy.p_minus_y import RowGradient
from core.exhibits.cross_entropy.products import Products
from core.exhibits.cross_entropy.settings import DTYPES
from core.exhibits.cross_entropy.step_by_step import Picked
from core.exhibits.cross_entropy.training import TwoLosses


def picked_map(result: Picked) -> Chart:
    """The probabilities, with each whether its row's target picks it."""
    classes = np.arange(result.probabilities.shape[1])
    said = np.where(classes[None, :] == result.targets[:, None], "picked by the target", "not picked")
    return grid_map(
        result.probabilities,
        title="Softmax of the six rows",
        x="class",
        y="row",
        value="probability",
        x_names=[f"class {i}" for i in classes],
        y_names=[f"row {i}" for i in range(len(result.targets))],
        said=said,
        written=True,
    )


def row_losses_chart(result: Picked) -> Chart:
    """What each row costs, with the steps that are switched on."""
    columns = {"row": np.array([str(i) for i in range(len(result.losses))]), "loss": result.losses}
    return bar_chart(columns, "row", {"loss": "loss"}, title="Each row's loss", y="loss")


def mistake_losses_chart(result: Mistake) -> Chart:
    """Both losses by the right class's logit."""
    inks = {"-log p": "loss", "1 - p": "loss"}
    return line_chart(result.table(), "logit", inks, title="Two losses of one probability", y="loss")


def mistake_slopes_chart(result: Mistake) -> Chart:
    """Their slopes: what training gets."""
    inks = {"slope of -log p": "gradient", "slope of 1 - p": "gradient"}
    return line_chart(result.table(), "logit", inks, title="Their slopes", y="slope")


def row_gradient_chart(result: RowGradient) -> Chart:
    """The gradient of each activation, by autograd; p − y lies on it."""
    table = result.table()
    inks = class_inks([name for name in table if name.startswith("gradient")])
    title = "The gradient as the target's activation moves"
    return line_chart(table, "activation", inks, title=title, y="gradient")


def formula_apart_chart(result: RowGradient) -> Chart:
    """How far p − y lies from autograd: rounding."""
    apart = np.abs(result.autograd.astype(np.float64) - result.formula).max(1)
    columns = {"activation": result.moving, "largest difference": apart}
    inks = {"largest difference": "data"}
    return line_chart(columns, "activation", inks, title="How far p − y lies from autograd", y="difference", log_y=True)


def row_loss_chart(result: RowGradient) -> Chart:
    """The loss itself."""
    inks = {"loss": "loss"}
    return line_chart(result.table(), "activation", inks, title="The row's loss", y="loss")


def breaking_losses_chart(result: Breaking) -> Chart:
    """The loss by each way to write it, in the chosen type; where there is no line, it is no number."""
    kind = list(DTYPES).index(result.precision)
    columns = {"size": result.size}
    columns |= {method: result.chains[:, kind, j, -1] for j, method in enumerate(METHODS)}
    title = f"The loss in {result.precision}, written three ways"
    return line_chart(columns, "size", class_inks(list(METHODS)), title=title, y="loss", log_x=True)


def breaking_types_chart(result: Breaking) -> Chart:
    """The loss by the chosen way, in every type."""
    method = list(METHODS).index(result.method)
    columns = {"size": result.size}
    columns |= {kind: result.chains[:, i, method, -1] for i, kind in enumerate(DTYPES)}
    title = f"The loss by “{result.method}”, in every type"
    return line_chart(columns, "size", class_inks(list(DTYPES)), title=title, y="loss", log_x=True)


def products_chart(result: Products) -> Chart:
    """The product of N probabilities in every type, on a logarithmic scale: each line ends where it becomes 0."""
    table = result.table()
    inks = class_inks([name for name in table if name.startswith("product")])
    return line_chart(table, "N", inks, title=f"The product of N times {result.chance:g}", y="product", log_y=True)


def log_sums_chart(result: Products) -> Chart:
    """The sum of their logs."""
    table = result.table()
    inks = class_inks([name for name in table if name.startswith("sum")])
    return line_chart(table, "N", inks, title="The sum of their logs", y="sum of logs")


def safe_and_naive_chart(result: TwoLosses) -> Chart:
    """Both losses of every mini-batch."""
    inks = {"loss, safe": "loss", "loss, naive": "loss"}
    return line_chart(result.table(), "step", inks, title="Loss of every mini-batch", y="loss")


def largest_activations_chart(result: TwoLosses) -> Chart:
    """How large the activations became: what the naive exponentials must bear."""
    safe, naive = result.safe, result.naive
    columns = {"steps taken": safe.run.kept, "safe": safe.largest}
    if len(naive.largest) == len(safe.largest):
        columns["naive"] = naive.largest
    inks = {name: "activations" for name in columns if name != "steps taken"}
    return line_chart(columns, "steps taken", inks, title="Largest activation on the validation digits", y="activation")
