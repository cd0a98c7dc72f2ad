"""*Seven steps* to explore: every loss, and what the model has come to."""

import numpy as np

from core.charts.grids import pixel_map
from core.charts.marks import line_chart, point_chart
from core.charts.theme import Chart
from core.exhibits.seven_steps.experiment import SevenSteps


def step_losses_chart(result: SevenSteps) -> Chart:
    """The loss of every step; on a logarithmic scale where it spans more than a factor of 20."""
    table = result.table()
    inks = {name: "loss" for name in table if name.startswith("loss")}
    values = np.concatenate([descent.losses for descent in result.descents])
    values = values[np.isfinite(values)]
    log = bool(result.coaster and len(values) and values.min() > 0 and values.max() > 20 * values.min())
    return line_chart(table, "step", inks, title="Loss at every step", y="loss", log_y=log)


def reached_chart(result: SevenSteps) -> Chart:
    """The measured speeds with the last quadratic, or the last weights as a picture."""
    descent = result.descents[0]
    if not result.coaster:
        weights = descent.parameters[-1, :784].reshape(28, 28)
        return pixel_map(weights, title="Weights after the last step", value="weight")
    time, speed = (tensor.numpy() for tensor in descent.batches[0])
    grid = np.linspace(time[0], time[-1], 96)
    a, b, c = descent.parameters[-1, :3].astype(np.float64)
    curve = {"time (s)": grid, "speed": a * grid**2 + b * grid + c}
    measured = {"time (s)": time, "speed": speed, "error": descent.predictions[-1] - speed}
    return point_chart(
        measured, "time (s)", "speed", title="Measured speeds and the last quadratic", tips=["error"], line=curve
    )
