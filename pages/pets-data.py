"""Exhibit: pets as data, from a folder of files to mini-batches."""

from core.app.frame import Break, ExhibitPage, Prediction, Stream, show
from core.app.warm_fastai import bring_fastai
from core.app.widgets.mend import mend_and_words
from core.exhibits.pets_data import data_block, doctor, listing, one_batch, regex_lab
from core.exhibits.pets_data import experiment as lesson
from core.exhibits.pets_data.scene import scene

bring_fastai()
show(
    ExhibitPage(
        slug="pets-data",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            data_block.data_block,
            data_block.walk,
            doctor.reseeds,
            listing.repr_2020,
            regex_lab.search,
            regex_lab.labeller_says,
            one_batch.make_batch,
        ),
        prediction=Prediction(
            "Without `Resize`, where does building a batch of photographs fail?",
            (lesson.BEFORE, lesson.COLLATED, lesson.NOWHERE),
            lesson.where_it_fails,
            lesson.QUESTION,
            lambda result: lesson.findings(result)[0],
        ),
        breaks=(
            Break(
                "No Resize",
                {"view": lesson.DOCTOR, "fault": data_block.NO_RESIZE},
                "Every picture is fine by itself. Which step cannot go on?",
            ),
            Break(
                "A file that is no image, unseen",
                {"view": lesson.DOCTOR, "fault": data_block.NOT_IMAGE, "place": data_block.LAST},
                "Does `summary()` find it?",
            ),
            Break(
                "No labels",
                {"view": lesson.DOCTOR, "fault": data_block.NO_LABEL},
                "Nothing fails. Look at the number of labels.",
            ),
            Break(
                "A pattern that never ends",
                {"view": lesson.REGEX_LAB, "pattern": "never ends"},
                "Innocent to look at: a repetition inside a repetition.",
            ),
        ),
        below=mend_and_words,
        stream=Stream(lesson.work, lesson.wants_job, lesson.join, lesson.everything, lesson.doing),
    )
)
