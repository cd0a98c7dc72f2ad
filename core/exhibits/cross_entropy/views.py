"""The views of *Cross-entropy*: a row for each."""

from core.exhibits.cross_entropy import (
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
    code=(step_by_step.pick_where, step_by_step.pick_index, step_by_step.experiment, six_rows),
)

MISTAKE = View(
    experiment=confident_mistake.experiment,
    scene=confident_mistake_scene.scene,
    code=(confident_mistake.experiment, slope),
)

GRADIENT = View(
    experiment=p_minus_y.experiment, scene=p_minus_y_scene.scene, code=(p_minus_y.experiment, slope, six_rows)
)

NUMERICS = View(
    experiment=numerics_lab.experiment,
    scene=numerics_lab_scene.scene,
    code=(
        numerics_lab.naive,
        numerics_lab.max_subtracted,
        numerics_lab.log_sum_exp,
        numerics_lab.pair,
        numerics_lab.chain,
        numerics_lab.broken,
    ),
)

PRODUCTS = View(experiment=products.experiment, scene=products_scene.scene, code=(products.multiplied, products.added))

TRAINING = View(
    experiment=training.experiment,
    scene=training_scene.scene,
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
