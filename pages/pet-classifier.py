"""Exhibit: the lesson's pet classifier, from pretrained features to fine-tuning."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, show
from core.app.widgets.own_picture import ask_picture
from core.app.widgets.pet_exports import take_along
from core.exhibits.pet_classifier.picture_of_yours import asks_picture, with_picture
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.train_the_head import how_many_with_one_each, why_so_many
from core.exhibits.pet_classifier.views import VIEWS

show(
    ExhibitPage(
        slug="pet-classifier",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="The head may learn from **one** picture of each breed. Of the held-out pictures it recognises…",
            options=("nearly none", "about a third", "almost half", "more than half"),
            answer=how_many_with_one_each,
            change={"view": "head", "each": 1, "body": "lite0", "learning_rate": 0.03, "epochs": 30, "hidden": 0},
            because=why_so_many,
        ),
        breaks=(
            Break(
                "Random weights",
                {"view": "head", "body": "untrained"},
                "The same network, never trained: watch the accuracy on the pictures it learned from, "
                "and on the others.",
            ),
            Break(
                "Learning rate 100",
                {"view": "head", "learning_rate": 100.0},
                "The accuracy hardly minds. The loss does: it is sure of its mistakes.",
            ),
            Break(
                "Learning rate 100 with a hidden layer",
                {"view": "head", "learning_rate": 100.0, "hidden": 64},
                "Two layers multiply what goes wrong, until it is no number any more.",
            ),
            Break(
                "One picture of each breed",
                {"view": "head", "each": 1},
                "All that is new to the head it must tell from a single example.",
            ),
        ),
        below=take_along,
        own=Own(wanted=asks_picture, ask=ask_picture, join=with_picture),
    )
)
