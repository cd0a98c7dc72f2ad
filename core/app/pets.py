"""Which pets a page uses, and the ways to others: fastai's data sets, and a visitor's own pictures."""

import secrets
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO

import streamlit as st

from core.app.downloads import offer_download, show_download
from core.app.jobs import Job, Stop, jobs
from core.app.private import PETS, RESULTS, uploaded
from core.data.own import FEWEST, FEWEST_BREEDS, FOLDER, Step, from_zip
from core.data.pets import UPLOADED, Pets, describe, load, uploads
from core.data.photographs import SETS, Photographs, download_photographs, whole
from core.errors import UserError

INTAKE = "own pets being read"
MOST_MB = 200

gone: deque[str] = deque()
"""Names of uploaded pictures whose session has ended. Nothing more is done at that moment: the garbage collector, which
ends them, may come while a lock is held."""


@dataclass
class Intake:
    """An uploaded zip on its way to pets; `file_id` is Streamlit's for the upload."""

    file_id: str
    file: IO[bytes] | None
    name: str
    pets: Pets | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Of the job that reads it."""
        return ("own pets", self.name)


def pets_line(name: str) -> None:
    """One line that says which pets these are, and a popover with the ways to others."""
    _sweep()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_described(name), width="stretch")
        more = st.popover("More pets", icon=":material/add_photo_alternate:", key="more pets", on_change="rerun")
    if more.open:
        with more:
            for photographs in SETS.values():
                _photographs(photographs)
            _own(name)
    else:  # what goes on goes on, and is seen to
        for photographs in SETS.values():
            show_download(_key(photographs))
        _reading()
    _left_out(name)


def _key(photographs: Photographs) -> str:
    return f"download {photographs.name}"


def _described(name: str) -> str:
    try:
        return describe(load(name))
    except UserError:  # said where it was met
        return "These pictures cannot be used."


def _left_out(name: str) -> None:
    """What of these pictures could not be used, and why."""
    try:
        left_out = load(name).left_out
    except UserError:  # said where it was met
        return
    if left_out:
        one = len(left_out) == 1
        with st.expander("1 file was left out" if one else f"{len(left_out):,} files were left out", key="left out"):
            files, reasons = zip(*left_out, strict=True)
            st.dataframe({"file": files, "reason": reasons}, hide_index=True)


def _photographs(photographs: Photographs) -> None:
    """The download of a data set that is not wholly there."""
    if whole(photographs):
        return
    st.markdown(
        f"**{photographs.title}**: {photographs.count:,} photographs, a download of {photographs.size / 1e6:.0f} MB, "
        f"{photographs.room / 1e6:,.0f} MB on disk. They are kept in fastai's own data folder. "
        "The download goes on as long as a page with pets is open."
    )
    fetch = partial(download_photographs, photographs)
    offer_download(_key(photographs), f"Download {photographs.title}", fetch)


def _own(name: str) -> None:
    """The upload of a zip, and what has become of it."""
    st.markdown(
        f"**Your own**: a zip with at least {FEWEST} pictures of {FEWEST_BREEDS} breeds, either named by the lesson's "
        "rule (`Bengal_12.jpg`, `beagle_7.jpg`: a capital for cats) or in one folder for each breed. "
        "They stay in this session and go with it."
    )
    number = st.session_state.setdefault("own zips", 0)  # a new key empties the uploader
    file = st.file_uploader("A zip of pictures", "zip", key=f"own zip {number}", max_upload_size=MOST_MB)
    intake: Intake | None = st.session_state.get(INTAKE)
    if file and (intake is None or intake.file_id != file.file_id):
        intake = st.session_state[INTAKE] = Intake(file.file_id, file, UPLOADED + secrets.token_urlsafe(9))
        jobs().get(intake.key, read_zip, intake)
    _reading()
    if own := uploaded():
        _ready(own, name)


def read_zip(intake: Intake, stop: Stop) -> Iterator[Step]:  # noqa: ARG001 (the job stops between two parts)
    """Work for a job: read an uploaded zip; the pets go to the intake, which only its session holds."""
    assert intake.file is not None
    pets = yield from from_zip(intake.file, intake.name)
    uploads[pets.name], intake.pets, intake.file = pets, pets, None
    weakref.finalize(pets, gone.append, pets.name)


def _sweep() -> None:
    """Jobs on pictures that have gone go too."""
    while gone:
        name = gone.popleft()
        for key in list(jobs().jobs):
            if isinstance(key, tuple) and name in (key[-1], getattr(key[-1], "pets", None)):
                jobs().forget(key)


def _reading() -> None:
    """An uploaded zip's progress, what refused it, or at its end the pictures for the session."""
    intake: Intake | None = st.session_state.get(INTAKE)
    job = jobs().find(intake.key) if intake else None
    if intake is None or job is None:
        return
    if not job.done:
        _progress(job)
    elif job.problem:
        st.error(job.problem)
    elif intake.pets:
        st.session_state[PETS], intake.pets = intake.pets, None
        st.session_state.pop(RESULTS, None)
        jobs().forget(intake.key)
        if st.session_state.get("pets") == FOLDER:  # what stands above is of those that were here before
            st.rerun()
    else:
        st.info("Stopped; nothing of the zip was kept.")


@st.fragment(run_every=0.3)
def _progress(job: Job) -> None:
    """The bar and its Stop button, until the job ends."""
    job.look()
    if job.done:
        st.rerun()
    done, total = job.parts[-1] if job.parts else (0, 0)
    st.progress(done / total if total else 0.0, f"{done:,} of {total:,} pictures" if total else "Opening the zip…")
    st.button("Stop", icon=":material/stop:", on_click=job.asked_to_stop.set, key="stop own zip")


def _ready(own: Pets, name: str) -> None:
    """What has been brought: to be shown, or to be forgotten at once."""
    left_out = f"; {len(own.left_out)} files were left out" if own.left_out else ""
    st.success(f"{len(own)} pictures of {len(own.vocab)} breeds are here{left_out}.")
    with st.container(horizontal=True):
        if name != own.name:
            st.button("Show them", on_click=_choose, args=(FOLDER,), key="show own")
        st.button("Forget them", icon=":material/delete:", on_click=forget_own, key="forget own")


def _choose(value: str) -> None:
    st.session_state["pets"] = value


def forget_own() -> None:
    """Callback: let go of this session's pictures, and of all that was made from them."""
    for key in (PETS, RESULTS, INTAKE):
        st.session_state.pop(key, None)
    st.session_state["own zips"] += 1
    if st.session_state.get("pets") == FOLDER:
        st.session_state["pets"] = "auto"
