"""Before the features are there: the same panels as of a training, still empty, and some of the pictures."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import numpy as np

from core.data.pets import Pets, load
from core.exhibits.pet_classifier.staging import BELOW, CURVES, SELECTION, TITLE, small_pictures, training_curve
from core.exhibits.pet_classifier.waiting import Waiting
from core.stage.panels import Confusion, Curve, Pictures
from core.stage.scene import Row, Scene
from core.words import format_breed, plain_text

SAMPLE = 8  # pictures that are shown

R = TypeVar("R")


def or_waiting(scene: Callable[[R], Scene]) -> Callable[[R | Waiting], Scene]:
    """The scene of a view's result, or of the wait before it."""

    @wraps(scene)
    def either(result: R | Waiting) -> Scene:
        return waiting_scene(result) if isinstance(result, Waiting) else scene(result)

    return either


def waiting_scene(result: Waiting) -> Scene:
    """It has one frame."""
    pets = load(result.pets)
    names = [format_breed(breed) for breed in pets.vocab]
    alt = plain_text("The body looks at the pictures.", [f"{result.total} pictures of {len(names)} breeds."])
    below = Row(BELOW, (_empty_matrix(names), _some_pictures(pets)))
    return Scene(rows=(Row(CURVES, _empty_curves(result.epochs)), below), alt=alt)


def _empty_curves(epochs: int) -> tuple[Curve, Curve]:
    ends, nothing = np.array([0.0, epochs]), np.full(2, np.nan)
    return (
        training_curve("accuracy", ends, nothing, nothing, (0, 1), None),
        training_curve("loss", ends, nothing, nothing, (0, 4), None),
    )


def _empty_matrix(names: list[str]) -> Confusion:
    return Confusion(
        title=TITLE,
        names=names,
        targets=np.zeros(0, np.int32),
        predicted=np.zeros((1, 0), np.uint8),
        items=np.zeros(0, np.int32),
        selection=SELECTION,
        weight=6,
        narrow_height=360,
    )


def _some_pictures(pets: Pets) -> Pictures:
    sample = np.linspace(0, len(pets) - 1, min(SAMPLE, len(pets))).astype(int)
    return Pictures(
        title="Some of the pictures",
        files=small_pictures(pets, sample),
        captions=[format_breed(pets.labels[int(i)]) for i in sample],
        weight=5,
        narrow_height=330,
    )
