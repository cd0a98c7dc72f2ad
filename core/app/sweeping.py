"""A sweep under way: its runs as jobs of a few seconds each, so that visitors take turns; what has come is kept."""

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.app.jobs import Job, drop, jobs, look, start
from core.app.private import private
from core.jobs.kept import Kept
from core.sweep.plan import MOST_SECONDS, SetUp
from core.sweep.runs import Call, Finished, Portion, portion, portion_size, work
from core.view import View

LANE = "sweep"  # one portion at a time, beside the pool
AT_ONCE = 2  # portions that are asked for: one runs while the next waits, or both run on a cluster
FINISHED = Kept(entries=4000, most=16_000_000)
MINE = "finished runs of one's own"
SWEEPS = "sweeps"

USED_UP = f"{MOST_SECONDS / 60:.0f} minutes of computing are used up, so the sweep was ended. What had come stays."


@dataclass
class Sweep:
    """One exhibit's sweep in this session: its set-up, and how far it is."""

    setup: SetUp | None = None
    going: bool = False
    asked: list[tuple[Hashable, Portion, Job]] = field(default_factory=list)
    spent: float = 0.0  # seconds of computing since it was started
    came: int = 0  # runs since then
    since: float = 0.0  # when it was started
    problem: str = ""
    opened: bool = False  # a run was clicked

    def start(self) -> None:
        """Callback: from now on, runs are asked for."""
        self.going, self.spent, self.came, self.since, self.problem = True, 0.0, 0, time.monotonic(), ""

    def stop(self) -> None:
        """Callback: what has come stays, the rest is not wanted any more."""
        self._take_in()
        for _, _, job in self.asked:
            drop(job)
        self.asked, self.going = [], False

    def advance(self, slug: str, calls: Sequence[Call], view: View, seconds: float | None) -> None:
        """Take in what has come, and ask for what is missing; `seconds` is what a run takes, where that is known."""
        self._take_in()
        if not self.going:
            return
        under_way = {call for _, given, _ in self.asked for call in given.calls}
        missing = [call for call in dict.fromkeys(calls) if call not in under_way and found(call) is None]
        if self.spent > MOST_SECONDS and missing:
            self.stop()
            self.problem = USED_UP
            return
        while missing and len(self.asked) < AT_ONCE:
            size = portion_size(seconds)
            self._ask(slug, portion(missing[:size]), view)
            missing = missing[size:]
        if not self.asked:
            self.going = False

    def _ask(self, slug: str, given: Portion, view: View) -> None:
        key = (slug, "sweep", given)
        how = view.job
        job = start(
            key,
            work,
            given,
            anywhere=how is None or how.leaves(given.calls[0][1]),
            needs=how.needs if how else (),
            lane=how.lane or LANE if how else LANE,
        )
        self.asked.append((key, given, job))

    def _take_in(self) -> None:
        """Keep the runs that have come; portions that have ended are forgotten, so that the pool has room."""
        still = []
        for key, given, job in self.asked:
            ended = job.done
            for call, result in zip(given.calls, list(job.parts), strict=False):
                if found(call) is None:
                    keep(call, result)
                    self.spent += result.seconds
                    self.came += 1
            if not ended:
                look(job)
                still.append((key, given, job))
                continue
            jobs().forget(key)
            if job.problem:
                self.problem, self.going = job.problem, False
        self.asked = still

    @property
    def ahead(self) -> int:
        """How many jobs must end before its next portion begins."""
        return min((jobs().ahead(job) for _, _, job in self.asked), default=0)


def sweep_of(slug: str) -> Sweep:
    """This session's sweep of that exhibit."""
    return st.session_state.setdefault(SWEEPS, {}).setdefault(slug, Sweep())


def found(call: Call) -> Finished | None:
    """What is kept of that run."""
    return _kept(call[1]).find(call)


def keep(call: Call, result: Finished) -> None:
    """Keep it for all sessions, or, of one's own pictures, for this one."""
    _kept(call[1]).get(call, lambda: result)


def _kept(settings: Any) -> Kept:
    if private(settings):
        return st.session_state.setdefault(MINE, Kept(400, 4_000_000))
    return FINISHED
