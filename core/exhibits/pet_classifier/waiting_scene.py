"""Before there is a result: what will stand in the view's panels, and the pictures as they are drawn and seen."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from core.arrays import Array
from core.data.pets import Pets, load
from core.exhibits.pet_classifier.staging import BELOW, CURVES, TITLE, small_pictures
from core.exhibits.pet_classifier.waiting import Waiting
from core.nn.features import first_rows
from core.stage.panels import Panel, Pictures
from core.stage.scene import Row, Scene
from core.stage.to_come import to_come
from core.words import format_breed, plain_text

SAMPLE = 12  # pictures that are shown

R = TypeVar("R")


def or_waiting(scene: Callable[[R], Scene]) -> Callable[[R | Waiting], Scene]:
    """The scene of a view's result, or of the wait before it."""

    @wraps(scene)
    def either(result: R | Waiting) -> Scene:
        return waiting_scene(result) if isinstance(result, Waiting) else scene(result)

    return either


def waiting_scene(result: Waiting) -> Scene:
    """It has one frame."""
    pets = load(result.settings.pets)
    heads = result.settings.view == "head"
    alt = plain_text("The body looks at the pictures.", [f"{result.total} pictures of {len(pets.vocab)} breeds."])
    pictures = _pictures(pets, _shown(result, pets))
    if heads:
        rows = (Row(CURVES, _curves_to_come(result)), Row(BELOW, (_matrix_to_come(pets), pictures)))
    else:
        rows = (Row(CURVES, (_judgement_to_come(result),)), Row(BELOW, (pictures,)))
    return Scene(rows=rows, alt=alt, still=True)


def _shown(result: Waiting, pets: Pets) -> Array:
    """The pictures that have been seen last; of photographs, which are there, some before that."""
    settings, progress = result.settings, result.progress
    there = progress.first if progress else 0
    most = max(there, SAMPLE) if pets.make is None else there
    return first_rows(pets, settings.body, settings.size, most)[-SAMPLE:]


def _curves_to_come(result: Waiting) -> tuple[Panel, Panel]:
    epochs, breeds = result.settings.epochs, len(load(result.settings.pets).vocab)
    return (
        to_come(
            "Accuracy",
            f"Here a curve will rise over {epochs} epochs: the share of pictures that the head recognises, of those "
            "that it learns from and of those held out.",
        ),
        to_come(
            "Loss (cross-entropy)",
            f"And here one will fall, from log {breeds}, where all {breeds} breeds are equally likely.",
        ),
    )


def _matrix_to_come(pets: Pets) -> Panel:
    return to_come(
        TITLE,
        f"A table of {len(pets.vocab)} by {len(pets.vocab)} breeds, as soon as a picture or two of each has been seen: "
        "a row for what the held-out pictures are, a column for what the head takes them for.",
        weight=6,
    )


def _judgement_to_come(result: Waiting) -> Panel:
    return to_come(
        "A picture judged by the head",
        f"When all {result.total:,} pictures have been seen, a head is trained on them; then a picture from outside "
        "stands here, with the breeds that the head finds most probable.",
    )


def _pictures(pets: Pets, rows: Array) -> Panel:
    if not len(rows):
        return to_come("The pictures", "They appear here as they are drawn.", weight=5)
    return Pictures(
        title="Seen so far, the last ones",
        files=small_pictures(pets, rows),
        captions=[format_breed(pets.labels[int(i)]) for i in rows],
        weight=5,
        narrow_height=330,
    )
