"""The one pool of jobs of this server, and a visitor's part in it: who asks, and what they have stopped looking at."""

import secrets
from collections.abc import Hashable
from typing import Any

import streamlit as st

from core import environment
from core.app.once import once
from core.jobs.job import Job, Stop, Work
from core.jobs.pool import WORKERS, Jobs

__all__ = [
    "WORKERS",
    "Job",
    "Jobs",
    "Stop",
    "Work",
    "ask",
    "drop",
    "jobs",
    "leave",
    "left",
    "look",
    "look_again",
    "start",
]

WHO = "who asks for jobs"
LEFT = "jobs that were left"
MOST_LEFT = 8  # jobs, of a session


@once
def jobs() -> Jobs:
    """The one pool of this server; it uses the Dask cluster that the environment names."""
    cluster = environment.cluster()
    return Jobs(cluster.address if cluster else None)


def who() -> str:
    """This session, by a name that nobody else knows."""
    return st.session_state.setdefault(WHO, secrets.token_hex(8))


def ask(key: Hashable, work: Work, settings: Any, **how: Any) -> Job:
    """The job of that key, as `Jobs.get` starts it, for this session; one that was left here is not looked at again."""
    return left(key) or jobs().get(key, work, settings, who=who(), **how)


def start(key: Hashable, work: Work, settings: Any, **how: Any) -> Job:
    """The job of that key, as `Jobs.get` starts it, for this session, whether or not it was left here before."""
    return jobs().get(key, work, settings, who=who(), **how)


def drop(job: Job) -> None:
    """This session looks no longer; nothing is remembered of that."""
    job.leave(who())


def look(job: Job) -> None:
    """This session still wants it."""
    job.look(who())


def leave(key: Hashable, job: Job) -> None:
    """Callback: this session looks no longer; the job goes on for others who do, and otherwise ends."""
    mine = st.session_state.setdefault(LEFT, {})
    mine[key] = job
    while len(mine) > MOST_LEFT:
        del mine[next(iter(mine))]
    job.leave(who())


def left(key: Hashable) -> Job | None:
    """The job of that key, where this session has left it."""
    return st.session_state.get(LEFT, {}).get(key)


def look_again(key: Hashable) -> None:
    """Callback: this session wants it after all; it begins anew unless it went on for others."""
    st.session_state.get(LEFT, {}).pop(key, None)
    if (job := jobs().find(key)) and job.done and not job.complete:
        jobs().forget(key)
