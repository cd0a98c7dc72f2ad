"""Results and packed scenes, kept for everybody by exhibit and settings, within limits of entries and of bytes."""

from collections.abc import Callable, Hashable
from typing import Any

from core.jobs.kept import Kept

RESULTS = Kept(entries=48, most=256_000_000)
SCENES = Kept(entries=24, most=64_000_000)


def kept_result(key: Hashable, make: Callable[[], Any]) -> Any:
    """A result, computed once for all sessions; it is shared, so nobody changes it."""
    return RESULTS.get(key, make)


def found_result(key: Hashable) -> Any | None:
    """The result of that key, if it is kept."""
    return RESULTS.find(key)


def kept_scene(key: Hashable, make: Callable[[], bytes]) -> bytes:
    """A packed scene, made once for all sessions."""
    return SCENES.get(key, make)
