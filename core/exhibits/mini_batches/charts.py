"""*Mini-batches* to explore: three paths, the noise of a batch's gradient, a loader's order, mean and median."""

import numpy as np

from core.charts.grids import surface_chart
from core.charts.marks import line_chart, point_chart
from core.charts.theme import Chart
from core.exhibits.mini_batches.loader import Loading
from core.exhibits.mini_batches.mean_or_median import Averages
from core.exhibits.mini_batches.noise import FITTED, Noise
from core.exhibits.mini_batches.paths import Paths
from core.words import format_number


def paths_terrain_chart(result: Paths) -> Chart:
    """The three paths over one surface."""
    paths = [
        (name, np.column_stack([walk.path, walk.loss])) for name, walk in zip(result.names, result.walks, strict=True)
    ]
    return surface_chart(result.a, result.b, result.surface, title="Three paths down one surface", paths=paths)


def paths_losses_chart(result: Paths) -> Chart:
    """What each has come to by the clock."""
    table = result.table()
    clock, log = next(iter(table)), result.clock == "seconds"
    inks = {name: "loss" for name in table if name.startswith("loss")}
    return line_chart(table, clock, inks, title="Loss on all training digits", y="loss", log_x=log)


def paths_accuracies_chart(result: Paths) -> Chart:
    """And on the validation digits."""
    table = result.table()
    clock, log = next(iter(table)), result.clock == "seconds"
    inks = {name: "metric" for name in table if name.startswith("accuracy")}
    return line_chart(table, clock, inks, title="Accuracy on the validation digits", y="accuracy", log_x=log)


def noise_chart(result: Noise) -> Chart:
    """Distance from the full gradient by batch size, on logarithmic scales, with the fitted power."""
    sizes = result.sizes.astype(float)
    fitted = sizes[sizes <= FITTED]
    through = np.log(result.rms[: len(fitted)]).mean() - result.slope * np.log(fitted).mean()
    line = {"batch size": sizes, "rms distance": np.exp(through) * sizes**result.slope}
    return point_chart(
        result.table(),
        "batch size",
        "rms distance",
        title=f"Noise of a batch's gradient; dashed: n to the power {format_number(result.slope)}",
        ink="gradient",
        tips=["mean distance", "1/sqrt(n)", "share uphill"],
        log_x=True,
        log_y=True,
        size=90,
        line=line,
    )


def cloud_chart(result: Noise) -> Chart:
    """Where the gradients of single items, of 16 and of 256 lie, beside the full one at 1, 0."""
    shown = [size for size in (1, 16, 256) if size in result.sizes]
    clouds = [result.cloud[result.at(size)] for size in shown]
    columns = {
        "along the full gradient": np.concatenate([cloud[:, 0] for cloud in clouds]),
        "across it": np.concatenate([cloud[:, 1] for cloud in clouds]),
        "items": np.repeat([str(size) for size in shown], [len(cloud) for cloud in clouds]),
    }
    inks = dict(zip([str(size) for size in shown], ("data", "activations", "gradient"), strict=False))
    title = "Gradients of random batches, in lengths of the full one"
    return point_chart(columns, "along the full gradient", "across it", title=title, kinds=("items", inks), size=30)


def order_chart(result: Loading) -> Chart | None:
    """Which item comes when: a line where they come in order, a cloud where they are shuffled."""
    if not result.batches:
        return None
    items = np.concatenate(result.batches)
    batches = np.repeat(np.arange(1, len(result.batches) + 1), [len(batch) for batch in result.batches])
    epochs = np.repeat(np.arange(1, len(result.epochs) + 1), [sum(map(len, epoch)) for epoch in result.epochs])
    columns = {
        "place in the order": np.arange(1, len(items) + 1),
        "number of the item": items,
        "item": np.array(result.names)[items],
        "batch": batches,
        "epoch": np.array([f"epoch {epoch}" for epoch in epochs]),
    }
    inks = dict(
        zip(dict.fromkeys(columns["epoch"].tolist()), ("data", "activations", "metric", "gradient") * 9, strict=False)
    )
    return point_chart(
        columns,
        "place in the order",
        "number of the item",
        title="Which item comes when",
        kinds=("epoch", inks),
        tips=["item", "batch"],
        size=30,
    )


def loader_accuracies_chart(result: Loading) -> Chart | None:
    """What training on this loader's batches comes to, and on the other's."""
    if not result.accuracy:
        return None
    columns = {"step": np.arange(len(result.accuracy[0]))}
    columns |= dict(zip((result.order, result.other_order), result.accuracy, strict=False))
    inks = dict.fromkeys([name for name in columns if name != "step"], "metric")
    return line_chart(columns, "step", inks, title="Accuracy on the validation digits", y="accuracy")


def averages_chart(result: Averages) -> Chart:
    """Mean and median while one digit's loss moves."""
    inks = {"mean": "loss", "median": "loss"}
    return line_chart(result.table(), "moved loss", inks, title="Mean and median as one loss moves", y="loss")


def averages_slopes_chart(result: Averages) -> Chart:
    """The slope of either in every digit's loss."""
    table = result.table()
    inks = {name: "gradient" if name.startswith("mean") else "data" for name in table if "slope" in name}
    return line_chart(table, "moved loss", inks, title="Slope in every digit's loss", y="slope")


def averages_trained_chart(result: Averages) -> Chart:
    """The same training by the mean and by the median."""
    mean, median = result.trained_accuracy
    columns = {"step": np.arange(len(mean)), "by the mean": mean, "by the median": median}
    inks = {"by the mean": "metric", "by the median": "metric"}
    return line_chart(columns, "step", inks, title="Accuracy, trained by the mean and by the median", y="accuracy")
