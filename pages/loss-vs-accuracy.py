"""Exhibit: why not simply train on accuracy?"""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.loss_vs_accuracy.one_weight import how_many
from core.exhibits.loss_vs_accuracy.settings import CORNER, LIT, Settings
from core.exhibits.loss_vs_accuracy.views import VIEWS

show(
    ExhibitPage(
        slug="loss-vs-accuracy",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Multiply one weight of a random model by 1.0001: how many predictions change side?",
            options=("none", "1 to 10", "more than 10"),
            answer=how_many,
            change={"view": "weight", "zoom": 0.0001},
            because=lambda result: result.findings()[0],
        ),
        breaks=(
            Break(
                "The black pixel, by 100 times itself",
                {"view": "weight", "pixel": CORNER, "zoom": 100.0},
                "Claim 14: the lesson nudges the corner's weight. Can even the loss move?",
            ),
            Break(
                "A huge nudge",
                {"view": "weight", "pixel": LIT, "zoom": 100.0},
                "Now the accuracy does change. Is it still a staircase?",
            ),
            Break(
                "Train on accuracy",
                {"view": "surfaces", "pixel": LIT, "zoom": 0.0001},
                "Stand on both surfaces and look for the way down: which of the two tells you?",
            ),
        ),
    )
)
