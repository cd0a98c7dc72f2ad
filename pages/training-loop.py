"""Exhibit: the same training written four times, and any two runs raced."""

from core.app.frame import Break, ExhibitPage, Prediction, Stream, show
from core.app.widgets.side_by_side import code_columns
from core.exhibits.training_loop import experiment as lesson
from core.exhibits.training_loop.scene import scene
from core.nn.training import train

show(
    ExhibitPage(
        slug="training-loop",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(lesson.experiment, train),
        prediction=Prediction(
            "A loader that is not shuffled gives all the threes first, then all the sevens. After one epoch the accuracy is…",
            ("about 50%", "about 75%", "above 90%"),
            lesson.after_one_epoch,
            {"shuffle": False, "learning_rate": 1.0, "init": "uniform"},
            lambda result: lesson.findings(result)[0],
        ),
        breaks=(
            Break(
                "Do not shuffle",
                {"shuffle": False},
                "The last batches of the epoch are all sevens, so the model ends it saying “seven”.",
            ),
            Break(
                "Shuffled against unshuffled",
                {"view": lesson.RACE, "shuffle": True, "other_shuffle": False},
                "Same start, same digits, another order.",
            ),
            Break(
                "Learning rate 1000",
                {"learning_rate": 1000.0},
                "One huge step, and the sigmoid is so saturated that no gradient is left.",
            ),
        ),
        below=code_columns,
        stream=Stream(lesson.ways, lesson.wants_ways, lesson.join, lesson.whole, lesson.doing, anywhere=True),
    )
)
