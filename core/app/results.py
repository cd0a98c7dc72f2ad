"""Results and packed scenes, kept for everybody by exhibit and settings, within limits of entries and of bytes."""

from collections.abc import Callable
from typing import Any

from core.jobs.kept import Kept
from core.stage.scene import Scene

RESULTS = Kept(entries=48, most=256_000_000)
SCENES = Kept(entries=24, most=64_000_000)


def kept_result(slug: str, settings: Any, experiment: Callable[[Any], Any]) -> Any:
    """The experiment's result, computed once for all sessions; it is shared, so nobody changes it."""
    return RESULTS.get((slug, settings), lambda: experiment(settings))


def kept_scene(slug: str, settings: Any, parts: int, scene: Callable[[Any], Scene], result: Any) -> bytes:
    """The packed scene of a result into which `parts` parts of a job have come."""
    return SCENES.get((slug, settings, parts), lambda: scene(result).pack())
