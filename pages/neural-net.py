"""Exhibit: what in a neural net is learned, and what is only calculated."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, Stream, show
from core.app.widgets.canvas import draw_digit
from core.app.widgets.fastai_texts import fastai_texts
from core.exhibits.neural_net import anatomy, dead_units, drawing, judges, layers
from core.exhibits.neural_net import experiment as lesson
from core.exhibits.neural_net.scene import scene
from core.nn.models import simple_net

show(
    ExhibitPage(
        slug="neural-net",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            simple_net,
            anatomy.activations,
            anatomy.changes,
            anatomy.over_images,
            dead_units.leaky_gradients,
            layers.lesson_model,
            layers.noted_lines,
            drawing.prepare,
            drawing.fit,
            drawing.place,
            judges.judge,
        ),
        prediction=Prediction(
            "You show the trained net another image. How many of its 23,581 parameters does that change?",
            ("none", "some of them", "all of them"),
            lesson.how_many_change,
            {"view": lesson.MOVES, "moves": lesson.IMAGES},
            lambda result: lesson.findings(result)[0],
        ),
        breaks=(
            Break(
                "An untrained net",
                {"view": lesson.MOVES, "moves": lesson.IMAGES, "epoch": 0},
                "Nothing is learned yet. Is anything calculated?",
            ),
            Break(
                "Learning rate 10",
                {"view": lesson.DEAD, "learning_rate": 10.0},
                "Large steps throw units so far that no image lights them again. Count them.",
            ),
            Break(
                "Learning rate 30",
                {"view": lesson.DEAD, "learning_rate": 30.0},
                "And now the net itself.",
            ),
            Break(
                "`simple_net` as in the notes",
                {"view": lesson.SUMMARY, "version": "notes"},
                "Claim 39: three lines, no error message, and it is no net at all.",
            ),
        ),
        own=Own(lesson.draws, draw_digit, lesson.with_drawing),
        below=fastai_texts,
        stream=Stream(lesson.work, lesson.wants_job, lesson.join, lesson.whole, lesson.doing, anywhere=True),
    )
)
