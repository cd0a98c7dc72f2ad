"""*Digits as numbers* to explore: pixels as numbers, sizes of tensors, distances of all digits, and products."""

import numpy as np

from core.charts.grids import pixel_map
from core.charts.marks import bar_chart, histogram_chart, line_chart, point_chart
from core.charts.theme import Chart
from core.exhibits.digits_as_numbers.multiply import Product
from core.exhibits.digits_as_numbers.pixels import Unrolled
from core.exhibits.digits_as_numbers.ranks import Ranks
from core.exhibits.digits_as_numbers.similarity import Similarity


def pixels_map(result: Unrolled) -> Chart:
    """The picture as the file holds it; with each pixel its place in the row of 784 and what the model sees."""
    x = result.batch[-1]
    said = [f"place {place} of 784, x = {value:.4g}" for place, value in enumerate(x.tolist())]
    return pixel_map(result.stored, title="The picture, 0 to 255", value="0 to 255", kind="grey", said=said)


def row_of_pixels_chart(result: Unrolled) -> Chart:
    """The same pixels as the one row that enters the batch."""
    return line_chart(result.table(), "place", {"x": "data"}, title="The same as one row of 784", y="x")


def sizes_chart(result: Ranks) -> Chart:
    """How many numbers each tensor holds."""
    inks = {"numbers": "data"}
    return bar_chart(
        result.table(), "name", inks, title="Numbers in a tensor of each rank", y="numbers", log_y=True, lying=True
    )


def distances_chart(result: Similarity) -> Chart:
    """Every validation digit by its mean absolute distance to both averages: below the diagonal it is taken for a 7."""
    to_three, to_seven = list(result.table())[1:3]
    columns = result.table() | {"digit": np.where(result.threes, "3", "7")}
    kinds = ("digit", {"3": "metric", "7": "activations"})
    title = "Distance of every validation digit to both averages"
    return point_chart(columns, to_three, to_seven, title=title, kinds=kinds, diagonal=True)


def rms_distances_chart(result: Similarity) -> Chart:
    """The same by root mean square."""
    to_three, to_seven = list(result.table())[3:5]
    columns = result.table() | {"digit": np.where(result.threes, "3", "7")}
    kinds = ("digit", {"3": "metric", "7": "activations"})
    return point_chart(columns, to_three, to_seven, title="The same by RMSE", kinds=kinds, diagonal=True)


def products_map(result: Product) -> Chart:
    """What each pixel adds to the output."""
    said = [f"{x:.3g} · {w:.3g}" for x, w in zip(result.image.tolist(), result.model.weights.tolist(), strict=True)]
    return pixel_map(result.products, title="Pixel times weight, everywhere", value="x·w", said=said)


def outputs_chart(result: Product) -> Chart:
    """The outputs of the whole batch: above 0 it is taken for a 3."""
    columns = {"output": result.outputs}
    marked = {"this one": float(result.outputs[-1])}
    title = "Outputs of all digits in the batch"
    return histogram_chart(columns, "output", title=title, counted="digits", ink="activations", marked=marked)
