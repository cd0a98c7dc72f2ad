"""Exhibit: why steps are taken on mini-batches."""

from core.app.frame import Break, ExhibitPage, Prediction, Stream, show
from core.exhibits.mini_batches import experiment as lesson
from core.exhibits.mini_batches.averages import averages, slopes, walk
from core.exhibits.mini_batches.batch_race import single_steps, three_runs
from core.exhibits.mini_batches.gradient_noise import gradient_noise, item_gradients, random_batches
from core.exhibits.mini_batches.loader import load_digits, load_small, record, train_on
from core.exhibits.mini_batches.scene import scene
from core.nn.training import train

show(
    ExhibitPage(
        slug="mini-batches",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            three_runs, single_steps, train, item_gradients, random_batches, gradient_noise, load_digits, load_small, record,
            train_on, slopes, walk, averages,
        ),
        prediction=Prediction(
            "Take batches of 64 digits instead of 4, sixteen times the work. The gradient's noise falls to about…",
            ("1/2", "1/4", "1/16"),
            lesson.noise_left,
            {"view": "noise", "point": 0, "replacement": False},
            lesson.because,
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
                "Claim 27: the book's own training loader. What do the last batches of an epoch hold?",
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
        stream=Stream(lesson.loaders, lesson.wants_loader, lesson.join, lesson.whole, lesson.doing, anywhere=True),
    )
)  # fmt: skip
