"""Exhibit: how activations become probabilities."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.softmax.bars import what_the_constant_does
from core.exhibits.softmax.settings import Settings
from core.exhibits.softmax.views import VIEWS

show(
    ExhibitPage(
        slug="softmax",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Add 10 to the activation of every class. The largest probability…",
            options=("rises", "stays as it is", "falls"),
            answer=what_the_constant_does,
            change={"view": "bars", "start": "random", "temperature": 1.0, "shift": 10.0, "formula": "written"},
            because=lambda result: result.findings()[-1],
        ),
        breaks=(
            Break(
                "Add 1000 to all",
                {"view": "bars", "shift": 1000.0, "formula": "written", "temperature": 1.0},
                "Only differences matter, says the mathematics. What says float32? Then let torch.softmax compute it.",
            ),
            Break(
                "Take 1000 away from all",
                {"view": "bars", "shift": -1000.0, "formula": "written", "temperature": 1.0},
                "Nothing can overflow now. Is it a probability?",
            ),
            Break(
                "Temperature 0.01",
                {"view": "bars", "start": "5 4 3", "shift": 0.0, "formula": "torch", "temperature": 0.01},
                "How much is left of the second best?",
            ),
            Break(
                "Temperature 0",
                {"view": "bars", "start": "5 4 3", "shift": 0.0, "formula": "torch", "temperature": 0.0},
                "The limit is clear. Does the formula know it?",
            ),
            Break(
                "All activations far below 0",
                {"view": "none of these", "source": "activations"},
                "No class fits. What does softmax say, and what do independent sigmoids?",
            ),
        ),
    )
)
