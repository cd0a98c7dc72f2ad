"""How far a job is, as a page shows it: looked at every now and then, with a way to stop it and to begin again."""

import random
from collections.abc import Callable, Hashable

import streamlit as st

from core.app.jobs import Job, jobs, leave, left, look, look_again

PAGE = "job"  # the name of the place where the page shows its own job
RUNNING, WAITING = 0.4, 4.0  # seconds between two looks at a job that runs, and at most at one that waits
AHEAD, OTHERS = 0.25, 0.08  # seconds more for each job that comes first, and for each that is not finished

_jitter = random.Random()  # its own: Python's global generator may be seeded just now, for fastai's transforms


def progress(job: Job, words: Callable[[int], str], shown: int, key: Hashable, name: str = PAGE) -> None:
    """How far the job is, with a way to stop it; the page is drawn again when a part has arrived.

    `name` tells the buttons of one place on the page from those of another.
    """
    if job.note:
        st.info(job.note)
    if job.problem:
        st.error(job.problem)
        if job.lost:
            st.button("Try again", icon=":material/replay:", on_click=look_again, args=(key,), key=_again(name))
    elif not job.complete and (job.done or left(key)):
        st.info("Stopped. What had arrived by then stays.")
        st.button("Start again", icon=":material/replay:", on_click=look_again, args=(key,), key=_again(name))
    elif not job.complete or len(job.parts) > shown:
        ahead = jobs().ahead(job)
        st.fragment(_poll, run_every=pause(ahead, jobs().unfinished))(job, words, shown, key, name)


def _again(name: str) -> str:
    return "start-again" if name == PAGE else f"start-{name}-again"


def pause(ahead: int, others: int) -> float:
    """Seconds until the next look: longer the more others wait or come first; and never all at the same time."""
    seconds = min(WAITING, RUNNING + AHEAD * ahead + OTHERS * others)
    return seconds * _jitter.uniform(0.9, 1.1)


def _poll(job: Job, words: Callable[[int], str], shown: int, key: Hashable, name: str) -> None:
    look(job)
    if len(job.parts) > shown or job.done:
        st.rerun()
    ahead = jobs().ahead(job)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":gray[{f'Waiting: {ahead} before this one…' if ahead else words(shown)}]")
        st.button("Stop", icon=":material/stop:", on_click=leave, args=(key, job), key=f"stop-{name}")
