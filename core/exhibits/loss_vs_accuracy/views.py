"""The views of *Loss vs. accuracy*: a row for each."""

from core.exhibits.loss_vs_accuracy import (
    charts,
    one_weight,
    one_weight_scene,
    precise,
    random_models,
    random_models_scene,
    two_surfaces,
    two_surfaces_scene,
)
from core.exhibits.loss_vs_accuracy.settings import MODELS, SURFACES, WEIGHT
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import linear1
from core.nn.staircase import correct_change, flip_points, staircase
from core.view import View, Views

ONE_WEIGHT = View(
    experiment=one_weight.experiment,
    scene=one_weight_scene.scene,
    charts=(charts.loss_change_chart, charts.accuracy_change_chart, charts.weight_slopes_map),
    code=(
        linear1,
        mnist_loss,
        batch_accuracy,
        one_weight.nudge,
        one_weight.one_weight,
        precise.distance,
        precise.logits_and_targets,
        flip_points,
        correct_change,
        staircase,
        one_weight.room,
    ),
)

RANDOM_MODELS = View(
    experiment=random_models.experiment,
    scene=random_models_scene.scene,
    charts=(charts.models_chart, charts.models_by_seed_chart),
    code=(linear1, random_models.random_models, random_models.many_models, precise.logits_and_targets),
)

TWO_SURFACES = View(
    experiment=two_surfaces.experiment,
    scene=two_surfaces_scene.scene,
    charts=(charts.loss_terrain_chart, charts.error_terrain_chart, charts.terrain_sections_chart),
    code=(two_surfaces.two_surfaces, precise.distance, precise.logits_and_targets, linear1),
)

VIEWS: Views = {WEIGHT: ONE_WEIGHT, MODELS: RANDOM_MODELS, SURFACES: TWO_SURFACES}
