"""The views of *Pets as data*: a row for each."""

from core.exhibits.pets_data import (
    charts,
    data_block,
    datablock_doctor,
    datablock_doctor_scene,
    files,
    files_scene,
    one_batch,
    one_batch_scene,
    regex_lab,
    regex_lab_scene,
    walk,
)
from core.exhibits.pets_data.settings import DOCTOR, FILES, ONE_BATCH, REGEX_LAB
from core.view import Job, View, Views

NEEDS = ("fastai.data.block", "fastai.vision.augment", "fastai.vision.data")

VIEWS: Views = {
    FILES: View(
        experiment=files.experiment,
        scene=files_scene.scene,
        charts=(charts.cats_and_dogs_chart,),
        code=(files.repr_2020, files.experiment),
    ),
    REGEX_LAB: View(
        experiment=regex_lab.experiment,
        scene=regex_lab_scene.scene,
        charts=(charts.labels_chart,),
        code=(regex_lab.labeller_error, regex_lab.search, regex_lab.experiment),
    ),
    DOCTOR: View(
        experiment=datablock_doctor.experiment,
        scene=datablock_doctor_scene.scene,
        code=(data_block.data_block, walk.walk, datablock_doctor.reseeds, datablock_doctor.experiment),
        needs=NEEDS,
    ),
    ONE_BATCH: View(
        experiment=one_batch.experiment,
        scene=one_batch_scene.scene,
        charts=(charts.targets_chart,),
        code=(data_block.data_block, one_batch.training_loaders, one_batch.make_batch),
        job=Job(
            begin=one_batch.begin,
            work=one_batch.make_batch,
            join=one_batch.join,
            progress=one_batch.progress,
            wanted=lambda settings: settings.size > one_batch.AT_ONCE,
            anywhere=True,
            needs=NEEDS,
        ),
    ),
}
