"""A head's training on the stage: its curves, the confusion matrix of the held-out pictures, and these pictures."""

import numpy as np

from core.arrays import Array
from core.data.pets import load
from core.exhibits.pet_classifier.staging import BELOW, CURVES, SELECTION, TITLE, small_pictures, training_curve
from core.exhibits.pet_classifier.train_the_head import TrainedHead
from core.stage.panels import Confusion, Curve, Pictures
from core.stage.scene import Row, Scene, Time
from core.words import format_breed, plain_text

MOST = 160  # pictures that are sent: all wrong ones first
TILES = 12  # that are shown of a cell


def scene(result: TrainedHead) -> Scene:
    """Its time is an epoch, or a part of one."""
    epochs = result.head.epochs
    return Scene(
        rows=(Row(CURVES, _curves(result, epochs)), Row(BELOW, _matrix_and_pictures(result))),
        alt=plain_text("A head on a frozen body, epoch by epoch.", result.sentences()),
        time=Time(at=epochs, total=result.head.settings.epochs, unit="epoch"),
        seconds=4.0,
    )


def _curves(result: TrainedHead, epochs: Array) -> tuple[Curve, Curve]:
    head = result.head
    finite = np.concatenate([head.train_loss, head.valid_loss])
    finite = finite[np.isfinite(finite)]
    high = float(min(finite.max(initial=1.0), 4 * head.train_loss[0])) if len(finite) else 1.0
    return (
        training_curve("accuracy", epochs, head.train_accuracy, head.valid_accuracy, (0, 1), epochs),
        training_curve("loss", epochs, head.train_loss, head.valid_loss, (0, 1.06 * high), epochs),
    )


def _matrix_and_pictures(result: TrainedHead) -> tuple[Confusion, Pictures]:
    """The matrix at every frame, and the pictures of its cells, as many as are sent."""
    valid = result.valid
    predicted = result.head.predicted[:, valid].astype(np.uint8 if len(result.vocab) < 256 else np.int32)
    sent = _wrong_first(result)[:MOST]
    items = np.full(len(valid), -1, np.int32)
    items[sent] = np.arange(len(sent))
    names = [format_breed(breed) for breed in result.vocab]
    matrix = Confusion(
        title=TITLE,
        names=names,
        targets=result.targets[valid],
        predicted=predicted,
        items=items,
        selection=SELECTION,
        weight=6,
        narrow_height=360,
    )
    pictures = Pictures(
        title="The chosen cell’s pictures, or all wrong ones",
        files=small_pictures(load(result.pets), valid[sent]),
        captions=[names[target] for target in result.targets[valid[sent]]],
        said=predicted[:, sent],
        words=[f"→ {name}" for name in names],
        chosen=SELECTION,
        most=TILES,
        weight=5,
        narrow_height=330,
    )
    return matrix, pictures


def _wrong_first(result: TrainedHead) -> Array:
    """Places among the held-out pictures, those that are wrong at the end first."""
    wrong = result.head.predicted[-1, result.valid] != result.targets[result.valid]
    return np.argsort(~wrong, kind="stable")
