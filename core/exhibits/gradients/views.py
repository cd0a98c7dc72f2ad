"""The views of *Gradients*: a row for each."""

from core.exhibits.gradients import (
    backward_again,
    backward_again_scene,
    batch,
    batch_scene,
    charts,
    finite_differences,
    requires_grad,
    requires_grad_scene,
    rise_over_run,
    rise_over_run_scene,
    slopes,
    slopes_scene,
    step_size,
    step_size_scene,
    zero_grad,
    zero_grad_scene,
)
from core.nn.losses import batch_accuracy, distances, mnist_loss
from core.nn.staircase import flip_points, staircase
from core.view import Code, View, Views

BOTH_WAYS: Code = (
    finite_differences.backward_slopes,
    mnist_loss,
    finite_differences.losses,
    finite_differences.rise_over_run,
)

OF_SQUARE = View(
    experiment=rise_over_run.of_square,
    scene=rise_over_run_scene.scene,
    charts=(charts.secant_slopes_chart, charts.function_chart),
    code=(rise_over_run.square_secant,),
    digits=lambda _: None,
)

OF_LOSS = View(
    experiment=rise_over_run.of_loss,
    scene=rise_over_run_scene.scene,
    charts=(charts.secant_slopes_chart, charts.function_chart),
    code=(rise_over_run.of_loss, rise_over_run.moved_weight, rise_over_run.MovedWeight, distances),
)

OF_ACCURACY = View(
    experiment=rise_over_run.of_accuracy,
    scene=rise_over_run_scene.scene,
    charts=(charts.secant_slopes_chart, charts.function_chart),
    code=(
        rise_over_run.of_accuracy,
        rise_over_run.moved_weight,
        rise_over_run.MovedWeight,
        flip_points,
        staircase,
        rise_over_run.refusal,
        batch_accuracy,
    ),
)

SLOPES = View(
    experiment=slopes.experiment,
    scene=slopes_scene.scene,
    charts=(charts.both_slopes_chart, charts.slopes_map),
    code=(*BOTH_WAYS, slopes.experiment),
)

STEP_SIZE = View(
    experiment=step_size.experiment,
    scene=step_size_scene.scene,
    charts=(charts.step_sizes_chart,),
    code=(*BOTH_WAYS, step_size.experiment),
)

BATCH = View(
    experiment=batch.experiment,
    scene=batch_scene.scene,
    charts=(charts.images_gradients_chart, charts.batch_gradient_map),
    code=(batch.experiment, finite_differences.backward_slopes, mnist_loss),
)

BACKWARD_AGAIN = View(
    experiment=backward_again.experiment,
    scene=backward_again_scene.scene,
    charts=(charts.calls_chart,),
    code=(backward_again.accumulate, mnist_loss),
)

ON_SQUARE = View(
    experiment=zero_grad.square,
    scene=zero_grad_scene.scene,
    charts=(charts.zeroed_losses_chart, charts.used_gradients_chart),
    code=(zero_grad.descend, zero_grad.train_square, zero_grad.square),
)

ON_DIGITS = View(
    experiment=zero_grad.digits_model,
    scene=zero_grad_scene.scene,
    charts=(charts.zeroed_losses_chart, charts.used_gradients_chart),
    code=(zero_grad.descend, zero_grad.train_model, mnist_loss, zero_grad.digits_model),
)

REQUIRES_GRAD = View(
    experiment=requires_grad.experiment,
    scene=requires_grad_scene.scene,
    code=(requires_grad.session, requires_grad.run),
    digits=lambda _: None,
)

VIEWS: Views = {
    "secant": lambda settings: {"square": OF_SQUARE, "loss": OF_LOSS, "accuracy": OF_ACCURACY}[settings.function],
    "check": SLOPES,
    "steps": STEP_SIZE,
    "batch": BATCH,
    "accumulate": BACKWARD_AGAIN,
    "training": lambda settings: ON_SQUARE if settings.task == "square" else ON_DIGITS,
    "session": REQUIRES_GRAD,
}
