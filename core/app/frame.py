"""The frame every exhibit stands in: question, claim, controls, picture, what you see, and what waits in tabs."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core import export
from core.app.controls import assign, check_link, link_problems, main_controls, more_controls
from core.app.digits import digits_line
from core.app.jobs import Job, Work, jobs
from core.app.pets import pets_line
from core.app.private import on_any_device, public, result_of, scene_of
from core.app.resolve import resolve
from core.app.stage import stage, standalone
from core.app.start import through_the_front_door
from core.claims import VERDICTS, Claim, claims_of
from core.contents import PARTS, Exhibit, exhibit
from core.contents import number as number_of
from core.errors import UserError
from core.prose import sections
from core.settings import to_params
from core.stage.scene import Scene

Result = Any


@dataclass(frozen=True)
class Prediction:
    """A short question before the answer: `answer` marks it against the result of the settings with `change`."""

    question: str
    options: tuple[str, ...]
    answer: Callable[[Result], str]
    change: dict[str, Any]
    because: Callable[[Result], str]


@dataclass(frozen=True)
class Break:
    """Something to break on purpose: what the button says, the settings it makes, and what to look for."""

    label: str
    change: dict[str, Any]
    look: str


@dataclass(frozen=True)
class Stream:
    """Parts of a result that take longer than a blink: a job that `work` does, wanted for some settings only.

    `join` puts what has arrived into the result, `whole` does everything at once, for the exports; `doing` says in
    words what happens while `n` parts are there. Jobs for whose settings `lane` gives the same name, if any, wait for
    each other.
    """

    work: Work
    wanted: Callable[[Any], bool]
    join: Callable[[Result, Sequence[Any]], Result]
    whole: Callable[[Any], Result]
    doing: Callable[[int], str]
    lane: Callable[[Any], str] = lambda _: ""
    anywhere: bool = False  # its work needs nothing but the settings, so it may run on a cluster


@dataclass(frozen=True)
class Own:
    """What a visitor makes that is no setting: it enters the result, but no link and no cache that others share.

    `ask` draws its control and gives its value, `join` puts that into the result; UserError where it cannot be used.
    """

    wanted: Callable[[Any], bool]
    ask: Callable[[], Any]
    join: Callable[[Result, Any], Result]


@dataclass(frozen=True)
class ExhibitPage:
    """All that a page says about its exhibit; the frame does the rest.

    `experiment` is pure and its result is kept for everybody, by settings; `scene`, `findings`, `numbers` and
    `table` take its result. `below` may add pictures of its own under the stage.
    """

    slug: str
    settings: type[Any]
    experiment: Callable[[Any], Result]
    scene: Callable[[Result], Scene]
    findings: Callable[[Result], Sequence[str]]
    numbers: Callable[[Result], dict[str, Any]]
    table: Callable[[Result], dict[str, Sequence[Any]]]
    code: tuple[Callable[..., Any], ...]
    prediction: Prediction
    breaks: tuple[Break, ...]
    below: Callable[[Any, Result], None] | None = None
    stream: Stream | None = None
    figure: Callable[[Result], Any] | None = None  # a Plotly figure, for the exports
    own: Own | None = None


def show(page: ExhibitPage) -> None:
    """Draw the exhibit. Everything that follows a control is one fragment."""
    through_the_front_door()
    check_link(page.settings, page.slug)
    _exhibit(page)


@st.fragment
def _exhibit(page: ExhibitPage) -> None:
    entry, text = exhibit(page.slug), sections(exhibit(page.slug).prose)
    words, picture = st.columns([1, 2], gap="medium")
    with words:
        _question(entry, text["lead"])
        with st.container():  # directly in a column, pills would stay on one line
            chosen = main_controls(page.settings)
        place = st.container()
        with st.container(horizontal=True, gap="small"):
            chosen |= more_controls(page.settings, chosen)
            st.button("Reset", icon=":material/restart_alt:", on_click=assign, args=(page.settings,), key="reset")
            share = st.popover("Share", icon=":material/link:")
    settings, notes = resolve(page.settings(**chosen))
    with share:
        _share(settings)
    own = page.own if page.own and page.own.wanted(settings) else None
    with place:
        made = own.ask() if own else None
    waiting = _skeleton(page, picture)
    try:
        settings, result, fallen = on_any_device(page.slug, settings, page.experiment)
        notes += fallen
        job = _job(page, settings)
        parts = tuple(job.parts) if job else ()
        if page.stream and parts:
            result = page.stream.join(result, parts)
        if own:
            result = own.join(result, made)
            packed = page.scene(result).pack()
        else:
            packed = scene_of(page.slug, settings, len(parts), page.scene, result)
    except UserError as problem:
        waiting.empty()
        with picture:
            st.error(str(problem))
            _pets(settings)
        return
    waiting.empty()
    with picture:
        link_problems(page.slug)
        for note in notes:
            st.info(note)
        stage(packed, key=f"{page.slug}-stage")
        st.session_state[f"{page.slug} shown"] = True
        if job and page.stream:
            _progress(job, page.stream.doing, len(parts), (page.slug, settings))
        st.markdown("\n\n".join(page.findings(result)))
        if name := getattr(result, "digits", getattr(settings, "digits", None)):
            digits_line(name)
        _pets(settings)
    with words:
        _predict(page, settings)
    if page.below:
        page.below(settings, result)
    _tabs(page, entry, text, settings, result, packed)


def _skeleton(page: ExhibitPage, picture: Any) -> Any:
    """A place above the picture; before the session's first one of this page, a skeleton stands there."""
    waiting = picture.empty()
    if f"{page.slug} shown" not in st.session_state:
        waiting.skeleton(height=480)
    return waiting


