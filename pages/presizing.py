"""Exhibit: presizing under the loupe."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, Stream, show
from core.app.warm_fastai import bring_fastai
from core.app.widgets.own_picture import ask_picture
from core.exhibits.presizing import experiment as lesson
from core.exhibits.presizing import loupe, pipeline, resizing
from core.exhibits.presizing.resamplings import Recorder, traced
from core.exhibits.presizing.scene import scene
from core.exhibits.presizing.sharpness import laplacian_variance

bring_fastai()
show(
    ExhibitPage(
        slug="presizing",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            loupe.presize,
            loupe.standard,
            loupe.compare,
            Recorder,
            traced,
            laplacian_variance,
            pipeline.run_batch,
            resizing.fit,
        ),
        prediction=Prediction(
            "White noise has detail at every fineness. How much of the presized picture's sharpness does the standard way keep?",
            ("most of it", "about half", "less than a third", "less than a tenth"),
            lesson.share_kept,
            {"view": lesson.LOUPE, "picture": "noise", "geometry": loupe.SAME, "draw": 0},
            lambda result: lesson.findings(result)[1],
        ),
        breaks=(
            Break(
                "8 interpolations",
                {"view": lesson.LOUPE, "picture": "cat", "extra": 2},
                "Two rotations there and back change no geometry. What do they cost?",
            ),
            Break(
                "Zoom 3",
                {"view": lesson.LOUPE, "picture": "cat", "zoom": 3.0},
                "Presized, the zoom looks into 460 pixels; the standard way only has its 224 left.",
            ),
            Break(
                "A picture smaller than the target",
                {"view": lesson.LOUPE, "picture": "small cat"},
                "150×100 pixels become 460×460. Is there any detail left to lose?",
            ),
            Break(
                "Presize to 224",
                {"view": lesson.LOUPE, "picture": "cat", "presize": 224},
                "No larger than needed: then the room to turn in is gone.",
            ),
            Break(
                "Black beyond the edge",
                {"view": lesson.LOUPE, "padding": "zeros", "degrees": 45, "zoom": 1.0},
                "Without reflection, and without a zoom that hides the corners.",
            ),
        ),
        stream=Stream(lesson.work, lesson.wants_job, lesson.join, lesson.whole, lesson.doing, lesson.lane),
        own=Own(lesson.wants_own, ask_picture, lesson.with_own),
    )
)
