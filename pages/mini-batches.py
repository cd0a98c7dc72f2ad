"""Exhibit: why steps are taken on mini-batches."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.mini_batches.noise import because, fraction
from core.exhibits.mini_batches.settings import Settings
from core.exhibits.mini_batches.views import VIEWS

show(
    ExhibitPage(
        slug="mini-batches",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Take batches of 64 digits in place of 4: sixteen times the work. The gradient's noise "
            "falls to about…",
            options=("1/2", "1/4", "1/16"),
            answer=fraction,
            change={"view": "noise", "point": 0, "replacement": False},
            because=because,
        ),
        breaks=(
            Break(
                "One item a step, learning rate 10",
                {"view": "paths", "clock": "items", "batch_size": 16, "learning_rate": 10.0, "epochs": 5},
                "The same learning rate for all three: which of them survives it?",
            ),
            Break(
                "All items, for one epoch",
                {"view": "paths", "clock": "items", "learning_rate": 1.0, "epochs": 1},
                "One step an epoch, and the best there is. How far does it get while the others walk?",
            ),
            Break(
                "Do not shuffle",
                {"view": "loader", "dataset": "digits", "order": "in order"},
                "The book's own training loader. What do the last batches of an epoch hold?",
            ),
            Break(
                "Draw with replacement",
                {"view": "loader", "dataset": "letters", "order": "again"},
                "What a loader does not do: count the letters that never come in an epoch.",
            ),
            Break(
                "Train by the median",
                {"view": "average", "items": 16},
                "Fifteen of sixteen digits teach nothing in each step. Does it still learn?",
            ),
        ),
    )
)
