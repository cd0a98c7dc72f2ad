"""*Training loop* to explore: accuracies and losses of the recorded runs and the four ways, and of every mini-batch."""

import numpy as np

from core.charts.marks import line_chart
from core.charts.theme import Chart
from core.exhibits.training_loop.four_ways import FourWays
from core.exhibits.training_loop.race_a_against_b import Race


def accuracies_chart(result: FourWays | Race) -> Chart:
    """Accuracy on the validation digits, by epoch."""
    table = result.table()
    inks = {name: "metric" for name in table if name.startswith("accuracy")}
    return line_chart(table, "epoch", inks, title="Accuracy on the validation digits", y="accuracy")


def losses_chart(result: FourWays | Race) -> Chart:
    """Loss on the validation digits, by epoch."""
    table = result.table()
    inks = {name: "loss" for name in table if name.startswith("loss")}
    return line_chart(table, "epoch", inks, title="Loss on the validation digits", y="loss")


def mini_batch_losses_chart(result: FourWays | Race) -> Chart:
    """The loss of every mini-batch before its step; a run that has ended earlier leaves the rest empty."""
    runs, most = result.runs, max(run.steps for run in result.runs)
    columns = {"step": np.arange(1, most + 1)}
    for letter, run in zip("AB", runs, strict=False):
        columns[f"mini-batch {letter}"] = np.append(run.losses, np.full(most - run.steps, np.nan))
    inks = dict.fromkeys([name for name in columns if name != "step"], "loss")
    return line_chart(columns, "step", inks, title="Loss of every mini-batch", y="loss")
