"""Exhibit: the lesson's pet classifier, from pretrained features to fine-tuning."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, Stream, show
from core.app.widgets.own_picture import ask_picture
from core.app.widgets.pet_exports import take_along
from core.exhibits.pet_classifier import experiment as classifier
from core.exhibits.pet_classifier.scene import scene
from core.nn.head import forward, slopes, train_head

show(
    ExhibitPage(
        slug="pet-classifier",
        settings=classifier.Settings,
        experiment=classifier.experiment,
        scene=scene,
        findings=classifier.findings,
        numbers=classifier.numbers,
        table=classifier.table,
        code=(train_head, forward, slopes),
        prediction=Prediction(
            "The head may learn from **one** picture of each breed. Of the held-out pictures it recognises…",
            ("nearly none", "about a third", "almost half", "more than half"),
            classifier.with_one_each,
            {"view": classifier.HEAD, "each": 1, "body": "lite0", "learning_rate": 0.03, "epochs": 30, "hidden": 0},
            classifier.because,
        ),
        breaks=(
            Break(
                "Random weights",
                {"view": classifier.HEAD, "body": "untrained"},
                "The same network, never trained: watch the accuracy on the pictures it learned from, and on the others.",
            ),
            Break(
                "Learning rate 100",
                {"view": classifier.HEAD, "learning_rate": 100.0},
                "The accuracy hardly minds. The loss does: it is sure of its mistakes.",
            ),
            Break(
                "Learning rate 100, with a hidden layer",
                {"view": classifier.HEAD, "learning_rate": 100.0, "hidden": 64},
                "Two layers multiply what goes wrong, until it is no number any more.",
            ),
            Break(
                "One picture of each breed",
                {"view": classifier.HEAD, "each": 1},
                "All that is new to the head it must tell from a single example.",
            ),
        ),
        below=take_along,
        stream=Stream(
            classifier.work, classifier.wants_job, classifier.join, classifier.whole, classifier.doing, classifier.lane
        ),
        own=Own(classifier.asks_picture, ask_picture, classifier.with_picture),
    )
)
