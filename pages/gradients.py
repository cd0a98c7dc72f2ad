"""Exhibit: what backward() computes, and what it adds it to."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.gradients.backward_again import after_three_calls
from core.exhibits.gradients.settings import Settings
from core.exhibits.gradients.views import VIEWS

show(
    ExhibitPage(
        slug="gradients",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Predict, loss and `backward()`, three times on the same 4 images. The gradient in "
            "`.grad` is then…",
            options=("the same as after one", "three times as large", "something else"),
            answer=after_three_calls,
            change={"view": "accumulate", "zero": False},
            because=lambda result: result.findings()[1],
        ),
        breaks=(
            Break(
                "Forget zero_grad",
                {"view": "training", "task": "relu", "learning_rate": 1.0},
                "The same steps, but nobody empties .grad. Compare the dashed line with the solid one just after its "
                "lowest place; farther on, chance decides.",
            ),
            Break(
                "Forget it on x²",
                {"view": "training", "task": "square", "learning_rate": 0.1},
                "A ball without friction: does it ever come to rest?",
            ),
            Break(
                "h = 1e-8 in float32",
                {"view": "check", "h": 1e-8, "precision": "float32"},
                "A shorter run should be more exact. What is left of the 785 slopes?",
            ),
            Break(
                "The slope of accuracy",
                {"view": "secant", "function": "accuracy"},
                "Rise over run on a staircase: follow it until the run is shorter than a step.",
            ),
            Break(
                "Step without no_grad",
                {"view": "session", "how": "in place"},
                "PyTorch refuses, in its own words. Then choose “no_grad”.",
            ),
        ),
    )
)
