"""The frame every exhibit stands in: question, claim, controls, picture, what you see, and what waits in tabs."""

import random
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.app.controls import assign, check_link, link_problems, main_controls, more_controls
from core.app.digits import digits_line
from core.app.downloads import offer_body
from core.app.jobs import Job, jobs, leave, left, look, look_again
from core.app.pets import pets_line
from core.app.private import asked_result, note_seen, on_any_device, own_scene, public, scene_of, seen
from core.app.resolve import resolve
from core.app.stage import stage
from core.app.start import through_the_front_door
from core.app.tabs import show_tabs
from core.app.turns import answering, give_way
from core.contents import PARTS, Exhibit, exhibit
from core.contents import number as number_of
from core.errors import UserError
from core.prose import sections
from core.settings import to_params
from core.view import Break, Prediction, Result, View, Views, view_of

RUNNING, WAITING = 0.4, 4.0  # seconds between two looks at a job that runs, and at most at one that waits
AHEAD, OTHERS = 0.25, 0.08  # seconds more for each job that comes first, and for each that is not finished

_jitter = random.Random()  # its own: Python's global generator may be seeded just now, for fastai's transforms

__all__ = ["Break", "ExhibitPage", "Own", "Prediction", "View", "show"]


@dataclass(frozen=True, kw_only=True)
class Own:
    """What a visitor makes that is no setting: it enters the result, but no link and no cache that others share.

    `ask` draws its control and gives its value, `join` puts that into the result; UserError where it cannot be used.
    `drawn` says which part of it the joined result's picture shows, None for nothing; where it is given, the picture
    is drawn once for that part and kept.
    """

    wanted: Callable[[Any], bool]
    ask: Callable[[], Any]
    join: Callable[[Any, Any], Result]
    drawn: Callable[[Any], Hashable] | None = None


@dataclass(frozen=True, kw_only=True)
class ExhibitPage:
    """All that a page says about its exhibit; the frame does the rest.

    `below` adds pictures of its own under the stage.
    """

    slug: str
    settings: type[Any]
    views: Views
    prediction: Prediction
    breaks: tuple[Break, ...]
    below: Callable[[Any, Any], None] | None = None
    own: Own | None = None

    def view(self, settings: Any) -> View:
        """The view that these settings choose."""
        return view_of(self.views, settings)


def show(page: ExhibitPage) -> None:
    """Draw the exhibit. Everything that follows a control is one fragment."""
    through_the_front_door()
    check_link(page.settings, page.slug)
    _exhibit(page)


@st.fragment
def _exhibit(page: ExhibitPage) -> None:
    with answering():
        _draw(page)


def _draw(page: ExhibitPage) -> None:
    entry, text = exhibit(page.slug), sections(exhibit(page.slug).prose)
    words, picture = st.columns([1, 2], gap="medium")
    with words:
        _question(entry, text["lead"])
        give_way()
        with st.container():  # directly in a column, pills would stay on one line
            chosen = main_controls(page.settings)
        give_way()
        place = st.container()
        with st.container(horizontal=True, gap="small"):
            chosen |= more_controls(page.settings, chosen)
            st.button("Reset", icon=":material/restart_alt:", on_click=assign, args=(page.settings,), key="reset")
            share = st.popover("Share", icon=":material/link:")
    settings, notes = resolve(page.settings(**chosen))
    with share:
        _share(settings)
    give_way()
    own = page.own if page.own and page.own.wanted(settings) else None
    with place:
        made = own.ask() if own else None
    waiting = _skeleton(page, picture)
    try:
        settings, shown, notices = on_any_device(page.slug, settings, page.view)
        notes += notices
        result = shown.result
        if own:
            result = own.join(result, made)
            packed = own_scene(page.slug, settings, shown, result, own.drawn)
        else:
            packed = scene_of(page.slug, settings, shown)
    except UserError as problem:
        waiting.empty()
        with picture:
            st.error(str(problem))
            offer_body(settings)
            _pets(settings)
        return
    waiting.empty()
    with picture:
        link_problems(page.slug)
        for note in notes:
            st.info(note)
        stage(packed, key=f"{page.slug}-stage")
        note_seen(page.slug)
        give_way()
        if shown.job and shown.view.job:
            _progress(shown.job, shown.view.job.progress, shown.parts, shown.key)
            if shown.job.problem:
                offer_body(settings)
        st.markdown("\n\n".join(result.findings()))
        if name := shown.view.digits(settings):
            digits_line(name)
        _pets(settings)
    give_way()
    with words:
        _predict(page, settings)
    give_way()
    if page.below:
        page.below(settings, result)
    show_tabs(page, entry, text, settings, shown.view, result, packed)


