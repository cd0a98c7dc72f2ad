"""The views of *Presizing*: a row for each."""

from core.device import available
from core.exhibits.presizing import (
    charts,
    loupe,
    loupe_scene,
    pipeline,
    pipeline_scene,
    recipes,
    speed,
    speed_scene,
    squish_pad_crop,
    squish_pad_crop_scene,
    two_ways,
)
from core.exhibits.presizing.resamplings import Recorder, traced
from core.exhibits.presizing.settings import FIT, LOUPE, PIPELINE, SPEED
from core.exhibits.presizing.sharpness import laplacian_variance
from core.exhibits.presizing.transform_calls import RecordingTransform
from core.view import Job, View, Views

VIEWS: Views = {
    LOUPE: View(
        experiment=loupe.experiment,
        scene=loupe_scene.scene,
        charts=(charts.draws_sharpness_chart, charts.frequencies_chart, charts.brightness_difference_map),
        code=(two_ways.presize, two_ways.standard, two_ways.compare, Recorder, traced, laplacian_variance),
        job=Job(
            begin=loupe.begin,
            work=loupe.other_draws,
            join=loupe.join,
            progress=loupe.progress,
            wanted=loupe.measures_draws,
            anywhere=True,
            needs=("fastai.vision.augment",),
        ),
    ),
    PIPELINE: View(
        experiment=pipeline.experiment,
        scene=pipeline_scene.scene,
        charts=(charts.calls_chart,),
        code=(pipeline.pets_block, recipes.batch_transforms, pipeline.experiment, RecordingTransform),
        needs=("fastai.vision.data",),
    ),
    FIT: View(
        experiment=squish_pad_crop.experiment,
        scene=squish_pad_crop_scene.scene,
        charts=(charts.taken_chart, charts.invented_chart),
        code=(squish_pad_crop.fit, squish_pad_crop.every_method),
        needs=("fastai.vision.augment",),
    ),
    SPEED: View(
        experiment=speed.experiment,
        scene=speed_scene.scene,
        charts=(charts.speeds_chart,),
        code=(two_ways.presize, two_ways.standard, recipes.batch_transforms, speed.measure, speed.timed),
        job=Job(
            begin=speed.begin,
            work=speed.measure,
            join=speed.join,
            progress=speed.progress,
            lane=SPEED,  # speeds are not measured two at a time
            anywhere=lambda _: available() == ["cpu"],
            needs=("fastai.vision.augment",),
        ),
    ),
}
