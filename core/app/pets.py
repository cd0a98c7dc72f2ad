"""Which pets a page uses, and the ways to others: fastai's data sets, and a visitor's own pictures."""

import secrets
import shutil
import weakref
from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.app.downloads import offer_download, show_download
from core.app.jobs import Job, Stop, ask, jobs, leave, look
from core.app.leaving import watch
from core.app.private import PETS, RESULTS, uploaded
from core.app.uploads import most_mb, refused, release
from core.data import own
from core.data.own import FEWEST, FEWEST_BREEDS, FOLDER, MOST_SECONDS, Step, TakenIn
from core.data.pets import UPLOADED, Pets, describe, load, uploads
from core.data.photographs import SETS, Photographs, download_photographs, whole
from core.data.room import PicturesFolder
from core.errors import UserError
from core.jobs.apart import Limits, apart, processes
from core.nn import looking
from core.nn.features import ready

INTAKE = "own pets being read"
LANE = "own zip"  # zips are read one after the other, beside all other work
ZIP = "zip"  # the file's name among the pictures, which all end in .jpg
LIMITS = Limits(memory=600_000_000, seconds=MOST_SECONDS + 10)
"""Of reading a zip: bytes, and seconds on the clock; the reading itself ends a little earlier."""

gone: deque[str] = deque()
"""Names of uploaded pictures whose session has ended. Nothing more is done at that moment: the garbage collector, which
ends them, may come while a lock is held."""


@dataclass(eq=False)
class Intake:
    """An uploaded zip on its way to pets, in the folder of the pictures that it will become."""

    name: str
    folder: PicturesFolder | None = None  # goes with the intake, unless the pets take it over
    problem: str | None = None  # why it is not read at all
    pets: Pets | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Of the job that reads it."""
        return ("own pets", self.name)


def pets_line(name: str) -> None:
    """One line that says which pets these are, and a popover with the ways to others."""
    _sweep()
    _look_ahead(name)
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


def _look_ahead(name: str) -> None:
    """Have the drawn pets drawn and seen as soon as any page shows them, so that later pages find that done.

    Where work stays in threads it would take its time from the pages, so there it waits until a page needs it.
    """
    if name != "drawn" or not processes() or ready(load(name)):
        return
    about = looking.looking(name)
    ask((looking.LANE, about), looking.work, about, **looking.HOW)


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
    file = st.file_uploader("A zip of pictures", "zip", key=f"own zip {number}", max_upload_size=most_mb())
    if problem := refused():
        st.error(problem)
    if file:
        _take(file)
    _reading()
    if brought := uploaded():
        _ready(brought, name)


def _take(file: UploadedFile) -> None:
    """Have an upload read, and let go of it."""
    intake = st.session_state[INTAKE] = intake_of(file)
    if intake.folder:
        watch(intake.folder)
        ask(intake.key, read_zip, intake, slot=LANE, lane=LANE)
    release(file)
    st.session_state["own zips"] += 1
    st.rerun()


def intake_of(file: UploadedFile) -> Intake:
    """An uploaded zip, put where it will be read; or why it cannot be."""
    name = UPLOADED + secrets.token_urlsafe(9)
    try:
        folder = PicturesFolder()
        with open(folder.path / ZIP, "wb") as target:
            folder.claim(file.size, file.size)
            shutil.copyfileobj(file, target, 1 << 20)
    except OSError as error:
        return Intake(name, problem=f"The zip could not be kept ({error.strerror}): mend that and try again.")
    except UserError as problem:
        return Intake(name, problem=str(problem))
    return Intake(name, folder)


def read_zip(intake: Intake, stop: Stop) -> Iterator[Step]:
    """Work for a job: read an uploaded zip; the pets go to the intake, which only its session holds.

    The pictures are decoded in a process of their own. However that ends, nothing stays but what was taken in whole.
    """
    folder, intake.folder = intake.folder, None
    assert folder is not None
    taken: TakenIn | None = None
    try:
        upload = own.ZipOnDisk(folder.path / ZIP, folder.path, folder.claim())
        for part in apart(own.read_zip, upload, LIMITS, stop):
            if isinstance(part, TakenIn):
                taken = part
            else:
                yield part
        (folder.path / ZIP).unlink()
    finally:
        if taken is None:
            folder.close()
    if taken:
        pets = own.pets_of(taken, intake.name, folder)
        uploads[pets.name], intake.pets = pets, pets
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
    if intake and intake.problem:
        st.error(intake.problem)
    job = jobs().find(intake.key) if intake else None
    if intake is None or job is None:
        return
    if not job.done:
        _progress(job, intake.key)
        return
    intake.folder = None  # where the job did not come to it
    if job.problem:
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
def _progress(job: Job, key: Hashable) -> None:
    """The bar and its Stop button, until the job ends."""
    look(job)
    if job.done:
        st.rerun()
    done, total = job.parts[-1] if job.parts else (0, 0)
    st.progress(done / total if total else 0.0, f"{done:,} of {total:,} pictures" if total else "Opening the zip…")
    st.button("Stop", icon=":material/stop:", on_click=leave, args=(key, job), key="stop own zip")


def _ready(brought: Pets, name: str) -> None:
    """What has been brought: to be shown, or to be forgotten at once."""
    left_out = f"; {len(brought.left_out)} files were left out" if brought.left_out else ""
    st.success(f"{len(brought)} pictures of {len(brought.vocab)} breeds are here{left_out}.")
    with st.container(horizontal=True):
        if name != brought.name:
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
