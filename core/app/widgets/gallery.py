"""The gallery of pictures by loss, a Streamlit component; shows a page, keeps a visitor's marks in the session."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.app.jobs import Job, Work, jobs
from core.app.scripts import joined
from core.app.uploads import refused
from core.errors import UserError
from core.exhibits.top_losses.by_loss import PicturesByLoss, VisitorMarks
from core.exhibits.top_losses.cleaning import (
    MOST_BYTES,
    NONE,
    RELABEL,
    WORDS,
    Log,
    Marks,
    from_csv,
    guarded,
    marks_of,
    read_log,
    step_of,
    to_csv,
)
from core.exhibits.top_losses.gallery_scene import GalleryView, page, read_view
from core.exhibits.top_losses.settings import Labelling, Settings
from core.view import Result

FOLDER = Path(__file__).parents[3] / "assets" / "gallery"
MOUNT = '<div class="mount"></div>\n'
KEPT = "marks of pictures"
"""Where a session keeps its marks, by set of pictures; nothing else keeps them."""
SESSION = "whose marks"
WORKING = "training with marks"


@dataclass
class Sheet:
    """A session's marks on one set of pictures, and what its gallery showed last.

    `base` is the log that a newly shown gallery starts from; with `epoch` it is told to start anew.
    """

    names: tuple[str, ...]
    vocab: tuple[str, ...]
    log: Log = ()
    base: Log = ()
    epoch: int = 0
    view: GalleryView = GalleryView()
    imports: int = 0
    said: list[tuple[str, str]] = field(default_factory=list)  # how, what: shown once

    def replace(self, log: Log) -> None:
        """Another log than the browser's: it takes this one over."""
        self.log, self.base, self.epoch = log, log, self.epoch + 1


@cache
def assets() -> tuple[str, str]:
    """The component's JavaScript and CSS."""
    script = joined(FOLDER / "gallery.js") + "export default mountGallery;\n"
    return script, (FOLDER / "gallery.css").read_text(encoding="utf-8")


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    script, style = assets()
    return st.components.v2.component("downhill_gallery", html=MOUNT, css=style, js=script)


def sheets() -> dict[str, Sheet]:
    """This session's marks, by set of pictures."""
    return st.session_state.setdefault(KEPT, {})


def key_of(name: str) -> str:
    """The key of the component that shows a set."""
    return f"gallery {name}"


def ask_marks() -> VisitorMarks:
    """The marks of this session, with what its browser has sent since the last run."""
    for name, sheet in sheets().items():
        take_over(sheet, st.session_state.get(key_of(name)))
    return VisitorMarks({name: sheet.log for name, sheet in sheets().items()}, _later)


def take_over(sheet: Sheet, sent: Any) -> None:
    """What a browser sent, once it is checked; marks of an earlier epoch have been replaced meanwhile."""
    if not sent:
        return
    marks, view = sent.get("marks"), sent.get("view")
    if view is not None:
        sheet.view = read_view(view, len(sheet.names), len(sheet.vocab))
    if isinstance(marks, dict) and marks.get("epoch") == sheet.epoch:
        try:
            sheet.log = read_log(marks.get("log"), len(sheet.names), len(sheet.vocab))
        except UserError as problem:
            sheet.said.append(("error", str(problem)))
            sheet.replace(sheet.log)


def _later(work: Work, argument: tuple[Labelling, Marks]) -> Any:
    """Have a job do it for this session alone; its last part, or None while it goes on."""
    session = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    job = jobs().get((session, argument[1], argument[0]), work, argument)
    st.session_state[WORKING] = job
    if job.problem:
        raise UserError(job.problem)
    return job.parts[-1] if job.parts else None


def gallery(settings: Settings, result: Result) -> None:  # noqa: ARG001 (the result has them)
    """Under the stage: training that goes on, the page of pictures, and the list of all marks."""
    if not isinstance(result, PicturesByLoss):
        return
    if result.pending and (job := st.session_state.get(WORKING)):
        _wait(job)
    judged = result.judged
    sheet = sheets().setdefault(judged.key, Sheet(judged.names, judged.vocab))
    key = key_of(judged.key)
    if not st.session_state.get(key) and sheet.log != sheet.base:
        sheet.replace(sheet.log)  # a gallery that is shown anew
    st.markdown("**Pictures by loss.** What you mark stays in this session; no picture is ever touched.")
    for how, what in sheet.said:
        st.error(what) if how == "error" else st.info(what)
    sheet.said.clear()
    data = page(result, sheet.view, sheet.log, sheet.base, sheet.epoch)
    _component()(key=key, data=data, on_marks_change=lambda: None, on_view_change=lambda: None)
    st.caption(result.marked())
    _list(sheet, marks_of(sheet.log))


@st.fragment(run_every=0.4)
def _wait(job: Job) -> None:
    job.look()
    if job.done:
        st.rerun()
    st.markdown(":gray[Heads are being trained with your marks…]")


def _list(sheet: Sheet, marks: Marks) -> None:
    """All marks, to look over, take along and bring back."""
    opened = st.expander("All marks, export and import", key="all marks", on_change="rerun")
    if not opened.open:
        return
    with opened:
        if len(marks):
            st.dataframe(listed(sheet, marks), hide_index=True, height=240)
        with st.container(horizontal=True):
            st.download_button(
                "Export (CSV)",
                lambda: to_csv(marks, sheet.names, sheet.vocab),
                "marks.csv",
                "text/csv",
                on_click="ignore",
                icon=":material/download:",
                disabled=not len(marks),
            )
            st.button(
                "Clear all marks", on_click=_clear, args=(sheet,), icon=":material/delete:", disabled=not len(marks)
            )
        uploader = f"marks file {sheet.imports}"  # a new key empties it
        st.file_uploader(
            "Import marks that were exported here (CSV)",
            "csv",
            key=uploader,
            on_change=_import,
            args=(sheet, uploader),
            max_upload_size=MOST_BYTES // 1_000_000,
        )
        if problem := refused():
            st.error(problem)


def listed(sheet: Sheet, marks: Marks) -> dict[str, list[str]]:
    """The marks in columns; cells cannot be taken for formulas."""
    return {
        "file": [guarded(sheet.names[index]) for index, _ in marks.entries],
        "action": [WORDS.get(action, RELABEL) for _, action in marks.entries],
        "new label": [guarded(sheet.vocab[action]) if action >= 0 else "" for _, action in marks.entries],
    }


def _clear(sheet: Sheet) -> None:
    """Callback: no mark at all, as one step, so that it can be undone."""
    step = step_of({index: NONE for index, _ in marks_of(sheet.log).entries})
    sheet.replace((*sheet.log, step) if step else sheet.log)


def _import(sheet: Sheet, uploader: str) -> None:
    """Callback: the marks of a file on top of those that are there, as one step."""
    if not (file := st.session_state.get(uploader)):
        return
    bring(sheet, file.getvalue())
    sheet.imports += 1


def bring(sheet: Sheet, data: bytes) -> None:
    """Add the marks of a CSV file to a sheet, or say in one sentence why not."""
    try:
        found, missing = from_csv(data, sheet.names, sheet.vocab)
        step = step_of(found)
        log = read_log((*sheet.log, step) if step else sheet.log, len(sheet.names), len(sheet.vocab))
    except UserError as problem:
        sheet.said.append(("error", str(problem)))
        return
    sheet.replace(log)
    sheet.said.append(("info", f"{len(found)} marks were imported. {missing or ''}".strip()))
