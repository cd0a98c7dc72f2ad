"""Exhibit: why not simply train on accuracy?"""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.loss_vs_accuracy import experiment as lesson
from core.exhibits.loss_vs_accuracy.scene import scene
from core.exhibits.loss_vs_accuracy.staircase import nudge, one_weight, random_models, two_surfaces
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.staircase import flip_points, staircase

show(
    ExhibitPage(
        slug="loss-vs-accuracy",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(mnist_loss, batch_accuracy, nudge, one_weight, flip_points, staircase, random_models, two_surfaces),
        prediction=Prediction(
            "Multiply one weight of a random model by 1.0001: how many predictions change side?",
            ("none", "1 to 10", "more than 10"),
            lesson.how_many,
            {"view": "weight", "zoom": 0.0001},
            lambda result: lesson.findings(result)[0],
        ),
        breaks=(
            Break(
                "The black pixel, ×101",
                {"view": "weight", "pixel": lesson.CORNER, "zoom": 100.0},
                "Claim 14: the lesson nudges the corner's weight. Can even the loss move?",
            ),
            Break(
                "A huge nudge",
                {"view": "weight", "pixel": lesson.LIT, "zoom": 100.0},
                "Now the accuracy does change. Is it still a staircase?",
            ),
            Break(
                "Train on accuracy",
                {"view": "surfaces", "pixel": lesson.LIT, "zoom": 0.0001},
                "Stand on both surfaces and look for the way down: which of the two tells you?",
            ),
        ),
    )
)
