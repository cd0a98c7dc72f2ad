"""Downloads that a visitor starts: a bar, the time that is left, a way to stop; the same for every data set."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any

import streamlit as st

from core.app.jobs import Job, Stop, jobs

Step = tuple[int, int | None, float]
"""Bytes done, bytes in all where the server said so, seconds since the start."""

Fetch = Callable[[Callable[[int, int | None], None], Stop], Any]
"""Fetches something, given where to tell its progress and what to ask whether to stop."""


def offer_download(key: str, label: str, fetch: Fetch) -> None:
    """A button that starts `fetch` for everybody; while it goes on its bar, and afterwards what went wrong."""
    job = jobs().find(key)
    if job and job.problem:
        st.error(job.problem)
    if show_download(key):
        return
    if st.button(label, icon=":material/download:", key=key):
        jobs().forget(key)
        jobs().get(key, steps, fetch)
        st.rerun()


def show_download(key: str) -> bool:
    """The bar of a download that goes on, if it does."""
    job = jobs().find(key)
    if job is None or job.done:
        return False
    _progress(job, key)
    return True


@st.fragment(run_every=0.3)
def _progress(job: Job, key: str) -> None:
    """The bar and its Stop button, until the job ends."""
    job.look()
    if job.done:
        st.rerun()
    done, total, seconds = job.parts[-1] if job.parts else (0, None, 0.0)
    st.progress(min(1.0, done / total) if total else 0.0, words(done, total, seconds))
    st.button("Stop", icon=":material/stop:", on_click=job.asked_to_stop.set, key=f"stop {key}")


def words(done: int, total: int | None, seconds: float) -> str:
    """How far a download is, and how long the rest will take at its pace so far."""
    if not done:
        return "Connecting…"
    if done == total:
        return "Unpacking…"
    far = f"{done / 1e6:.1f} MB" if total is None else f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"
    if total is None or seconds < 1:
        return far
    left = (total - done) * seconds / done
    return f"{far}, about {f'{left / 60:.0f} minutes' if left > 90 else f'{left:.0f} seconds'} left"


def steps(fetch: Fetch, stop: Stop) -> Iterator[Step]:
    """Work for a job: does `fetch`; its parts are how far it has come."""
    start = time.monotonic()
    told: Queue[Step] = Queue()
    with ThreadPoolExecutor(1) as pool:
        fetched = pool.submit(fetch, lambda done, total: told.put((done, total, time.monotonic() - start)), stop)
        while not fetched.done():
            try:
                step = told.get(timeout=0.2)
                while not told.empty():
                    step = told.get()
                yield step
            except Empty:
                continue
    fetched.result()
