"""Downloads that a visitor starts: a bar, the time that is left, a way to stop; the same for every data set."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import Empty, Queue
from typing import Any

import streamlit as st

from core import environment
from core.app.jobs import Job, Stop, jobs, leave, left, look_again, who
from core.data.weights import WEIGHTS, download_weights

LANE = "download"
"""Downloads run one after the other, beside all other work."""

Step = tuple[int, int | None, float]
"""Bytes done, bytes in all where the server said so, seconds since the start."""

Fetch = Callable[[Callable[[int, int | None], None], Stop], Any]
"""Fetches something, given where to tell its progress and what to ask whether to stop."""


def offer_download(key: str, label: str, fetch: Fetch) -> None:
    """A button that starts `fetch` for everybody; while it goes on its bar, and afterwards what went wrong.

    On a server that is open to everybody, the sentence that says that nothing is downloaded.
    """
    if environment.public():
        st.caption(environment.NO_DOWNLOADS)
        return
    job = jobs().find(key)
    if job and job.problem:
        st.error(job.problem)
    if show_download(key):
        return
    if st.button(label, icon=":material/download:", key=key):
        look_again(key)
        if job and job.done:
            jobs().forget(key)
        jobs().get(key, steps, fetch, lane=LANE, who=_viewer())
        st.rerun()


def offer_body(settings: Any) -> None:
    """The download of the pretrained body that these settings name, where it is not on this computer yet."""
    weights = WEIGHTS.get(getattr(settings, "body", ""))
    if weights is None or weights.here:
        return
    fetch = partial(download_weights, weights)
    offer_download(f"download {weights.name}", f"Download {weights.name} ({weights.size / 1e6:.0f} MB)", fetch)


def show_download(key: str) -> bool:
    """The bar of a download that goes on, if it does and this visitor has not stopped looking at it."""
    job = jobs().find(key)
    if job is None or job.done or left(key):
        return False
    _progress(job, key)
    return True


@st.fragment(run_every=0.3)
def _progress(job: Job, key: str) -> None:
    """The bar and its Stop button, until the job ends."""
    job.look(_viewer())
    if job.done:
        st.rerun()
    done, total, seconds = job.parts[-1] if job.parts else (0, None, 0.0)
    st.progress(min(1.0, done / total) if total else 0.0, words(done, total, seconds))
    if st.button("Stop", icon=":material/stop:", on_click=_leave, args=(key, job), key=f"stop {key}"):
        st.rerun()


def _viewer() -> str:
    """This visitor, apart from what else the visitor waits for: other work does not end a download."""
    return f"{LANE} {who()}"


def _leave(key: str, job: Job) -> None:
    """Callback: this visitor looks no longer; the download goes on for others who do."""
    leave(key, job)
    job.leave(_viewer())


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
