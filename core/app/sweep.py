"""The tab What if: a control's values, each with several seeds, as runs that arrive; and what is luck in them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from core import environment
from core.app.aside import took
from core.app.controls import assign
from core.app.jobs import jobs
from core.app.private import asked_result, public
from core.app.progress import pause
from core.app.saving import download
from core.app.sweep_setup import ask, choosable, in_address
from core.app.sweeping import Sweep, found, sweep_of
from core.app.theme import mode
from core.settings import Control, controls
from core.sweep.comparing import written
from core.sweep.plan import (
    LIMIT,
    MOST_RUNS,
    MOST_SECONDS,
    SEED,
    Run,
    SetUp,
    has_seed,
    runs_of,
)
from core.sweep.runs import Call, Finished, scalars
from core.sweep.verdict import NOTHING_DRAWN, Group, about, at_words, grouped, plan_words, verdict
from core.view import Result

if TYPE_CHECKING:
    from core.app.frame import ExhibitPage

LEAD = (
    "Is it luck? The experiment of this page is run again and again: every value that you choose, each with the same "
    "seeds. Every run is a point; click one to open it."
)
NOTHING_TO_CHANGE = "This view has nothing to change and draws nothing at random: choose another view."
NO_NUMBERS = "This view gives no single numbers that a sweep could look at: choose another view."


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is asked, and the runs that answer it."""

    setup: SetUp
    known: Mapping[str, Control]
    runs: tuple[Run, ...]
    calls: tuple[Call, ...]
    seeded: bool

    def arrived(self) -> list[Finished | None]:
        """What has come so far, run by run."""
        return [found(call) for call in self.calls]

    @property
    def labels(self) -> list[str]:
        return [self.known[name].label for name, _ in self.setup.axes]

    def texts(self, axis: int) -> list[str]:
        """The values of an axis as a person reads them."""
        name, values = self.setup.axes[axis]
        return [written(self.known[name], value) for value in values]

    def words(self) -> dict[Any, str]:
        """All combinations of values as a person reads them."""
        return {run.at: at_words(self.setup, self.known, run.at) for run in self.runs}


def sweep_tab(page: "ExhibitPage", settings: Any, result: Result) -> None:
    """The set-up, and what has come of it."""
    if not has_seed(settings) and not choosable(settings):
        st.markdown(NOTHING_TO_CHANGE)
        return
    st.markdown(LEAD if has_seed(settings) else f"{NOTHING_DRAWN} Choose the values.")
    view = page.view(settings)
    if view.job and view.job.takes_minutes and environment.public():
        st.info(environment.NO_LONG_TRAININGS)
        return
    names = list(scalars(result.numbers()))
    if not names:
        st.markdown(NO_NUMBERS)
        return
    sweep = sweep_of(page.slug)
    before = sweep.setup
    sweep.setup = ask(page.slug, settings, names, sweep.setup)
    if sweep.going and before != sweep.setup:
        sweep.stop()
    in_address(sweep.setup, settings)
    plan = _plan(page, settings, sweep.setup)
    going = _steer(page, settings, sweep, plan)
    every = pause(sweep.ahead, jobs().unfinished) if going else None
    st.fragment(_arriving, run_every=every)(page, settings, sweep, plan, going)


def _plan(page: "ExhibitPage", settings: Any, setup: SetUp) -> Plan:
    """The runs, each with the function that makes it: where a job adds to a result and the number is there before it,
    what the job begins with."""
    view = page.view(settings)
    early = False
    if view.waits(settings):
        early = setup.number in asked_result(page.slug, settings, view, early=True).numbers()
    runs = tuple(runs_of(settings, setup))

    def call(run: Run) -> Call:
        row = page.view(run.settings)
        if early and row.job:
            return row.job.begin, run.settings
        return row.experiment, run.settings

    return Plan(
        setup=setup,
        known=controls(settings),
        runs=runs,
        calls=tuple(call(run) for run in runs[: MOST_RUNS + 1]),
        seeded=has_seed(settings),
    )


def _steer(page: "ExhibitPage", settings: Any, sweep: Sweep, plan: Plan) -> bool:
    """How many runs, how long they take, and the button that starts them; whether they are under way."""
    words = plan_words(len(plan.runs), plan.setup, plan.labels, plan.seeded)
    if len(plan.runs) > MOST_RUNS:
        st.warning(f"{words} {LIMIT} Choose fewer values or seeds.")
        return False
    missing = plan.arrived().count(None)
    seconds = _seconds(page, settings, plan)
    if not missing:
        st.caption(f"{words} All of them are here.")
        return False
    st.caption(f"{words} {_time(missing, seconds)} {LIMIT}")
    too_long = seconds is not None and seconds * missing > MOST_SECONDS
    if too_long:
        st.warning("That would take too long: choose fewer values or seeds.")
    if not sweep.going:
        begun = missing < len(plan.runs)
        st.button(
            f"Go on with the other {missing}" if begun else "Start",
            icon=":material/play_arrow:",
            type="primary",
            on_click=sweep.start,
            disabled=too_long,
            key="start-sweep",
        )
    return sweep.going


