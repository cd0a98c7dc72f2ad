"""*The neural net* to explore: what changes and when, unit by unit, dead units, and the judges of a drawing."""

import numpy as np

from core.charts.grids import grid_map, pixel_map
from core.charts.marks import bar_chart, line_chart, point_chart
from core.charts.theme import Chart
from core.exhibits.neural_net.dead_units import DeadUnits
from core.exhibits.neural_net.draw import Drawn
from core.exhibits.neural_net.parameters_and_activations import Changes
from core.exhibits.neural_net.resnet18 import DeepNet
from core.exhibits.neural_net.summary import Summary
from core.exhibits.neural_net.units import Units


def moment_probability_chart(result: Changes) -> Chart:
    """How sure the net is of a 3, image by image or step by step."""
    table = result.table()
    title = "How sure the net is of a 3"
    return line_chart(table, next(iter(table)), {"probability of a 3": "activations"}, title=title, y="probability")


def moment_changes_chart(result: Changes) -> Chart:
    """How many parameters and activations differ from the moment before."""
    moments = result.moments
    table = result.table()
    first = next(iter(table))
    columns = {first: np.asarray(table[first])[1:], "parameters": moments.parameter_changes}
    columns["activations"] = moments.activation_changes
    inks = {"parameters": "parameters", "activations": "activations"}
    return line_chart(columns, first, inks, title="How many change from moment to moment", y="numbers that change")


def hidden_over_time_map(result: Changes) -> Chart:
    """Every unit's activation at every moment."""
    table = result.table()
    first = next(iter(table))
    return grid_map(
        result.moments.hidden.T,
        title="Activations of the 30 units",
        x=first,
        y="unit",
        value="activation",
        x_names=[f"{first} {at}" for at in np.asarray(table[first]).tolist()],
        y_names=[f"unit {unit}" for unit in range(result.moments.hidden.shape[1])],
    )


def shares_chart(result: Units) -> Chart:
    """What each unit adds to the logit, after the training."""
    inks = {"share": "activations"}
    return bar_chart(result.table(), "unit", inks, title="Each unit's share in the logit", y="share")


def units_chart(result: Units) -> Chart:
    """A share is an activation times a weight: which of the two makes it large."""
    title = "Activation and outgoing weight of every unit"
    return point_chart(
        result.table(), "activation", "w2", title=title, ink="activations", tips=["unit", "b1", "share"], size=80
    )


def dead_chart(result: DeadUnits) -> Chart:
    """Dead units over the epochs."""
    table = result.table()
    inks = dict.fromkeys([name for name in table if name.startswith("dead")], "activations")
    return line_chart(table, "epoch", inks, title="Units that no training image lights", y="dead units")


def dead_accuracies_chart(result: DeadUnits) -> Chart:
    """And the accuracy."""
    table = result.table()
    inks = dict.fromkeys([name for name in table if name.startswith("accuracy")], "metric")
    return line_chart(table, "epoch", inks, title="Accuracy on the validation digits", y="accuracy")


def lit_map(result: DeadUnits) -> Chart:
    """The share of training images that light each unit of both nets in the end."""
    return grid_map(
        np.stack([net.lit[-1] for net in result.nets]),
        title="Share of training images that light each unit",
        x="unit",
        y="net",
        value="share",
        y_names=[net.name for net in result.nets],
        x_names=[f"unit {unit}" for unit in range(result.nets[0].lit.shape[1])],
    )


def layers_chart(result: Summary) -> Chart:
    """Weights and biases, layer by layer."""
    table = result.table()
    layers = [f"{model}: {layer}" for model, layer in zip(table["model"], table["layer"], strict=True)]
    inks = {"weights": "parameters", "biases": "gradient"}
    title = "Parameters, layer by layer"
    return bar_chart(table | {"layer": layers}, "layer", inks, title=title, y="numbers", log_y=True, lying=True)


def judged_map(result: Drawn) -> Chart | None:
    """The picture as the judges see it."""
    if result.prepared is None:
        return None
    return pixel_map(result.prepared.placed.numpy(), title="The picture that is judged", value="x", kind="grey")


def verdicts_chart(result: Drawn) -> Chart | None:
    """What each unit of the net makes of it."""
    if result.verdict is None:
        return None
    hidden = result.verdict.hidden
    columns = {"unit": np.arange(len(hidden)), "activation": hidden}
    return bar_chart(columns, "unit", {"activation": "activations"}, title="The net's activations", y="activation")


def judges_accuracies_chart(result: DeepNet) -> Chart:
    """The lesson's models, and resnet18 once it is trained."""
    accuracy = dict(result.lesson_accuracy)
    if result.reports and result.reports[-1].accuracy is not None:
        accuracy["resnet18"] = result.reports[-1].accuracy
    columns = {"model": list(accuracy), "accuracy": list(accuracy.values())}
    title = f"Accuracy on {result.valid:,} validation digits"
    return bar_chart(columns, "model", {"accuracy": "metric"}, title=title, y="accuracy", lying=True)


def deep_losses_chart(result: DeepNet) -> Chart | None:
    """resnet18's mini-batches."""
    table = result.table()
    if "step" not in table:
        return None
    return line_chart(table, "step", {"loss": "loss"}, title="Loss of resnet18's mini-batches", y="loss")
