"""The views of *Digits as numbers*: a row for each."""

from core.exhibits.digits_as_numbers import (
    charts,
    multiply,
    multiply_scene,
    pictures,
    pixels,
    pixels_scene,
    ranks,
    ranks_scene,
    similarity,
    similarity_scene,
)
from core.exhibits.digits_as_numbers.settings import Settings
from core.nn.kernels import CpuKernel, LinearKernel
from core.nn.models import init_params, linear1
from core.nn.pixel_similarity import average_digits, mnist_distance
from core.nn.training import train, train_plainly
from core.view import Code, Twin, View, Views

TRAINING = Twin(plain=train_plainly, fast=(train, LinearKernel.gradient, CpuKernel.logit_slopes, CpuKernel.descend))


def _multiplying(settings: Settings) -> Code:
    """How the parameters came about, and what was done with them."""
    parameters: Code = (init_params,) if settings.weights == "random" else (init_params, TRAINING)
    return (
        linear1,
        multiply.running_sum,
        multiply.attempt,
        multiply.experiment,
        pictures.changed,
        pictures.batch_with,
        multiply.parameters_of,
        *parameters,
    )


PIXELS = View(
    experiment=pixels.experiment,
    scene=pixels_scene.scene,
    charts=(charts.pixels_map, charts.row_of_pixels_chart),
    code=(pixels.experiment, pictures.stack_of, pictures.changed, pictures.batch_with),
)

RANKS = View(
    experiment=ranks.experiment,
    scene=ranks_scene.scene,
    charts=(charts.sizes_chart,),
    code=(ranks.ranks, pictures.stack_of, pictures.changed),
)

SIMILARITY = View(
    experiment=similarity.experiment,
    scene=similarity_scene.scene,
    charts=(charts.distances_chart, charts.rms_distances_chart),
    code=(
        mnist_distance,
        similarity.rmse,
        average_digits,
        similarity.distances_to,
        similarity.both_scores,
        pictures.scores,
        similarity.row_by_row,
        similarity.experiment,
        pictures.changed,
    ),
)

MULTIPLY = View(
    experiment=multiply.experiment,
    scene=multiply_scene.scene,
    charts=(charts.products_map, charts.outputs_chart),
    code=_multiplying,
)

VIEWS: Views = {"pixels": PIXELS, "ranks": RANKS, "similarity": SIMILARITY, "multiply": MULTIPLY}
