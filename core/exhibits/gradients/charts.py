"""*Gradients* to explore: both ways to a slope, pixel by pixel, step size by step size, call by call."""

import numpy as np

from core.charts.grids import pixel_map
from core.charts.marks import line_chart, point_chart
from core.charts.theme import Chart
from core.exhibits.gradients.backward_again import Accumulated
from core.exhibits.gradients.batch import Batch
from core.exhibits.gradients.rise_over_run import Secant
from core.exhibits.gradients.slopes import Check
from core.exhibits.gradients.step_size import StepSizes
from core.exhibits.gradients.zero_grad import ZeroOrNot


def secant_slopes_chart(result: Secant) -> Chart:
    """The slope over an ever shorter run, and what it comes to."""
    columns = result.table() | {"its limit": np.full(len(result.h), result.slope)}
    inks = {"slope": "gradient", "its limit": "data"}
    return line_chart(columns, "run", inks, title="Rise over run, run by run", y="slope", log_x=True)


def function_chart(result: Secant) -> Chart:
    """The function around the place."""
    x, y = result.curve
    ink = "metric" if result.function == "accuracy" else "loss"
    name = {"square": "x²"}.get(result.function, result.function)
    columns = {"x": x, name: y}
    return line_chart(columns, "x", {name: ink}, title=f"The {name} around x", y=name, marked={"x": result.x})


def both_slopes_chart(result: Check) -> Chart:
    """All 785 slopes both ways; the pointer says whose weight it is."""
    place = np.arange(785)
    columns = result.table() | {
        "parameter": np.array([*(f"weight {i}" for i in range(784)), "bias"]),
        "pixel's row": np.where(place < 784, place // 28, -1),
        "pixel's column": np.where(place < 784, place % 28, -1),
        "difference": result.by_running.astype(np.float64) - result.by_backward,
    }
    return point_chart(
        columns,
        "backward()",
        "rise over run",
        title="785 slopes both ways",
        ink="gradient",
        tips=["parameter", "pixel's row", "pixel's column", "difference"],
        diagonal=True,
    )


def slopes_map(result: Check) -> Chart:
    """The 784 slopes at their pixels."""
    by_running = [f"rise over run {value:.6g}" for value in result.by_running[:784].tolist()]
    return pixel_map(
        result.by_backward[:784], title="The weights' slopes at their pixels", value="backward()", said=by_running
    )


def step_sizes_chart(result: StepSizes) -> Chart:
    """The error of rise over run for every step size, in two precisions."""
    table = result.table()
    inks = dict.fromkeys([name for name in table if name != "step size"], "gradient")
    title = "Error of rise over run by step size"
    return line_chart(table, "step size", inks, title=title, y="relative error", log_x=True, log_y=True)


def images_gradients_chart(result: Batch) -> Chart:
    """How long each image's own gradient is, by the model's prediction."""
    columns = result.table() | {"target": np.where(result.targets.astype(bool), "3", "7")}
    return point_chart(
        columns,
        "prediction",
        "length of its gradient",
        title="Each image's own gradient",
        kinds=("target", {"3": "metric", "7": "activations"}),
        tips=["image"],
        size=70,
    )


def batch_gradient_map(result: Batch) -> Chart:
    """The gradient of all of them together."""
    return pixel_map(result.so_far[-1, :784], title="The gradient of all of them together", value="slope")


def calls_chart(result: Accumulated) -> Chart:
    """Every parameter's `.grad` after the second call against that after the first."""
    columns = result.table() | {"parameter": np.array([*(f"weight {i}" for i in range(784)), "bias"])}
    last = f"grad after call {len(result.grads)}"
    title = "The same gradient, called for again"
    return point_chart(
        columns, "grad after call 1", last, title=title, ink="gradient", tips=["parameter"], diagonal=True
    )


def zeroed_losses_chart(result: ZeroOrNot) -> Chart:
    """The same training with `zero_grad` and without it."""
    inks = {"loss with zero_grad": "loss", "loss without": "loss"}
    title = "Loss with zero_grad and without it" if result.task != "square" else "x² with zero_grad and without it"
    return line_chart(result.table(), "step", inks, title=title, y="loss")


def used_gradients_chart(result: ZeroOrNot) -> Chart:
    """How long the gradient was that each step used."""
    with_it, without = result.zeroed.run.lengths, result.forgotten.run.lengths
    columns = {"step": np.arange(len(with_it)), "with zero_grad": with_it, "without": without}
    inks = {"with zero_grad": "gradient", "without": "gradient"}
    return line_chart(columns, "step", inks, title="Length of the gradient that each step used", y="length")
