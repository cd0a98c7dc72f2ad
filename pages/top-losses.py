"""Exhibit: the highest losses, whose labels are wrong, and what cleaning them changes."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, show
from core.app.widgets.gallery import ask_marks, gallery
from core.exhibits.top_losses.find_suspects import ANSWERS, how_many_found, why_found
from core.exhibits.top_losses.settings import ALL, FIRST, FIT, FOLD, RANDOM, WRONG, Settings
from core.exhibits.top_losses.views import VIEWS

show(
    ExhibitPage(
        slug="top-losses",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Twenty more labels are made wrong on purpose. You look at just as many pictures as "
            "there are wrong "
            "labels, highest loss first. How many of the wrong labels do you see?",
            options=ANSWERS,
            answer=how_many_found,
            change={"view": "find", "split": ALL, "judged": FOLD, "wrong": 20},
            because=why_found,
        ),
        breaks=(
            Break(
                "Ask the head that has learnt the labels",
                {"view": "find", "split": ALL, "judged": FIT, "wrong": 50},
                "With 50 labels made wrong: what fastai’s cleaner shows of the training set. Where have they gone?",
            ),
            Break(
                "Delete the first 100 without looking",
                {"view": "retrain", "cleaning": FIRST, "first": 100},
                "A high loss is a suspicion, no proof: hard pictures with the right label have one too.",
            ),
            Break(
                "Delete 100 at random",
                {"view": "retrain", "cleaning": RANDOM, "first": 100},
                "The control: what do 100 pictures less cost in any case?",
            ),
            Break(
                "Make 100 labels wrong, then right again",
                {"view": "retrain", "cleaning": WRONG, "wrong": 100},
                "What clean labels are worth, where there are many wrong ones.",
            ),
        ),
        own=Own(
            wanted=lambda _: True,
            ask=ask_marks,
            join=lambda result, visitor: result.with_marks_of(visitor),
            drawn=lambda result: result.drawn_marks(),
        ),
        below=gallery,
    )
)
