"""Exhibit: what a confident mistake costs."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.cross_entropy import experiment as lesson
from core.exhibits.cross_entropy.numerics import added, chain, log_sum_exp, max_subtracted, multiplied, naive, pair
from core.exhibits.cross_entropy.picking import mistake, pick_index, pick_where, picked, row_gradient, six_rows, slope
from core.exhibits.cross_entropy.scene import scene
from core.nn.ten_digits import losses_and_slopes, train_ten

show(
    ExhibitPage(
        slug="cross-entropy",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            six_rows, pick_where, pick_index, picked, slope, mistake, row_gradient, naive, max_subtracted, log_sum_exp, pair, chain,
            multiplied, added, losses_and_slopes, train_ten,
        ),
        prediction=Prediction(
            "The right class is behind by a logit of 6. How much harder does −log p pull on it than 1 − p does?",
            ("about as hard", "about 10 times", "hundreds of times"),
            lesson.how_much_steeper,
            {"view": "mistake"},
            lambda result: lesson.findings(result)[1],
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
)  # fmt: skip
