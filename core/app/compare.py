"""The tab Compare: the kept runs of this exhibit in one chart and one table."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.app.controls import assign
from core.app.private import Shown, compared_result, complete_there, on_any_device, private, public
from core.app.progress import pause, progress
from core.app.resolve import resolve
from core.app.saving import download
from core.app.shelf import remove, rename, shelf
from core.app.theme import mode
from core.errors import UserError
from core.settings import controls
from core.sweep.comparing import columns, curve, differing, in_view, names, only_seeds, usual_axes, written
from core.sweep.link import MOST_KEPT, NAME_LETTERS, Kept
from core.sweep.plan import SEED
from core.sweep.runs import scalars

if TYPE_CHECKING:
    from core.app.frame import ExhibitPage

BUDGET = 1.0  # seconds of computing before the page is shown with what there is
NAME = "compared"

EMPTY = (
    "Nothing is kept yet. Press *Keep* above, change something, and press *Keep* again: "
    f"up to {MOST_KEPT} runs stand here in one chart and one table, and the link carries them."
)
SEEDS = "These runs differ by the seed alone: same settings, other draws. Whatever sets them apart is luck."
SOME_SEEDS = (
    "Some of these runs have other seeds: part of what sets them apart is luck. The tab *What if* says how much."
)
STAYS = "Runs on your own pictures stay in this session: the link does not carry them."


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A kept run with what has become of it."""

    place: int
    name: str
    run: Kept
    settings: Any  # made definite for this machine
    shown: Shown | None = None  # None while it waits
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return self.shown is not None and self.shown.job is None


def compare_tab(page: "ExhibitPage") -> None:
    """Everything that is kept of this exhibit, as far as it has been computed."""
    runs = shelf(page.slug)
    if not runs:
        st.markdown(EMPTY)
        return
    compared = _compared(page, runs)
    for note in dict.fromkeys(note for each in compared for note in each.notes):
        st.info(note)
    _still_coming(compared)
    ready = [each for each in compared if each.complete]
    if ready:
        _chart(page, ready)
    _rows(page, compared)
    if ready:
        _table(page, ready)


def _compared(page: "ExhibitPage", runs: Sequence[Kept]) -> list[Compared]:
    """Results, found or computed for a second at most; of those that come by jobs, one is asked for at a time."""
    until, asked, found = time.monotonic() + BUDGET, False, []
    for place, (run, name) in enumerate(zip(runs, names(runs), strict=True)):
        settings, notes = resolve(run.settings)
        shown, problem = None, ""
        there = complete_there(page.slug, settings) is not None
        try:
            if there or (time.monotonic() < until and not (asked and page.view(settings).waits(settings))):
                settings, shown, more = on_any_device(page.slug, settings, page.view, compared_result)
                notes += more
                asked |= shown.job is not None
        except UserError as refused:
            problem = str(refused)
        found.append(
            Compared(
                place=place,
                name=name,
                run=run,
                settings=settings,
                shown=shown,
                problem=problem,
                notes=tuple(notes),
            )
        )
    return found


def _still_coming(compared: Sequence[Compared]) -> None:
    """What is being computed, and what waits for it."""
    coming = [each for each in compared if not each.complete and not each.problem]
    if not coming:
        return
    st.caption(f"{len(compared) - len(coming)} of {len(compared)} runs are here.")
    for each in coming:
        if each.shown and each.shown.job and each.shown.view.job:
            st.caption(f"Now: {each.name}")
            words = each.shown.view.job.progress
            progress(each.shown.job, words, each.shown.parts, each.shown.key, NAME)
            return
    st.fragment(_go_on, run_every=pause(0, 0))([])


def _go_on(drawn: list[bool]) -> None:
    """Once this run of the page is shown, compute the next ones in another."""
    if drawn:
        st.rerun()
    drawn.append(True)
    st.markdown(":gray[Computing the next run…]")


