"""Exhibit: the highest losses, whose labels are wrong, and what cleaning them changes."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, Stream, show
from core.app.widgets.gallery import ask_marks, gallery
from core.exhibits.top_losses import experiment as lesson
from core.exhibits.top_losses import judging, retrain, suspects
from core.exhibits.top_losses.cleaning import cleaned
from core.exhibits.top_losses.scene import scene

show(
    ExhibitPage(
        slug="top-losses",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            suspects.Judged.losses,
            suspects.top_losses,
            suspects.judge,
            suspects.hypergeometric,
            cleaned,
            retrain.retrain,
            retrain.bootstrap,
            retrain.mcnemar,
        ),
        prediction=Prediction(
            "Twenty more labels are made wrong on purpose. You look at just as many pictures as there are wrong labels, "
            "highest loss first. How many of the wrong labels do you see?",
            lesson.ANSWERS,
            lesson.how_many_found,
            {"view": judging.FIND, "split": suspects.ALL, "judged": suspects.FOLD, "wrong": 20},
            lesson.why_found,
        ),
        breaks=(
            Break(
                "Ask the head that has learnt the labels",
                {"view": judging.FIND, "split": suspects.ALL, "judged": suspects.FIT, "wrong": 50},
                "With 50 labels made wrong: what fastai’s cleaner shows of the training set. Where have they gone?",
            ),
            Break(
                "Delete the first 100 without looking",
                {"view": judging.RETRAIN, "cleaning": judging.FIRST, "first": 100},
                "A high loss is a suspicion, no proof: hard pictures with the right label have one too.",
            ),
            Break(
                "Delete 100 at random",
                {"view": judging.RETRAIN, "cleaning": judging.RANDOM, "first": 100},
                "The control: what do 100 pictures less cost in any case?",
            ),
            Break(
                "Make 100 labels wrong, then right again",
                {"view": judging.RETRAIN, "cleaning": judging.WRONG, "wrong": 100},
                "What clean labels are worth, where there are many wrong ones.",
            ),
        ),
        own=Own(lambda _: True, ask_marks, lesson.with_mine),
        below=gallery,
        stream=Stream(lesson.work, lesson.wants_job, lesson.join, lesson.whole, lesson.doing),
    )
)
