"""Exhibit: presizing under the loupe."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, show
from core.app.warm_fastai import bring_fastai
from core.app.widgets.own_picture import ask_picture
from core.exhibits.presizing.loupe import KEPT, share_kept
from core.exhibits.presizing.pictures import with_upload
from core.exhibits.presizing.settings import FIT, LOUPE, OWN, SAME, Settings
from core.exhibits.presizing.views import VIEWS

bring_fastai()
show(
    ExhibitPage(
        slug="presizing",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="White noise has detail at every fineness. How much of the presized picture's sharpness "
            "does the standard "
            "way keep?",
            options=tuple(words for _, words in KEPT),
            answer=share_kept,
            change={"view": LOUPE, "picture": "noise", "geometry": SAME, "draw": 0},
            because=lambda result: result.findings()[1],
            early=True,
        ),
        breaks=(
            Break(
                "8 interpolations",
                {"view": LOUPE, "picture": "cat", "extra": 2},
                "Two rotations there and back change no geometry. What do they cost?",
            ),
            Break(
                "Zoom 3",
                {"view": LOUPE, "picture": "cat", "zoom": 3.0},
                "Presized, the zoom looks into 460 pixels; the standard way only has its 224 left.",
            ),
            Break(
                "A picture smaller than the target",
                {"view": LOUPE, "picture": "small cat"},
                "150×100 pixels become 460×460. Is there any detail left to lose?",
            ),
            Break(
                "Presize to 224",
                {"view": LOUPE, "picture": "cat", "presize": 224},
                "No larger than needed: then the room to turn in is gone.",
            ),
            Break(
                "Black beyond the edge",
                {"view": LOUPE, "padding": "zeros", "degrees": 45, "zoom": 1.0},
                "Without reflection, and without a zoom that hides the corners.",
            ),
        ),
        own=Own(
            wanted=lambda settings: settings.picture == OWN and settings.view in (LOUPE, FIT),
            ask=ask_picture,
            join=with_upload,
        ),
    )
)
