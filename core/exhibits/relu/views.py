"""The views of *ReLU*: a row for each."""

from core.exhibits.relu import (
    any_curve,
    any_curve_scene,
    boundary,
    boundary_scene,
    charts,
    one_unit,
    one_unit_scene,
    small_nets,
    two_linears,
    two_linears_scene,
    which_one,
    which_one_scene,
)
from core.exhibits.relu.settings import DIGITS, Settings
from core.nn.activations import ACTIVATIONS, relu_slope, values_and_slopes
from core.view import Code, Job, View, Views

TRAINING: Code = (small_nets.forward, small_nets.net_gradients, small_nets.output_slopes, small_nets.training)


def _slopes(*names: str) -> Code:
    """The slopes of these activations, where they are written here and not PyTorch's own."""
    slopes = dict.fromkeys(ACTIVATIONS[name].slope for name in names)
    return tuple(slope for slope in slopes if slope.__module__ == relu_slope.__module__)


def _made_by(settings: Settings, between: str) -> Code:
    """What trained two linear layers with that between them; untrained they are only drawn."""
    return (*_slopes(between), *TRAINING) if settings.epochs else (small_nets.forward, small_nets.training)


ONE_UNIT = View(
    experiment=one_unit.experiment,
    scene=one_unit_scene.scene,
    charts=(charts.activations_chart, charts.activations_slopes_chart),
    code=(one_unit.experiment, values_and_slopes),
)

TWO_LINEARS = View(
    experiment=two_linears.experiment,
    scene=two_linears_scene.scene,
    charts=(charts.stack_chart, charts.stack_differences_chart),
    code=lambda settings: (two_linears.two_linears, two_linears.collapse, *_made_by(settings, settings.between)),
    digits=lambda _: "built-in",
)

MAX_OF_ZERO = View(
    experiment=two_linears.max_of_zero,
    scene=two_linears_scene.max_of_zero_scene,
    charts=(charts.hidden_map,),
    code=lambda settings: (two_linears.max_of_zero, *_made_by(settings, "relu")),
    digits=lambda _: "built-in",
)

PLACED = View(
    experiment=any_curve.place_exactly,
    scene=any_curve_scene.placed_scene,
    charts=(charts.placed_sum_chart, charts.placed_losses_chart),
    code=lambda settings: (
        any_curve.interpolant,
        any_curve.even_knots if settings.spacing == "even" else any_curve.worst_knots,
        any_curve.place_exactly,
        small_nets.forward,
    ),
)

LEARNED = View(
    experiment=any_curve.learn,
    scene=any_curve_scene.learned_scene,
    charts=(charts.learned_sum_chart, charts.learned_losses_chart),
    code=(any_curve.learn, relu_slope, small_nets.losses, *TRAINING),
)

BOUNDARY = View(
    experiment=boundary.experiment,
    scene=boundary_scene.scene,
    charts=(charts.field_map, charts.points_chart, charts.boundary_accuracies_chart, charts.boundary_losses_chart),
    code=lambda settings: (
        boundary.points,
        boundary.experiment,
        *_slopes(settings.activation, "sigmoid"),  # the sigmoid's: at how many points it is 0
        small_nets.losses,
        *TRAINING,
    ),
)

WHICH_ONE = View(
    experiment=which_one.experiment,
    scene=which_one_scene.scene,
    charts=(charts.contest_chart, charts.contest_ends_chart),
    code=(which_one.train_one, *_slopes(*ACTIVATIONS), small_nets.losses, *TRAINING),
    job=Job(
        begin=which_one.begin,
        work=which_one.others,
        join=which_one.join,
        progress=which_one.progress,
        anywhere=True,
    ),
    digits=lambda settings: "built-in" if settings.task == DIGITS else None,
)

VIEWS: Views = {
    "curve": ONE_UNIT,
    "collapse": lambda settings: MAX_OF_ZERO if settings.between == "axis" else TWO_LINEARS,
    "approximate": lambda settings: LEARNED if settings.method == "sgd" else PLACED,
    "boundary": BOUNDARY,
    "which": WHICH_ONE,
}
