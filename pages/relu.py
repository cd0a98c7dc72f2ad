"""Exhibit: the bend that makes a stack of linear layers a neural network."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.relu.any_curve import how_many_find
from core.exhibits.relu.settings import Settings
from core.exhibits.relu.views import VIEWS

TWO = {"view": "approximate", "target": "abs", "hidden": 2, "method": "sgd"}

show(
    ExhibitPage(
        slug="relu",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Two ReLUs make |x| exactly: relu(x) + relu(−x). Of ten runs of SGD with two ReLUs, how "
            "many find that?",
            options=("all ten", "some of them", "none"),
            answer=how_many_find,
            change={
                **TWO,
                "spacing": "worst",
                "rate": 0.1,
                "steps": 1000,
                "batch_size": 16,
                "momentum": 0.0,
                "shift": 0.0,
            },
            because=lambda result: result.findings()[1],
        ),
        breaks=(
            Break(
                "No ReLU",
                {"view": "boundary", "shape": "circles", "activation": "identity", "boundary_rate": 3.0},
                "The same net without its bend: what shape is left for the boundary?",
            ),
            Break(
                "All units dead",
                {"view": "approximate", "method": "sgd", "shift": -2.0},
                "Every first bias starts 2 lower, so no unit is ever above 0. Which gradient could wake one?",
            ),
            Break(
                "Too few hinges",
                {"view": "approximate", "method": "placed", "target": "sawtooth", "hidden": 2, "spacing": "even"},
                "Two straight pieces for a sawtooth.",
            ),
            Break(
                "Learning rate 1e9",
                {"view": "approximate", "method": "sgd", "rate": 1e9},
                "How many steps until the loss is no longer a number?",
            ),
            Break(
                "res.max(0)",
                {"view": "collapse", "between": "axis"},
                "The second line of simple_net as the notes have it: run it.",
            ),
        ),
    )
)
