"""Exhibit: how activations become probabilities."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.softmax import experiment as lesson
from core.exhibits.softmax.none_of_these import far_below, no_digits, one_batch, strange_pictures
from core.exhibits.softmax.probabilities import book_activations, book_table, softmax, sweep, two_classes
from core.exhibits.softmax.scene import scene
from core.nn.ten_digits import losses_and_slopes, train_ten

show(
    ExhibitPage(
        slug="softmax",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            softmax, book_activations, sweep, two_classes, book_table, one_batch, far_below, no_digits, strange_pictures,
            losses_and_slopes, train_ten,
        ),
        prediction=Prediction(
            "Add 10 to the activation of every class. The largest probability…",
            ("rises", "stays as it is", "falls"),
            lesson.what_the_constant_does,
            {"view": "bars", "start": "random", "temperature": 1.0, "shift": 10.0, "formula": "written"},
            lambda result: lesson.findings(result)[-1],
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
)  # fmt: skip