def _chart(page: "ExhibitPage", ready: Sequence[Compared]) -> None:
    """The curves of all runs that have the two columns; which ones can be chosen."""
    tables = [columns(each.shown.result.table()) for each in ready if each.shown]
    known = list(dict.fromkeys(name for table in tables for name in table))
    if len(known) < 2:
        st.markdown("What these runs hold has no columns of numbers to draw; the table below has their numbers.")
        return
    usual = usual_axes(list(tables[0]) if len(tables[0]) > 1 else known)
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        up = _pick("Draw", known, usual[1], f"{page.slug} compare up")
        across = _pick("against", known, usual[0], f"{page.slug} compare across")
        late = st.toggle("second half only", key=f"{page.slug} compare late", help="Where curves lie close together.")
        log = st.toggle("logarithmic", key=f"{page.slug} compare log")
    able = [(each, table) for each, table in zip(ready, tables, strict=True) if {up, across} <= table.keys()]
    with place:
        _draw(able, across, up, late=late, log=log)
        if len(able) < len(ready):
            missing = [each.name for each in ready if each not in [one for one, _ in able]]
            st.caption(f"Without these two columns, so not in the chart: {'; '.join(missing)}.")


def _pick(label: str, options: list[str], usual: str, key: str) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = usual
    return st.selectbox(label, options, key=key)


def _draw(able: Sequence[tuple[Compared, Any]], across: str, up: str, *, late: bool, log: bool) -> None:
    from core.charts.compare import Line, comparison

    lines = [Line(name=each.name, place=each.place, points=curve(table, across, up, late=late)) for each, table in able]
    if log and not any(y > 0 for line in lines for _, y in line.points):
        st.info("A logarithmic axis shows what is above 0, and nothing here is.")
        log = False
    alt = f"{up} against {across} of {len(lines)} runs: {'; '.join(line.name for line in lines)}."
    st.altair_chart(comparison(lines, across, up, log=log, mode=mode()), key="compare chart", alt=alt)


def _rows(page: "ExhibitPage", compared: Sequence[Compared]) -> None:
    """Each run with its colour, and what can be done with it."""
    settings = [each.settings for each in compared]
    if only_seeds(settings):
        st.markdown(SEEDS)
    elif SEED in differing(settings):
        st.markdown(SOME_SEEDS)
    for each in compared:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            st.html(_swatch(each.place), width="content")
            st.markdown(f"**{_plain(each.name)}**" + (f" · {each.problem}" if each.problem else ""), width="stretch")
            values = {name: getattr(public(each.settings), name) for name in controls(page.settings)}
            st.button("Open", on_click=assign, args=(page.settings, values), key=f"open-kept-{each.place}")
            _rename(page, each)
            st.button(
                "Remove",
                icon=":material/close:",
                on_click=remove,
                args=(page.slug, each.run.settings),
                key=f"remove-kept-{each.place}",
            )
    if any(private(each.settings) for each in compared):
        st.caption(STAYS)


def _rename(page: "ExhibitPage", each: Compared) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        key = f"name-kept-{each.place}"
        st.text_input(
            "Name",
            each.run.name,
            max_chars=NAME_LETTERS,
            key=key,
            on_change=rename,
            args=(page.slug, each.run.settings, key),
            placeholder=each.name,
        )


def _swatch(place: int) -> str:
    """The run's line as the chart draws it."""
    from core.charts.compare import BORDERS
    from core.palette import RUNS

    line = f"4px {BORDERS[place % len(BORDERS)]} {RUNS[mode()][place % len(RUNS[mode()])]}"
    return f'<span style="display: inline-block; width: 2.2rem; vertical-align: middle; border-top: {line}"></span>'


def _plain(name: str) -> str:
    """A name as text, whatever Markdown it holds."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-.!|<>~:$" else letter for letter in name)


def _table(page: "ExhibitPage", ready: Sequence[Compared]) -> None:
    """Only those settings that differ, and the numbers."""
    import pandas as pd

    apart = differing([each.settings for each in ready])
    rows = []
    for each in ready:
        assert each.shown
        row: dict[str, Any] = {"run": each.name}
        for name, control in apart.items():
            row[control.label] = (
                written(control, getattr(each.settings, name)) if in_view(each.settings, control) else "–"
            )
        rows.append(row | scalars(each.shown.result.numbers()))
    frame = pd.DataFrame(rows)
    st.dataframe(frame, hide_index=True, key="compare table")
    download("Comparison (CSV)", lambda: frame.to_csv(index=False), f"{page.slug}-compared.csv", "text/csv")
