"""Exhibit: what the sigmoid squashes, and what it costs."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.sigmoid import experiment as lesson
from core.exhibits.sigmoid.saturation import outermost, saturation, train_plainly
from core.exhibits.sigmoid.scene import scene
from core.exhibits.sigmoid.squash import cases, curve, one_logit, share_right, sigmoid_and_slope, thresholds
from core.nn.losses import batch_accuracy, distances

show(
    ExhibitPage(
        slug="sigmoid",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            sigmoid_and_slope, distances, curve, cases, one_logit, batch_accuracy, share_right, thresholds, outermost, saturation,
            train_plainly,
        ),
        prediction=Prediction(
            "The book's first loss has no sigmoid. For predictions 3, −5, 10 and targets 1, 0, 1 it is…",
            ("below 0", "between 0 and 1", "above 1"),
            lesson.what_the_loss_is,
            {"view": "cases", "inputs": "outside", "squash": False},
            lambda result: lesson.findings(result)[0],
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
)  # fmt: skip
