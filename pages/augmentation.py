"""Exhibit: what augmentation makes of a picture, and what it leaves as it was."""

from core.app.frame import Break, ExhibitPage, Own, Prediction, show
from core.app.warm_fastai import bring_fastai
from core.app.widgets.own_picture import ask_picture
from core.exhibits.augmentation import draws, variants
from core.exhibits.augmentation import experiment as lesson
from core.exhibits.augmentation.scene import scene

bring_fastai()
show(
    ExhibitPage(
        slug="augmentation",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(lesson.square, variants.vary, draws.recipe, draws.through, draws.read_draws),
        prediction=Prediction(
            "Four pictures, six epochs of `aug_transforms`. How many pictures does the data set hold then?",
            ("4", "24", "as many as you like"),
            lesson.size_afterwards,
            {"view": lesson.EPOCHS, "knob": lesson.ALL},
            lambda result: lesson.findings(result)[1],
        ),
        breaks=(
            Break(
                "Turn by up to 180°",
                {"view": lesson.VARIANTS, "knob": lesson.ROTATE, "max_rotate": 180.0},
                "No photograph of a pet is upside down. And look at what fills the corners.",
            ),
            Break(
                "Zoom up to 3 times",
                {"view": lesson.VARIANTS, "knob": lesson.ZOOM, "max_zoom": 3.0},
                "The label stays. Could you still tell the breed?",
            ),
            Break(
                "Warp by up to 0.9",
                {"view": lesson.VARIANTS, "knob": lesson.WARP, "max_warp": 0.9},
                "A tilt this strong folds the picture over.",
            ),
            Break(
                "Lighting up to 0.9",
                {"view": lesson.VARIANTS, "knob": lesson.LIGHTING, "max_lighting": 0.9},
                "Night and blinding light: in which of them is there still a pet?",
            ),
            Break(
                "`flip_vert`",
                {"view": lesson.VARIANTS, "knob": lesson.FLIP, "flip_vert": True},
                "Right for pictures from a satellite or a microscope, and for pets?",
            ),
            Break(
                "Crop a tenth",
                {"view": lesson.VARIANTS, "knob": lesson.CROP, "min_scale": 0.1, "apart": True, "picture": lesson.PET},
                "In some of them the pet is out of the picture, and its label stays.",
            ),
        ),
        own=Own(lesson.own, ask_picture, lesson.with_picture),
    )
)
