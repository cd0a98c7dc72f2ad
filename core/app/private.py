"""What a visitor brought stays with the visitor: results made from it are kept in the session, not for everybody."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core import device, environment
from core.app.aside import computed
from core.app.jobs import Job, ask
from core.app.results import found_result, kept_result, kept_scene
from core.data.pets import UPLOADED, Pets
from core.errors import UserError
from core.jobs.kept import Kept
from core.view import Job as Declared
from core.view import View

PETS = "own pets"
RESULTS = "own results"
KEPT = 8  # results and scenes of a session
SETTLED = 0.3  # seconds after a control's move until a job begins
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


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the page shows just now: a view's result, with `parts` parts of its job where it comes by one."""

    view: View
    result: Any
    job: Job | None = None
    parts: int = 0
    key: Hashable = None  # of the job


def seen(slug: str) -> bool:
    """Whether this session has seen a picture of that exhibit, so that a control has moved."""
    return f"{slug} shown" in st.session_state


def note_seen(slug: str) -> None:
    """A picture of that exhibit stands there now."""
    st.session_state[f"{slug} shown"] = True


def complete_result(slug: str, settings: Any, view: View) -> Any:
    """The view's complete result, kept for all sessions or for this one."""
    return _result(slug, settings, "complete", lambda: computed(view.experiment, settings, view.imports))


def asked_result(slug: str, settings: Any, view: View, *, early: bool) -> Any:
    """What a prediction is marked against: the complete result, or `early` the one that a job has not added to.

    None while a job that all pages share is still at it; it has been begun then.
    """
    if view.job is not None and view.job.wanted(settings):
        if early:
            return _begun(slug, settings, view.job)
        if view.job.of:
            about = view.job.of(settings)
            _asked(view.job, about, (view.job.lane, about), slot="")
            return None
    return complete_result(slug, settings, view)


def shown_result(slug: str, settings: Any, view: View, slot: str | None = None) -> Shown:
    """The view's result, as far as it is there: where it comes by a job, with what has arrived.

    A new job takes the place of the visitor's older one in the same `slot`, by default the page's."""
    if view.job is None or not view.job.wanted(settings):
        return Shown(view=view, result=complete_result(slug, settings, view))
    declared = view.job
    if declared.takes_minutes and environment.public():
        raise UserError(environment.NO_LONG_TRAININGS)
    result = _begun(slug, settings, declared)
    about = declared.of(settings) if declared.of else settings
    key = (declared.lane, about) if declared.of else (slug, settings)
    job = _asked(declared, about, key, slot=slug if slot is None else slot)
    parts = tuple(job.parts)
    joined = declared.join(result, parts) if parts else result
    return Shown(view=view, result=joined, job=job, parts=len(parts), key=key)


def _asked(declared: Declared, about: Any, key: Hashable, slot: str) -> Job:
    return ask(
        key,
        declared.work,
        about,
        anywhere=declared.leaves(about),
        needs=declared.needs,
        keep=declared.keep,
        deal=declared.deal,
        lane=declared.lane,
        slot=slot,
        after=SETTLED if seen(slot) else 0.0,
    )


def complete_there(slug: str, settings: Any) -> Any | None:
    """The complete result, where it is kept already."""
    return _found(settings, ("complete", slug, settings))


def compared_result(slug: str, settings: Any, view: View) -> Shown:
    """As `shown_result`, beside the page's own: a job takes no other one's place, and its result is kept."""
    if (found := complete_there(slug, settings)) is not None:
        return Shown(view=view, result=found)
    shown = shown_result(slug, settings, view, slot=f"{slug}, compared")
    if shown.job is None or not shown.job.complete or shown.parts < len(shown.job.parts):
        return shown
    if view.waits(settings):
        return Shown(view=view, result=_result(slug, settings, "complete", lambda: shown.result))
    return Shown(view=view, result=complete_result(slug, settings, view))  # the job made what it needs


def on_any_device(
    slug: str, settings: Any, view_of: Callable[[Any], View], show: Callable[[str, Any, View], Shown] = shown_result
) -> tuple[Any, Shown, list[str]]:
    """`settings` and what they show, or those of the CPU with a sentence where a GPU's memory ran out."""
    try:
        return settings, show(slug, settings, view_of(settings)), []
    except RuntimeError as error:
        if getattr(settings, "device", "cpu") == "cpu" or not device.out_of_memory(error):
            raise
    device.give_back(settings.device)
    settings = replace(settings, device="cpu")
    return settings, show(slug, settings, view_of(settings)), [device.FULL]


def scene_of(slug: str, settings: Any, shown: Shown) -> bytes:
    """The packed scene of what is shown, kept for all sessions or for this one."""
    key = ("scene", slug, settings, shown.job and shown.job.number, shown.parts)

    def make() -> bytes:
        return shown.view.scene(shown.result).pack()

    return _kept(key, make) if private(settings) else kept_scene(key, make)


def own_scene(slug: str, settings: Any, shown: Shown, result: Any, drawn: Callable[[Any], Hashable] | None) -> bytes:
    """The packed scene of a result with what the visitor made; kept by what is `drawn` of that: in the session, or
    where that is nothing, as everybody's."""
    if drawn is None:
        return shown.view.scene(result).pack()
    mine = drawn(result)
    if mine is None:
        return scene_of(slug, settings, shown)
    key = ("own scene", slug, settings, shown.job and shown.job.number, shown.parts, mine)
    return _kept(key, lambda: shown.view.scene(result).pack())


def _begun(slug: str, settings: Any, declared: Declared) -> Any:
    return _result(slug, settings, "begun", lambda: computed(declared.begin, settings, declared.needs))


def _result(slug: str, settings: Any, how: str, make: Callable[[], Any]) -> Any:
    key = (how, slug, settings)
    return _kept(key, make) if private(settings) else kept_result(key, make)


def _found(settings: Any, key: Hashable) -> Any | None:
    """What is kept under that key, for all sessions or for this one."""
    mine: Kept | None = st.session_state.get(RESULTS)
    if private(settings):
        return mine.find(key) if mine else None
    return found_result(key)


def _kept(key: Hashable, make: Callable[[], Any]) -> Any:
    kept: Kept = st.session_state.setdefault(RESULTS, Kept(KEPT, KEPT_BYTES))
    return kept.get(key, make)
