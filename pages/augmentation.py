"""Exhibit: what augmentation makes of a picture, and what it leaves as it was."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, show
from core.app.warm_fastai import bring_fastai
from core.app.widgets.own_picture import ask_picture
from core.exhibits.augmentation.epochs import size_afterwards
from core.exhibits.augmentation.settings import (
    ALL,
    CROP,
    EPOCHS,
    FLIP,
    LIGHTING,
    OWN,
    PET,
    ROTATE,
    VARIANTS,
    WARP,
    ZOOM,
    Settings,
)
from core.exhibits.augmentation.squares import with_picture
from core.exhibits.augmentation.views import VIEWS

bring_fastai()
show(
    ExhibitPage(
        slug="augmentation",
        settings=Settings,
        views=VIEWS,
        prediction=Prediction(
            question="Four pictures, six epochs of `aug_transforms`. How many pictures does the data set hold then?",
            options=("4", "24", "as many as you like"),
            answer=size_afterwards,
            change={"view": EPOCHS, "knob": ALL},
            because=lambda result: result.findings()[1],
        ),
        breaks=(
            Break(
                "Turn by up to 180°",
                {"view": VARIANTS, "knob": ROTATE, "max_rotate": 180.0},
                "No photograph of a pet is upside down. And look at what fills the corners.",
            ),
            Break(
                "Zoom up to 3 times",
                {"view": VARIANTS, "knob": ZOOM, "max_zoom": 3.0},
                "The label stays. Could you still tell the breed?",
            ),
            Break(
                "Warp by up to 0.9",
                {"view": VARIANTS, "knob": WARP, "max_warp": 0.9},
                "A tilt this strong folds the picture over.",
            ),
            Break(
                "Lighting up to 0.9",
                {"view": VARIANTS, "knob": LIGHTING, "max_lighting": 0.9},
                "Night and blinding light: in which of them is there still a pet?",
            ),
            Break(
                "`flip_vert`",
                {"view": VARIANTS, "knob": FLIP, "flip_vert": True},
                "Right for pictures from a satellite or a microscope, and for pets?",
            ),
            Break(
                "Crop a tenth",
                {"view": VARIANTS, "knob": CROP, "min_scale": 0.1, "apart": True, "picture": PET},
                "In some of them the pet is out of the picture, and its label stays.",
            ),
        ),
        own=Own(wanted=lambda settings: settings.picture == OWN, ask=ask_picture, join=with_picture),
    )
)
