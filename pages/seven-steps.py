"""Exhibit: the seven steps, one at a time."""

from core.app.frame import Break, ExhibitPage, Prediction, View, show
from core.exhibits.seven_steps.charts import reached_chart, step_losses_chart
from core.exhibits.seven_steps.experiment import (
    COASTER,
    Settings,
    descend,
    digit_batches,
    experiment,
    four_times,
    quadratic,
    roller_coaster,
)
from core.exhibits.seven_steps.scene import scene
from core.nn.losses import mnist_loss, mse
from core.nn.models import flat_linear, linear1

show(
    ExhibitPage(
        slug="seven-steps",
        settings=Settings,
        views=View(
            experiment=experiment,
            scene=scene,
            code=lambda settings: (
                (descend, quadratic, mse, roller_coaster)
                if settings.task == COASTER
                else (descend, flat_linear, linear1, mnist_loss, digit_batches)
            ),
            charts=(step_losses_chart, reached_chart),
            digits=lambda settings: None if settings.task == COASTER else "built-in",
        ),
        prediction=Prediction(
            question="Four times the lesson's learning rate on the roller-coaster: after ten steps the loss is…",
            options=("lower than with ×1", "about the same", "higher than at the start"),
            answer=four_times,
            change={"task": "roller-coaster", "learning_rate": 4.0, "compare": 0.0, "steps": 10, "tolerance": 0.0},
            because=lambda result: result.findings()[0],
        ),
        breaks=(
            Break(
                "Learning rate × 1000",
                {"learning_rate": 1000.0},
                "Every step overshoots; how long until the numbers are no longer numbers?",
            ),
            Break(
                "Learning rate × 0.001", {"learning_rate": 0.001}, "All seven steps are right, and nothing is learned."
            ),
            Break(
                "Stop at the first small fall",
                {"tolerance": 0.01, "steps": 60},
                "A rule for the seventh step: was the loss really at its end?",
            ),
        ),
    )
)
