"""The views of *Sigmoid*: a row for each."""

from core.exhibits.sigmoid import (
    charts,
    flat_ends,
    flat_ends_scene,
    metric_and_loss,
    metric_and_loss_scene,
    the_curve,
    the_curve_scene,
    three_predictions,
    three_predictions_scene,
    threshold,
    threshold_scene,
    training,
    training_scene,
)
from core.exhibits.sigmoid.settings import Settings
from core.nn.activations import values_and_slopes
from core.nn.kernels import CpuKernel, LinearKernel
from core.nn.losses import batch_accuracy, distances
from core.nn.models import init_params, linear1
from core.nn.training import train, train_plainly
from core.view import Code, Twin, View, Views

TRAINING = Twin(plain=train_plainly, fast=(train, LinearKernel.gradient, CpuKernel.logit_slopes, CpuKernel.descend))
UNTRAINED = Twin(plain=train_plainly, fast=(train,))


def _thresholds(settings: Settings) -> Code:
    """How the digits were judged, and how the model was trained; 0 epochs take no step."""
    return threshold.share_right, threshold.experiment, TRAINING if settings.epochs else UNTRAINED


THE_CURVE = View(
    experiment=the_curve.experiment,
    scene=the_curve_scene.scene,
    charts=(charts.curve_and_slope_chart,),
    code=(values_and_slopes, the_curve.experiment),
    digits=lambda _: None,
)

THREE_PREDICTIONS = View(
    experiment=three_predictions.experiment,
    scene=three_predictions_scene.scene,
    charts=(charts.three_distances_chart,),
    code=(distances, three_predictions.predicted, three_predictions.cases),
    digits=lambda _: None,
)

METRIC_AND_LOSS = View(
    experiment=metric_and_loss.experiment,
    scene=metric_and_loss_scene.scene,
    charts=(charts.loss_and_accuracy_chart, charts.loss_slope_chart),
    code=(distances, batch_accuracy, metric_and_loss.experiment),
    digits=lambda _: None,
)

THRESHOLD = View(
    experiment=threshold.experiment,
    scene=threshold_scene.scene,
    charts=(charts.threshold_before_chart, charts.threshold_after_chart, charts.outputs_by_digit_chart),
    code=_thresholds,
)

FLAT_ENDS = View(
    experiment=flat_ends.experiment,
    scene=flat_ends_scene.scene,
    charts=(charts.tiny_slopes_chart, charts.random_outputs_chart),
    code=(values_and_slopes, flat_ends.outermost, init_params, linear1, flat_ends.experiment),
)

TRAINED = View(
    experiment=training.experiment,
    scene=training_scene.scene,
    charts=(charts.two_losses_chart, charts.two_accuracies_chart),
    code=(training.train_linear, distances, linear1, batch_accuracy, training.measured, training.experiment),
)

VIEWS: Views = {
    "curve": THE_CURVE,
    "cases": THREE_PREDICTIONS,
    "metric": METRIC_AND_LOSS,
    "threshold": THRESHOLD,
    "saturation": FLAT_ENDS,
    "training": TRAINED,
}
