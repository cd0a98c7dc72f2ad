"""Exhibit: what backward() computes, and what it adds it to."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.gradients import experiment as lesson
from core.exhibits.gradients.accumulation import accumulate, descend, run, session
from core.exhibits.gradients.finite_differences import backward_slopes, batch, losses, rise_over_run
from core.exhibits.gradients.scene import scene
from core.exhibits.gradients.secant import square_secant, weight_secant

show(
    ExhibitPage(
        slug="gradients",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            square_secant, weight_secant, backward_slopes, losses, rise_over_run, batch, accumulate, descend, session, run,
        ),
        prediction=Prediction(
            "Predict, loss and `backward()`, three times on the same 4 images. The gradient in `.grad` is then…",
            ("the same as after one", "three times as large", "something else"),
            lesson.after_three_calls,
            {"view": "accumulate", "zero": False},
            lambda result: lesson.findings(result)[1],
        ),
        breaks=(
            Break(
                "Forget zero_grad",
                {"view": "training", "task": "relu", "learning_rate": 1.0},
                "The same steps, but nobody empties .grad. Compare the dashed line with the solid one.",
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
)  # fmt: skip
