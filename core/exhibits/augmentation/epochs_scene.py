"""Epochs on the stage: the pictures as each epoch sees them, and how many different ones there have been."""

import numpy as np

from core.exhibits.augmentation.epochs import SeenPictures
from core.exhibits.augmentation.staging import staged
from core.stage.panels import Curve, Pictures, Series
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene


def scene(result: SeenPictures) -> Scene:
    """Its time is the epochs."""
    epochs = len(result.train)
    labels = [f"epoch {epoch} of {epochs}" for epoch in range(1, epochs + 1)]
    return staged(result, [Row(190, [_train(result), _valid(result)]), Row(240, [_counted(result)])], labels, 1.2)


def _train(result: SeenPictures) -> Pictures:
    epochs, size = result.train.shape[:2]
    pictures = result.train.reshape(-1, *result.train.shape[2:])
    return Pictures(
        title=f"The {size} pictures of the training set, as this epoch sees them",
        files=pictures_together([encoded(picture) for picture in pictures]),
        show=np.arange(epochs * size).reshape(epochs, size),
        captions=list(result.labels) * epochs,
        weight=size,
        narrow_height=340,
    )


def _valid(result: SeenPictures) -> Pictures:
    return Pictures(
        title="Validation",
        files=pictures_together([encoded(picture) for picture in result.valid[0]]),
        captions=["centre square"],
        narrow_height=180,
    )


def _counted(result: SeenPictures) -> Curve:
    epochs = len(result.train)
    epoch = np.arange(1, epochs + 1)
    train, valid = np.array(result.seen(result.train)), np.array(result.seen(result.valid))
    return Curve(
        title="Counted, pixel by pixel",
        x_label="epochs",
        at=epoch,
        series=[
            Series(x=epoch, y=train, label="different training pictures seen", color="activations"),
            Series(x=epoch, y=np.full(epochs, result.size), label="pictures in the data set", color="data", lane="B"),
            Series(x=epoch, y=valid, label="different validation pictures seen", color="data"),
        ],
        y_domain=(0, 1.06 * train.max()),
        narrow_height=240,
    )
