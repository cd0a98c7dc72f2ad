"""The views of *Augmentation*: a row for each."""

from core.exhibits.augmentation import (
    charts,
    draws,
    epochs,
    epochs_scene,
    one_batch,
    one_batch_scene,
    squares,
    twelve_variants,
    twelve_variants_scene,
)
from core.exhibits.augmentation.settings import BATCH, EPOCHS, VARIANTS
from core.view import View, Views

NEEDS = ("fastai.vision.augment", "fastai.vision.core")

VIEWS: Views = {
    VARIANTS: View(
        experiment=twelve_variants.experiment,
        scene=twelve_variants_scene.scene,
        charts=(charts.variants_chart, charts.variants_lighting_chart),
        code=(twelve_variants.vary, draws.recipe, draws.augment, draws.through, draws.read_draws, squares.square),
        needs=NEEDS,
    ),
    EPOCHS: View(
        experiment=epochs.experiment,
        scene=epochs_scene.scene,
        charts=(charts.seen_chart,),
        code=(epochs.epoch_by_epoch, draws.recipe, draws.through, squares.square),
        needs=NEEDS,
    ),
    BATCH: View(
        experiment=one_batch.experiment,
        scene=one_batch_scene.scene,
        charts=(charts.batch_draws_chart, charts.batch_crops_chart),
        code=(one_batch.batches, draws.recipe, draws.augment, draws.through, draws.read_draws, squares.square),
        needs=NEEDS,
    ),
}