def _skeleton(page: ExhibitPage, picture: Any) -> Any:
    """A place above the picture; before the session's first one of this page, a skeleton stands there."""
    waiting = picture.empty()
    if not seen(page.slug):
        waiting.skeleton(height=480)
    return waiting


def _pets(settings: Any) -> None:
    """Which pets these are, with the ways to others."""
    if name := getattr(settings, "pets", None):
        pets_line(name)


def _progress(job: Job, words: Callable[[int], str], shown: int, key: Hashable) -> None:
    """How far the job is, with a way to stop it; the page is drawn again when a part has arrived."""
    if job.note:
        st.info(job.note)
    if job.problem:
        st.error(job.problem)
        if job.lost:
            st.button("Try again", icon=":material/replay:", on_click=look_again, args=(key,), key="start-again")
    elif not job.complete and (job.done or left(key)):
        st.info("Stopped. What had arrived by then stays.")
        st.button("Start again", icon=":material/replay:", on_click=look_again, args=(key,), key="start-again")
    elif not job.complete or len(job.parts) > shown:
        ahead = jobs().ahead(job)
        st.fragment(_poll, run_every=_pause(ahead, jobs().unfinished))(job, words, shown, key)


def _pause(ahead: int, others: int) -> float:
    """Seconds until the next look: longer the more others wait or come first; and never all at the same time."""
    pause = min(WAITING, RUNNING + AHEAD * ahead + OTHERS * others)
    return pause * _jitter.uniform(0.9, 1.1)


def _poll(job: Job, words: Callable[[int], str], shown: int, key: Hashable) -> None:
    look(job)
    if len(job.parts) > shown or job.done:
        st.rerun()
    ahead = jobs().ahead(job)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":gray[{f'Waiting: {ahead} before this one…' if ahead else words(shown)}]")
        st.button("Stop", icon=":material/stop:", on_click=leave, args=(key, job), key="stop-job")


def _question(entry: Exhibit, lead: str) -> None:
    st.caption(f"{PARTS[entry.part].split(':')[0]} · {number_of(entry)} · {entry.title}")
    st.header(entry.question, anchor=False)
    st.markdown(lead)


def _predict(page: ExhibitPage, settings: Any) -> None:
    """The question, its options, and once one is chosen the mark, from a run with the change it asks about."""
    asked = page.prediction
    with st.container(border=True):
        guess = st.pills(f"**Predict, then see.** {asked.question}", asked.options, key="guess")
        if guess is None:
            return
        changed, _ = resolve(replace(settings, **asked.change))
        result = asked_result(page.slug, changed, page.view(changed), early=asked.early)
        if result is None:
            st.markdown("The mark comes as soon as all pictures have been seen.")
            return
        answer = asked.answer(result)
        mark = ":material/check_circle: Right." if guess == answer else f":material/cancel: It is: {answer}."
        st.markdown(f"{mark} {asked.because(result)}")
        st.button("See it", on_click=assign, args=(page.settings, asked.change), key="see-it")


def _share(settings: Any) -> None:
    params = urlencode(to_params(public(settings)))
    address = (st.context.url or "").split("?")[0]
    st.markdown("This link opens the exhibit with these settings: same seed, same numbers.")
    st.code(f"{address}?{params}" if params else address, language=None)
