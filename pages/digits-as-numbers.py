"""Exhibit: how a picture becomes something to multiply."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.digits_as_numbers import digit_tensors as tensors
from core.exhibits.digits_as_numbers import experiment as lesson
from core.exhibits.digits_as_numbers.scene import scene
from core.nn.models import init_params, linear1

show(
    ExhibitPage(
        slug="digits-as-numbers",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            tensors.stack_of,
            tensors.batch_with,
            tensors.ranks,
            tensors.mnist_distance,
            tensors.rmse,
            tensors.compare,
            tensors.parameters_of,
            init_params,
            linear1,
            tensors.multiply,
            tensors.attempt,
        ),
        prediction=Prediction(
            "Call a digit a 3 if its pixels are nearer to the average 3 than to the average 7. Without any learning, how many "
            "validation digits does that get right?",
            ("about half", "about three quarters", "more than nine in ten"),
            lesson.how_good,
            {"view": "similarity", "picture": "plain"},
            lambda result: lesson.findings(result)[1],
        ),
        breaks=(
            Break(
                "`*` instead of `@`",
                {"view": "multiply", "operator": "*", "picture": "plain"},
                "Claim 12: `batch * weights + bias`. One way is an error; the other, worse, is none.",
            ),
            Break(
                "An all-black picture, no bias",
                {"view": "multiply", "operator": "@", "picture": "black", "bias": False},
                "Claim 9: what can 784 weights say about 784 zeros?",
            ),
            Break(
                "Invert the pictures",
                {"view": "similarity", "picture": "inverted"},
                "You still read every digit. Does pixel similarity? And is RMSE any better than L1?",
            ),
            Break(
                "Move the pictures 2 pixels down",
                {"view": "similarity", "picture": "lower"},
                "Hardly a difference to the eye; every pixel is now compared with another one.",
            ),
        ),
    )
)
