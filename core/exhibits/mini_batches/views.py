"""The views of *Mini-batches*: a row for each."""

from core.exhibits.mini_batches import (
    charts,
    loader,
    loader_scene,
    mean_or_median,
    mean_or_median_scene,
    noise,
    noise_scene,
    paths,
    paths_scene,
)
from core.exhibits.mini_batches.settings import DIGITS, Settings
from core.nn.kernels import kernel_functions
from core.nn.models import gradients, logit_gradient
from core.nn.surfaces import first_layer, linear_rows, loss_surface, losses_at, path_plane, sums_over_images
from core.nn.training import train, train_plainly
from core.view import Code, Job, Twin, View, Views

TRAINING = Twin(plain=train_plainly, fast=(train, *kernel_functions("linear", "cpu")))
SURFACE: Code = (losses_at, loss_surface, first_layer, linear_rows, sums_over_images)


def _paths_code(settings: Settings) -> Code:
    """On the clock "steps", the run on single items is cut short by a function of its own."""
    runs = (paths.three_runs, paths.single_steps) if settings.clock == "steps" else (paths.three_runs,)
    return (*runs, TRAINING, paths.common_plane, path_plane, *SURFACE)


def _noise_code(settings: Settings) -> Code:
    training = (TRAINING,) if settings.point else ()
    return (noise.item_gradients, logit_gradient, noise.random_batches, noise.gradient_noise, *training)


def _loader_code(settings: Settings) -> Code:
    if settings.dataset == DIGITS:
        return (loader.load_digits, loader.record, loader.train_on, gradients, logit_gradient)
    return (loader.load_small, loader.record)


VIEWS: Views = {
    "paths": View(
        experiment=paths.experiment,
        scene=paths_scene.scene,
        charts=(charts.paths_terrain_chart, charts.paths_losses_chart, charts.paths_accuracies_chart),
        code=_paths_code,
        digits=lambda _: "built-in",
    ),
    "noise": View(
        experiment=noise.experiment,
        scene=noise_scene.scene,
        charts=(charts.noise_chart, charts.cloud_chart),
        code=_noise_code,
        digits=lambda _: "built-in",
    ),
    "loader": View(
        experiment=loader.experiment,
        scene=loader_scene.scene,
        charts=(charts.order_chart, charts.loader_accuracies_chart),
        code=_loader_code,
        job=Job(
            begin=loader.begin,
            work=loader.loaders,
            join=loader.join,
            progress=loader.progress,
            anywhere=True,
            needs=("fastai.data.load",),
        ),
        digits=lambda settings: "built-in" if settings.dataset == DIGITS else None,
    ),
    "average": View(
        experiment=mean_or_median.experiment,
        scene=mean_or_median_scene.scene,
        charts=(charts.averages_chart, charts.averages_slopes_chart, charts.averages_trained_chart),
        code=(
            mean_or_median.slopes,
            mean_or_median.train_by,
            mean_or_median.distances,
            gradients,
            logit_gradient,
            mean_or_median.averages,
            TRAINING,
        ),
        digits=lambda _: "built-in",
    ),
}
