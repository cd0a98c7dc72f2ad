"""The frame every exhibit stands in: question, claim, controls, picture, what you see, and what waits in tabs."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.app.controls import assign, check_link, link_problems, main_controls, more_controls
from core.app.digits import digits_line
from core.app.downloads import offer_body
from core.app.pets import pets_line
from core.app.private import asked_result, note_seen, on_any_device, own_scene, public, scene_of, seen
from core.app.progress import progress
from core.app.resolve import resolve
from core.app.shelf import KEPT, check_kept, in_address, keep_button, packed
from core.app.stage import stage
from core.app.start import through_the_front_door
from core.app.sweep_setup import SWEEP, Suggestion, check_sweep, propose
from core.app.tabs import show_tabs
from core.app.turns import answering, give_way
from core.contents import PARTS, Exhibit, exhibit
from core.contents import number as number_of
from core.errors import UserError
from core.prose import sections
from core.settings import to_params
from core.view import Break, Prediction, Result, View, Views, view_of

__all__ = ["Break", "ExhibitPage", "Own", "Prediction", "Suggestion", "View", "show"]


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

    `below` adds pictures of its own under the stage; `sweep` is one that it proposes under what was found.
    """

    slug: str
    settings: type[Any]
    views: Views
    prediction: Prediction
    breaks: tuple[Break, ...]
    below: Callable[[Any, Any], None] | None = None
    own: Own | None = None
    sweep: Suggestion | None = None

    def view(self, settings: Any) -> View:
        """The view that these settings choose."""
        return view_of(self.views, settings)


def show(page: ExhibitPage) -> None:
    """Draw the exhibit. Everything that follows a control is one fragment."""
    through_the_front_door()
    check_link(page.settings, page.slug)
    check_sweep(page.settings, page.slug)
    check_kept(page.settings, page.slug)
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
        beside = st.container(horizontal=True, gap="small")
        with beside:
            chosen |= more_controls(page.settings, chosen)
            st.button("Reset", icon=":material/restart_alt:", on_click=assign, args=(page.settings,), key="reset")
            share = st.popover("Share", icon=":material/link:")
    settings, notes = resolve(page.settings(**chosen))
    in_address(page.slug)
    with share:
        _share(page.slug, settings)
    with beside:
        keep_button(page.slug, settings)
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
            progress(shown.job, shown.view.job.progress, shown.parts, shown.key)
            if shown.job.problem:
                offer_body(settings)
        st.markdown("\n\n".join(result.findings()))
        if page.sweep:
            propose(page.slug, page.sweep, result)
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


def _share(slug: str, settings: Any) -> None:
    kept = packed(slug)
    sweep = st.query_params.get_all(SWEEP)[-1:]
    params = urlencode(
        to_params(public(settings)) | ({KEPT: kept} if kept else {}) | ({SWEEP: sweep[0]} if sweep else {})
    )
    address = (st.context.url or "").split("?")[0]
    st.markdown(
        "This link opens the exhibit with these settings: same seed, same numbers."
        + (" The runs that you kept are in it." if kept else "")
        + (" So is the sweep under *What if*." if sweep else "")
    )
    st.code(f"{address}?{params}" if params else address, language=None)
