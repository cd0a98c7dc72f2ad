"""Exhibit: what the sigmoid squashes, and what it costs."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.sigmoid.settings import Settings
from core.exhibits.sigmoid.three_predictions import what_the_loss_is
from core.exhibits.sigmoid.views import VIEWS

show(
    ExhibitPage(
        slug="sigmoid",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="The book's first loss has no sigmoid. For predictions 3, −5, 10 and targets 1, 0, 1 it is…",
            options=("below 0", "between 0 and 1", "above 1"),
            answer=what_the_loss_is,
            change={"view": "cases", "inputs": "outside", "squash": False},
            because=lambda result: result.findings()[0],
        ),
        breaks=(
            Break(
                "Predictions outside 0 to 1",
                {"view": "cases", "inputs": "outside", "squash": False},
                "Drag the third prediction to the right: can a loss be better than perfect? Then turn the sigmoid on.",
            ),
            Break(
                "Train without a sigmoid",
                {"view": "training", "learning_rate": 1.0},
                "The loss falls and falls. Where do the predictions go, and is the model better for it?",
            ),
            Break(
                "Threshold 0.5 before the sigmoid",
                {"view": "threshold", "rate": 0.003, "epochs": 2},
                "The model is the same; only the question asked of it is wrong. How many digits does that cost?",
            ),
            Break(
                "Random weights × 100",
                {"view": "saturation", "scale": 100.0, "precision": "float32"},
                "How many digits can this model still learn from?",
            ),
        ),
    )
)
