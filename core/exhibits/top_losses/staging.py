"""What the scenes of both views share: small pictures, and the way from a waiting result to its scene."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Literal, TypeVar

from core.data.pets import Pets
from core.exhibits.top_losses.thumbnails import thumbnail
from core.exhibits.top_losses.waiting import Waiting
from core.stage.panels import PictureFiles, Quantity
from core.stage.pictures import pictures_together
from core.stage.scene import Scene
from core.words import format_breed, plain_text

SIZE = 150  # pixels of a picture's longer side
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


def brief(breed: str) -> str:
    """A breed's name, cut short where a line under a picture has no room for more."""
    name = format_breed(breed)
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…"