def _seconds(page: "ExhibitPage", settings: Any, plan: Plan) -> float | None:
    """What one run takes on this machine, from those that have come or the page's own; None where none has ended."""
    times = [result.seconds for result in plan.arrived() if result is not None]
    if times:
        return sum(times) / len(times)
    view = page.view(settings)
    function = plan.calls[0][0] if plan.calls else view.experiment
    if (own := took(function, settings)) is not None:
        return own
    job = jobs().find((page.slug, settings))
    return job.seconds if job and job.complete else None


def _time(missing: int, seconds: float | None) -> str:
    if seconds is None:
        return "How long that takes is known once the first run has ended here."
    return f"One takes about {about(seconds)} here, so the {missing} take about {about(seconds * missing)}."


def _arriving(page: "ExhibitPage", settings: Any, sweep: Sweep, plan: Plan, drawn_going: bool) -> None:
    """What has come, drawn again whenever more has."""
    if sweep.opened:
        sweep.opened = False
        st.rerun()
    sweep.advance(page.slug, plan.calls, page.view(settings), _seconds(page, settings, plan))
    if drawn_going and not sweep.going:
        st.rerun()
    arrived = plan.arrived()
    if sweep.problem:
        st.error(sweep.problem)
    if sweep.going:
        _progress(sweep, arrived)
    refused = list(dict.fromkeys(result.problem for result in arrived if result and result.problem))
    for problem in refused:
        st.info(problem)
    groups = grouped(plan.runs, arrived, plan.setup.number, plan.words())
    if not any(group.summary.n for group in groups):
        return
    _chart(page, plan, arrived, groups, sweep)
    for sentence in verdict(groups, plan.setup.number, plan.seeded):
        st.markdown(sentence)
    _tables(page, plan, arrived, groups)


def _progress(sweep: Sweep, arrived: Sequence[Finished | None]) -> None:
    """How far it is, how long it still takes, and Stop."""
    done, every = len(arrived) - arrived.count(None), len(arrived)
    if ahead := sweep.ahead:
        words = f"Waiting: {ahead} before this one…"
    elif sweep.came:
        left = (time.monotonic() - sweep.since) / sweep.came * (every - done)
        words = f"{done} of {every} runs, about {about(left)} left"
    else:
        words = f"{done} of {every} runs"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done / every, words)
        st.button("Stop", icon=":material/stop:", on_click=sweep.stop, key="stop-sweep")


def _chart(
    page: "ExhibitPage", plan: Plan, arrived: Sequence[Finished | None], groups: Sequence[Group], sweep: Sweep
) -> None:
    from core.charts.sweep import Dot, heat_map, sweep_chart

    number, words = plan.setup.number, plan.words()
    alt = f"{number} of {len(arrived) - arrived.count(None)} runs. {' '.join(verdict(groups, number, plan.seeded))}"
    if len(plan.setup.axes) == 2:
        pairs = [(plan.texts(0)[_at(plan, 0, group)], plan.texts(1)[_at(plan, 1, group)]) for group in groups]
        chart = heat_map(groups, [plan.texts(0), plan.texts(1)], pairs, plan.labels, number, mode())
        st.altair_chart(chart, key="sweep-map", alt=alt)
        return
    dots = [
        Dot(index=i, words=words[run.at], seed=str(run.seed or ""), value=result.numbers[number])
        for i, (run, result) in enumerate(zip(plan.runs, arrived, strict=True))
        if result is not None and number in result.numbers
    ]
    order = list(dict.fromkeys(words.values()))
    chart = sweep_chart(dots, groups, order, plan.labels[0] if plan.labels else "", number, mode())
    key = "sweep-chart"

    def clicked() -> None:
        picked = st.session_state[key].selection.get("picked") or []
        if picked:
            assign(page.settings, _values(page, plan.runs[picked[0]["index"]].settings))
            sweep.opened = True

    st.altair_chart(chart, key=key, on_select=clicked, selection_mode="picked", alt=alt)


def _at(plan: Plan, axis: int, group: Group) -> int:
    return plan.setup.axes[axis][1].index(group.at[axis])


def _values(page: "ExhibitPage", settings: Any) -> dict[str, Any]:
    """Settings as the page's controls take them."""
    return {name: getattr(public(settings), name) for name in controls(page.settings)}


def _tables(page: "ExhibitPage", plan: Plan, arrived: Sequence[Finished | None], groups: Sequence[Group]) -> None:
    """The same numbers as a table, and every run as a file."""
    import pandas as pd

    rows = [
        {
            "of": group.words,
            "runs": group.summary.n,
            "mean": group.summary.mean,
            "95% from": group.summary.low,
            "95% to": group.summary.high,
            "lowest": group.summary.least,
            "highest": group.summary.largest,
        }
        for group in groups
    ]
    frame = pd.DataFrame(rows).rename(columns={"of": ", ".join(plan.labels) or "of"})
    st.dataframe(frame, hide_index=True, key="sweep-table")

    def every_run() -> str:
        lines = [
            {control.label: written(control, getattr(run.settings, name)) for name, control in _columns(plan)}
            | result.numbers
            for run, result in zip(plan.runs, arrived, strict=True)
            if result is not None
        ]
        return pd.DataFrame(lines).to_csv(index=False)

    download("Every run (CSV)", every_run, f"{page.slug}-sweep.csv", "text/csv")


def _columns(plan: Plan) -> list[tuple[str, Control]]:
    names = [name for name, _ in plan.setup.axes] + ([SEED] if plan.seeded else [])
    return [(name, plan.known[name]) for name in names]
