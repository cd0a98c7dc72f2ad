"""What the scenes of both views share: small pictures, and the way from a waiting result to its scene."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Literal, TypeVar

from core.data.pets import Pets, load
from core.exhibits.top_losses.thumbnails import thumbnail
from core.exhibits.top_losses.waiting import Waiting
from core.nn.features import first_rows
from core.stage.panels import Panel, PictureFiles, Pictures, Quantity
from core.stage.pictures import pictures_together
from core.stage.scene import Scene
from core.stage.to_come import to_come
from core.words import format_breed, plain_text

SIZE = 150  # pixels of a picture's longer side
TILES = 10  # pictures that are shown of those seen so far
LETTERS = 15  # of a breed under a picture

Mark = Quantity | Literal[""]
R = TypeVar("R")


def or_waiting(
    scene: Callable[[R], Scene], waiting_scene: Callable[[Waiting], Scene]
) -> Callable[[R | Waiting], Scene]:
    """The scene of a view's result, or of the wait before it."""

    @wraps(scene)
    def either(result: R | Waiting) -> Scene:
        return waiting_scene(result) if isinstance(result, Waiting) else scene(result)

    return either


def alt_text(sentences: Sequence[str]) -> str:
    """The picture in words, for both views."""
    return plain_text("Pictures by loss.", sentences)


def small_pictures(pets: Pets, indices: Sequence[int]) -> PictureFiles:
    """Small files of these pictures."""
    return pictures_together([thumbnail(pets, index, SIZE) for index in indices])


def seen_so_far(result: Waiting) -> Panel:
    """The pictures that have been seen last; of photographs, which are there, some before that."""
    pets = load(result.settings.pets)
    there = result.progress.first if result.progress else 0
    most = max(there, TILES) if pets.make is None else there
    rows = first_rows(pets, "lite0", 224, most)[-TILES:].tolist()
    if not rows:
        return to_come("Highest losses first", "The pictures appear here as they are drawn; then by their losses.")
    return Pictures(
        title="Seen so far, the last ones; their losses come next",
        files=small_pictures(pets, rows),
        captions=[brief(pets.labels[row]) for row in rows],
        narrow_height=560,
    )


def brief(breed: str) -> str:
    """A breed's name, cut short where a line under a picture has no room for more."""
    name = format_breed(breed)
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…"
