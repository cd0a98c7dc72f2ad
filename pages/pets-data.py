"""Exhibit: pets as data, from a folder of files to mini-batches."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.app.warm_fastai import bring_fastai
from core.app.widgets.mend import mend_and_words
from core.exhibits.pets_data.datablock_doctor import BEFORE, COLLATED, NOWHERE, where_it_fails
from core.exhibits.pets_data.settings import DOCTOR, LAST, NO_LABEL, NO_RESIZE, NOT_IMAGE, REGEX_LAB, Settings
from core.exhibits.pets_data.views import VIEWS

bring_fastai()
show(
    ExhibitPage(
        slug="pets-data",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Without `Resize`, where does building a batch of photographs fail?",
            options=(BEFORE, COLLATED, NOWHERE),
            answer=where_it_fails,
            change={"view": DOCTOR, "fault": NO_RESIZE},
            because=lambda result: result.findings()[0],
        ),
        breaks=(
            Break(
                "No Resize",
                {"view": DOCTOR, "fault": NO_RESIZE},
                "Every picture is fine by itself. Which step cannot go on?",
            ),
            Break(
                "A file that is no image, unseen",
                {"view": DOCTOR, "fault": NOT_IMAGE, "place": LAST},
                "Does `summary()` find it?",
            ),
            Break(
                "No labels",
                {"view": DOCTOR, "fault": NO_LABEL},
                "Nothing fails. Look at the number of labels.",
            ),
            Break(
                "A pattern that never ends",
                {"view": REGEX_LAB, "pattern": "never ends"},
                "Innocent to look at: a repetition inside a repetition.",
            ),
        ),
        below=mend_and_words,
    )
)
