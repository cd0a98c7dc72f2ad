"""The views of *Cross-entropy*: a row for each."""

from core.exhibits.cross_entropy import (
    charts,
    confident_mistake,
    confident_mistake_scene,
    numerics_lab,
    numerics_lab_scene,
    p_minus_y,
    p_minus_y_scene,
    products,
    products_scene,
    step_by_step,
    step_by_step_scene,
    training,
    training_scene,
)
from core.exhibits.cross_entropy.six_rows import six_rows
from core.exhibits.cross_entropy.slopes import slope
from core.nn.ten_digits import losses_and_slopes, take_step, train_ten, train_ten_plainly
from core.view import Twin, View, Views

TABLE = View(
    experiment=step_by_step.experiment,
    scene=step_by_step_scene.scene,
    charts=(charts.picked_map, charts.row_losses_chart),
    code=(step_by_step.pick_where, step_by_step.pick_index, step_by_step.experiment, six_rows),
)

MISTAKE = View(
    experiment=confident_mistake.experiment,
    scene=confident_mistake_scene.scene,
    charts=(charts.mistake_losses_chart, charts.mistake_slopes_chart),
    code=(confident_mistake.experiment, slope),
)

GRADIENT = View(
    experiment=p_minus_y.experiment,
    scene=p_minus_y_scene.scene,
    charts=(charts.row_gradient_chart, charts.row_loss_chart, charts.formula_apart_chart),
    code=(p_minus_y.experiment, slope, six_rows),
)

NUMERICS = View(
    experiment=numerics_lab.experiment,
    scene=numerics_lab_scene.scene,
    charts=(charts.breaking_losses_chart, charts.breaking_types_chart),
    code=(
        numerics_lab.naive,
        numerics_lab.max_subtracted,
        numerics_lab.log_sum_exp,
        numerics_lab.pair,
        numerics_lab.chain,
        numerics_lab.broken,
    ),
)

PRODUCTS = View(
    experiment=products.experiment,
    scene=products_scene.scene,
    charts=(charts.products_chart, charts.log_sums_chart),
    code=(products.multiplied, products.added),
)

TRAINING = View(
    experiment=training.experiment,
    scene=training_scene.scene,
    charts=(charts.safe_and_naive_chart, charts.largest_activations_chart),
    code=(Twin(plain=train_ten_plainly, fast=(train_ten, take_step, losses_and_slopes)), training.watch),
)

VIEWS: Views = {
    "table": TABLE,
    "mistake": MISTAKE,
    "gradient": GRADIENT,
    "numerics": NUMERICS,
    "products": PRODUCTS,
    "training": TRAINING,
}
