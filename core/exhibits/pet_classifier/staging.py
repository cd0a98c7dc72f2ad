"""What the scenes of several views share: small pictures, and the panels of a head's training."""

from typing import Literal

from core.arrays import Array
from core.data.pets import Pets
from core.data.pictures import thumbnail
from core.data.shelf import Shelf
from core.stage.panels import Curve, Domain, PictureFiles, Quantity, Series
from core.stage.pictures import encoded, pictures_together

SHOWN = 130  # pixels of a picture's longer side
CURVES, BELOW = 190, 330  # heights of a training's rows
TITLE = "Held-out pictures: what they are, what they were taken for"
SELECTION = "cell"  # the name of the chosen cell of the confusion matrix

_small_pictures = Shelf(2048)


def small_picture(pets: Pets, index: int) -> bytes:
    """A picture as a small file; made once, and kept as long as the pictures."""
    return _small_pictures.get(pets, index, lambda: encoded(thumbnail(pets.path(index), SHOWN)))


def small_pictures(pets: Pets, indices: Array) -> PictureFiles:
    """Small files of these pictures."""
    return pictures_together([small_picture(pets, int(index)) for index in indices])


def training_curve(
    measure: Literal["accuracy", "loss"], epochs: Array, train: Array, valid: Array, y_domain: Domain, at: Array | None
) -> Curve:
    """A measure of the pictures learned from and of those held out, each (epochs,)."""
    color: Quantity = "metric" if measure == "accuracy" else "loss"
    return Curve(
        title="Accuracy" if measure == "accuracy" else "Loss (cross-entropy)",
        x_label="epochs",
        at=at,
        y_domain=y_domain,
        series=[
            Series(x=epochs, y=train, label="learned from", color=color, lane="B"),
            Series(x=epochs, y=valid, label="held out", color=color),
        ],
    )
