"""What a visitor brought stays with the visitor: results made from it are kept in the session, not for everybody."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from core import device
from core.app.results import kept_result, kept_scene
from core.data.pets import UPLOADED, Pets
from core.jobs.kept import Kept
from core.stage.scene import Scene

PETS = "own pets"
RESULTS = "own results"
KEPT = 8  # results and scenes of a session
KEPT_BYTES = 64_000_000


def uploaded() -> Pets | None:
    """The pictures that this session's visitor uploaded."""
    return st.session_state.get(PETS)


def private(settings: Any) -> bool:
    """Whether these settings name something that only this session has."""
    return str(getattr(settings, "pets", "")).startswith(UPLOADED)


def public(settings: Any) -> Any:
    """The settings as they may leave the session: in a link, or in exported code."""
    return replace(settings, pets="own") if private(settings) else settings


def result_of(slug: str, settings: Any, experiment: Callable[[Any], Any]) -> Any:
    """The experiment's result, kept for all sessions or for this one."""
    if private(settings):
        return _kept(("result", slug, settings), lambda: experiment(settings))
    return kept_result(slug, settings, experiment)


def on_any_device(slug: str, settings: Any, experiment: Callable[[Any], Any]) -> tuple[Any, Any, list[str]]:
    """`settings` and their result, or those of the CPU with a sentence where a GPU's memory ran out."""
    try:
        return settings, result_of(slug, settings, experiment), []
    except RuntimeError as error:
        if getattr(settings, "device", "cpu") == "cpu" or not device.out_of_memory(error):
            raise
    settings = replace(settings, device="cpu")
    return settings, result_of(slug, settings, experiment), [device.FULL]


def scene_of(slug: str, settings: Any, parts: int, scene: Callable[[Any], Scene], result: Any) -> bytes:
    """The packed scene of a result with `parts` parts of a job in it, kept for all sessions or for this one."""
    if private(settings):
        return _kept(("scene", slug, settings, parts), lambda: scene(result).pack())
    return kept_scene(slug, settings, parts, scene, result)


def _kept(key: Any, make: Callable[[], Any]) -> Any:
    kept: Kept = st.session_state.setdefault(RESULTS, Kept(KEPT, KEPT_BYTES))
    return kept.get(key, make)
