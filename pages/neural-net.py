"""Exhibit: what in a neural net is learned, and what is only calculated."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, show
from core.app.widgets.canvas import draw_digit
from core.app.widgets.fastai_texts import fastai_texts
from core.exhibits.neural_net.draw import wants_drawing, with_drawing
from core.exhibits.neural_net.parameters_and_activations import how_many_change
from core.exhibits.neural_net.settings import DEAD, IMAGES, MOVES, SUMMARY, Settings
from core.exhibits.neural_net.views import VIEWS

show(
    ExhibitPage(
        slug="neural-net",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="You show the trained net another image. How many of its 23,581 parameters does that change?",
            options=("none", "some of them", "all of them"),
            answer=how_many_change,
            change={"view": MOVES, "moves": IMAGES},
            because=lambda result: result.findings()[0],
        ),
        breaks=(
            Break(
                "An untrained net",
                {"view": MOVES, "moves": IMAGES, "epoch": 0},
                "Nothing is learned yet. Is anything calculated?",
            ),
            Break(
                "Learning rate 10",
                {"view": DEAD, "learning_rate": 10.0},
                "Large steps throw units so far that no image lights them again. Count them.",
            ),
            Break(
                "Learning rate 30",
                {"view": DEAD, "learning_rate": 30.0},
                "And now the net itself.",
            ),
            Break(
                "`simple_net` as in the notes",
                {"view": SUMMARY, "version": "notes"},
                "Three lines, no error message, and it is no net at all.",
            ),
        ),
        own=Own(wanted=wants_drawing, ask=draw_digit, join=with_drawing),
        below=fastai_texts,
    )
)
