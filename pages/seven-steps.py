"""Exhibit: the seven steps, one at a time."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.seven_steps import experiment as lesson
from core.exhibits.seven_steps.scene import scene

show(
    ExhibitPage(
        slug="seven-steps",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(lesson.descend, lesson.quadratic, lesson.roller_coaster, lesson.digit_batches),
        prediction=Prediction(
            "Four times the lesson's learning rate on the roller-coaster: after ten steps the loss is…",
            ("lower than with ×1", "about the same", "higher than at the start"),
            lesson.four_times,
            {"task": "roller-coaster", "learning_rate": 4.0, "compare": 0.0, "steps": 10, "tolerance": 0.0},
            lambda result: lesson.findings(result)[0],
        ),
        breaks=(
            Break(
                "Learning rate × 1000",
                {"learning_rate": 1000.0},
                "Every step overshoots; how long until the numbers are no longer numbers?",
            ),
            Break(
                "Learning rate × 0.001", {"learning_rate": 0.001}, "All seven steps are right, and nothing is learned."
            ),
            Break(
                "Stop at the first small fall",
                {"tolerance": 0.01, "steps": 60},
                "A rule for step 7: was the loss really done falling?",
            ),
        ),
    )
)
