"""*Sigmoid* to explore: the curve and its slope, distances and losses, thresholds, flat ends, and two trainings."""

import numpy as np

from core.charts.marks import histogram_chart, line_chart
from core.charts.theme import Chart
from core.exhibits.sigmoid.flat_ends import Saturation
from core.exhibits.sigmoid.metric_and_loss import OneLogit
from core.exhibits.sigmoid.the_curve import SigmoidCurve
from core.exhibits.sigmoid.three_predictions import Cases
from core.exhibits.sigmoid.threshold import Thresholds
from core.exhibits.sigmoid.training import TwoTrainings


def curve_and_slope_chart(result: SigmoidCurve) -> Chart:
    """The curve above its slope."""
    inks = {"sigmoid": "activations", "slope": "gradient"}
    return line_chart(result.table(), "x", inks, title="The sigmoid and its slope", y="value")


def three_distances_chart(result: Cases) -> Chart:
    """Each prediction's distance from its target, and their mean, the loss."""
    inks = {"distance 1": "data", "distance 2": "data", "distance 3": "activations", "losses": "loss", "loss": "loss"}
    table = result.table()
    inks = {name: ink for name, ink in inks.items() if name in table}
    title = "Distances, and the loss, as the third prediction moves"
    return line_chart(table, "third input", inks, title=title, y="distance")


def loss_and_accuracy_chart(result: OneLogit) -> Chart:
    """What each says as one logit moves."""
    inks = {"loss": "loss", "accuracy": "metric"}
    return line_chart(result.table(), "logit", inks, title="Loss and accuracy as one logit moves", y="value")


def loss_slope_chart(result: OneLogit) -> Chart:
    """What training could follow."""
    return line_chart(result.table(), "logit", {"slope": "gradient"}, title="Slope of the loss", y="slope")


def threshold_before_chart(result: Thresholds) -> Chart:
    """Accuracy by a threshold on the activations."""
    return line_chart(
        result.table(),
        "threshold before",
        {"accuracy before": "metric"},
        title="A threshold before the sigmoid",
        y="accuracy",
        marked={"0": 0.0},
    )


def threshold_after_chart(result: Thresholds) -> Chart:
    """Accuracy by a threshold on the predictions."""
    return line_chart(
        result.table(),
        "threshold after",
        {"accuracy after": "metric"},
        title="A threshold after it",
        y="accuracy",
        marked={"0.5": 0.5},
    )


def outputs_by_digit_chart(result: Thresholds) -> Chart:
    """The activations that the threshold divides."""
    digit = np.where(result.targets.astype(bool), "3", "7")
    kinds = ("digit", {"3": "metric", "7": "activations"})
    columns = {"activation": result.logits, "digit": digit}
    return histogram_chart(columns, "activation", title="The model's activations", counted="digits", kinds=kinds)


def tiny_slopes_chart(result: Saturation) -> Chart:
    """The slope far from 0, on a logarithmic scale; where it is exactly 0 there is no line."""
    inks = {"slope": "gradient", "slope in float64": "data"}
    return line_chart(result.table(), "x", inks, title="The slope far from 0", y="slope", log_y=True)


def random_outputs_chart(result: Saturation) -> Chart:
    """Where a random model's activations fall."""
    columns = {"activation": result.logits, "slope there": result.slopes}
    marked = {"flat below": result.alive[0], "flat above": result.alive[1]}
    reached = {name: at for name, at in marked.items() if result.logits.min() <= at <= result.logits.max()}
    title = "Activations of a random model"
    return histogram_chart(columns, "activation", title=title, counted="digits", ink="activations", marked=reached)


def two_losses_chart(result: TwoTrainings) -> Chart:
    """The same training with the sigmoid and without: losses."""
    inks = {"loss with": "loss", "loss without": "loss"}
    return line_chart(result.table(), "step", inks, title="Loss with the sigmoid and without", y="loss")


def two_accuracies_chart(result: TwoTrainings) -> Chart:
    """And accuracies."""
    inks = {"accuracy with": "metric", "accuracy without": "metric"}
    return line_chart(result.table(), "step", inks, title="Accuracy with the sigmoid and without", y="accuracy")
