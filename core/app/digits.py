"""Which digits a page uses, and the way to the full sample."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue

import streamlit as st

from core.app.jobs import Job, Stop, jobs
from core.data.digits import DigitsName, describe, download_full, full_available, load

KEY = "download of the full digits"
Step = tuple[int, int | None]  # bytes done, bytes in all where the server said so


def digits_line(name: DigitsName) -> None:
    """One line that says which digits these are; with the full sample's download where it is not there yet."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(describe(load(name)), width="stretch")
        if not full_available():
            with st.popover("More digits", icon=":material/download:"):
                _offer()


def _offer() -> None:
    st.markdown(
        "fastai's MNIST sample has all 14,434 threes and sevens (3 MB). They are kept in fastai's own data folder."
    )
    job = jobs().find(KEY)
    if job and job.problem:
        st.error(job.problem)
    if job and not job.done:
        _progress(job)
    elif st.button("Download them", key="download digits"):
        jobs().forget(KEY)
        jobs().get(KEY, _download, None)
        st.rerun()


@st.fragment(run_every=0.3)
def _progress(job: Job) -> None:
    """The bar and its Stop button, until the job ends."""
    job.look()
    if job.done:
        st.rerun()
    done, total = job.parts[-1] if job.parts else (0, None)
    words = "Connecting…" if not done else "Unpacking…" if done == total else f"{done / 1e6:.1f} MB"
    st.progress(done / total if total else 0.0, words)
    st.button("Stop", icon=":material/stop:", on_click=job.asked_to_stop.set, key="stop download")


def _download(_: None, stop: Stop) -> Iterator[Step]:
    """Fetch the full sample; its parts are how far it has come."""
    steps: Queue[Step] = Queue()
    with ThreadPoolExecutor(1) as pool:
        fetched = pool.submit(download_full, lambda done, total: steps.put((done, total)), stop)
        while not fetched.done():
            try:
                yield steps.get(timeout=0.2)
            except Empty:
                continue
    fetched.result()