def _pets(settings: Any) -> None:
    """Which pets these are, with the ways to others."""
    if name := getattr(settings, "pets", None):
        pets_line(name)


def _job(page: ExhibitPage, settings: Any) -> Job | None:
    stream = page.stream
    if stream is None or not stream.wanted(settings):
        return None
    key = (page.slug, settings)
    return jobs().get(key, stream.work, settings, anywhere=stream.anywhere, lane=stream.lane(settings))


def _progress(job: Job, doing: Callable[[int], str], shown: int, key: Hashable) -> None:
    """How far the job is, with a way to stop it; the page is drawn again when a part has arrived."""
    if job.note:
        st.info(job.note)
    if job.problem:
        st.error(job.problem)
    elif not job.complete and job.done:
        st.info("Stopped. What had arrived by then stays.")
        st.button("Start again", icon=":material/replay:", on_click=jobs().forget, args=(key,), key="start-again")
    elif not job.complete or len(job.parts) > shown:
        _poll(job, doing, shown)


@st.fragment(run_every=0.4)
def _poll(job: Job, doing: Callable[[int], str], shown: int) -> None:
    job.look()
    if len(job.parts) > shown or job.done:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        ahead = jobs().ahead(job)
        st.markdown(f":shimmer[{f'Waiting: {ahead} before this one…' if ahead else doing(shown)}]")
        st.button("Stop", icon=":material/stop:", on_click=job.asked_to_stop.set, key="stop-job")


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
        result = result_of(page.slug, changed, page.experiment)
        answer = asked.answer(result)
        mark = ":material/check_circle: Right." if guess == answer else f":material/cancel: It is: {answer}."
        st.markdown(f"{mark} {asked.because(result)}")
        st.button("See it", on_click=assign, args=(page.settings, asked.change), key="see-it")


def _share(settings: Any) -> None:
    params = urlencode(to_params(public(settings)))
    address = (st.context.url or "").split("?")[0]
    st.markdown("This link opens the exhibit with these settings: same seed, same numbers.")
    st.code(f"{address}?{params}" if params else address, language=None)


TABS = ("Notes and truth", "Break it", "Code", "Data", "Export", "How it is measured")


def _tabs(
    page: ExhibitPage, entry: Exhibit, text: dict[str, str], settings: Any, result: Result, packed: bytes
) -> None:
    """What is secondary; only the open tab is computed."""
    tabs = dict(zip(TABS, st.tabs(TABS, key="tab", on_change="rerun"), strict=True))
    drawn: dict[str, Callable[[], None]] = {
        "Notes and truth": lambda: _claims(text, claims_of(page.slug)),
        "Break it": lambda: _breaks(page),
        "Code": lambda: _code(page),
        "Data": lambda: _data(page, result),
        "Export": lambda: _export(page, entry, settings, result, packed),
        "How it is measured": lambda: _measured(text),
    }
    for name, tab in tabs.items():
        if tab.open:
            with tab:
                drawn[name]()


def _claims(text: dict[str, str], claims: Sequence[Claim]) -> None:
    if "why" in text:
        st.markdown(text["why"])
    for claim in claims:
        mark, words, color = VERDICTS[claim.verdict]
        with st.container(border=True):
            st.badge(f"{mark} {words}", color=color)
            st.markdown(f"> {claim.notes}")
            st.markdown(claim.truth)


def _breaks(page: ExhibitPage) -> None:
    st.markdown(
        "Each of these breaks something on purpose. What went wrong is said under the picture, from the result."
    )
    for i, item in enumerate(page.breaks):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(item.label, on_click=assign, args=(page.settings, item.change), key=f"break-{i}")
            st.markdown(item.look, width="stretch")


def _code(page: ExhibitPage) -> None:
    st.markdown("The very functions that made this picture:")
    st.code(export.shown(page.code), language="python")


def _data(page: ExhibitPage, result: Result) -> None:
    st.dataframe(page.table(result), height=320)


def _export(page: ExhibitPage, entry: Exhibit, settings: Any, result: Result, packed: bytes) -> None:
    """Downloads, each made when it is asked for."""
    import pandas as pd

    name = entry.slug
    experiment = page.stream.whole if page.stream and page.stream.wanted(settings) else page.experiment
    parts = (entry.title, entry.question, experiment, page.numbers, public(settings))
    finding = "\n\n".join(page.findings(result))
    st.markdown("Take it with you. The script and the notebook reproduce the numbers on this page.")
    with st.container(horizontal=True):
        _download("Picture, replayable (HTML)", lambda: standalone(packed, entry.question), f"{name}.html", "text/html")
        if draw := page.figure:
            _download("Surface (Plotly, HTML)", lambda: draw(result).to_html(), f"{name}-surface.html", "text/html")
        _download("Data (CSV)", lambda: pd.DataFrame(page.table(result)).to_csv(index=False), f"{name}.csv", "text/csv")
        _download("Script (Python)", lambda: export.script(*parts), f"{name}.py", "text/x-python")
        _download(
            "Notebook (Jupyter)",
            lambda: export.notebook(*parts, finding, page.figure),
            f"{name}.ipynb",
            "application/json",
        )


def _download(label: str, data: Callable[[], str], file_name: str, mime: str) -> None:
    st.download_button(label, data, file_name, mime, on_click="ignore", icon=":material/download:", key=file_name)


def _measured(text: dict[str, str]) -> None:
    st.markdown(text["measured"])
