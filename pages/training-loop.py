"""Exhibit: the same training written four times, and any two runs raced."""

from core.app.frame import Break, ExhibitPage, Prediction, Suggestion, show
from core.app.widgets.side_by_side import code_columns
from core.exhibits.training_loop.recorded import after_one_epoch
from core.exhibits.training_loop.settings import RACE, Settings
from core.exhibits.training_loop.views import VIEWS
from core.sweep.plan import SetUp

show(
    ExhibitPage(
        slug="training-loop",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="A loader that is not shuffled gives all the threes first, then all the sevens. "
            "After one epoch the accuracy is…",
            options=("about 50%", "about 75%", "above 90%"),
            answer=lambda result: after_one_epoch(result.firsts[0]),
            change={"shuffle": False, "learning_rate": 1.0, "init": "uniform"},
            because=lambda result: result.findings()[0],
            early=True,
        ),
        breaks=(
            Break(
                "Do not shuffle",
                {"shuffle": False},
                "The threes of an epoch come first, the sevens last: what does the model call every digit after it?",
            ),
            Break(
                "Shuffled against unshuffled",
                {"view": RACE, "shuffle": True, "other_shuffle": False},
                "Same start, same digits, another order.",
            ),
            Break(
                "Learning rate 1000",
                {"learning_rate": 1000.0},
                "Every step is huge, and the sigmoid soon saturates. Is anything learned all the same?",
            ),
        ),
        below=code_columns,
        sweep=Suggestion(
            lambda result: f"Is {result.runs[0].valid_accuracy[-1]:.1%} luck? Sweep ten seeds",
            SetUp(number="recorded run A: last accuracy", seeds=10),
        ),
    )
)
