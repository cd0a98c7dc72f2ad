"""Exhibit: how a picture becomes something to multiply."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.digits_as_numbers.settings import Settings
from core.exhibits.digits_as_numbers.similarity import how_good
from core.exhibits.digits_as_numbers.views import VIEWS

show(
    ExhibitPage(
        slug="digits-as-numbers",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Call a digit a 3 if its pixels are nearer to the average 3 than to the average 7. "
            "Without any learning, "
            "how many validation digits does that get right?",
            options=("about half", "about three quarters", "more than nine in ten"),
            answer=how_good,
            change={"view": "similarity", "picture": "plain"},
            because=lambda result: result.findings()[1],
        ),
        breaks=(
            Break(
                "`*` instead of `@`",
                {"view": "multiply", "operator": "*", "picture": "plain"},
                "The notes say `batch * weights + bias`. One way is an error; the other, worse, is none.",
            ),
            Break(
                "An all-black picture, no bias",
                {"view": "multiply", "operator": "@", "picture": "black", "bias": False},
                "Is the bias needed? What can 784 weights say about 784 zeros?",
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
