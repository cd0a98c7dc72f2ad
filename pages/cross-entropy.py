"""Exhibit: what a confident mistake costs."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.cross_entropy.confident_mistake import how_much_steeper
from core.exhibits.cross_entropy.settings import Settings
from core.exhibits.cross_entropy.views import VIEWS

show(
    ExhibitPage(
        slug="cross-entropy",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="The right class is behind by a logit of 6. How much harder does −log p pull on it than "
            "1 − p does?",
            options=("about as hard", "about 10 times", "hundreds of times"),
            answer=how_much_steeper,
            change={"view": "mistake"},
            because=lambda result: result.findings()[1],
        ),
        breaks=(
            Break(
                "Leave out the log",
                {"view": "table", "log": False, "sign": True, "classes": 2},
                "nll_loss on plain softmax: no error. What does the worst row cost now?",
            ),
            Break(
                "Leave out the minus sign",
                {"view": "table", "log": True, "sign": False, "classes": 2},
                "SGD lowers what it is given. Which way would it push?",
            ),
            Break(
                "torch.where with three classes",
                {"view": "table", "classes": 3, "log": True, "sign": True},
                "The table picks by index. In how many rows would torch.where have picked another column?",
            ),
            Break(
                "Write softmax as its formula reads",
                {"view": "numerics", "method": "naive", "case": "wrong and rising", "precision": "float16"},
                "Drag the activation: which breaks first, the loss or its gradient?",
            ),
            Break(
                "Subtract the maximum, but take the log afterwards",
                {"view": "numerics", "method": "max subtracted", "case": "wrong and rising", "precision": "float32"},
                "Nothing overflows any more. Is it safe now?",
            ),
            Break(
                "Train with the naive loss",
                {"view": "training", "learning_rate": 10.0},
                "One infinite exponential is enough. How many parameters does it cost?",
            ),
        ),
    )
)
