"""What a session brought goes when it has left: its pictures' folders at once, what it held in memory with them.

Streamlit tells nobody that a session has ended, and what it held hangs in circles that only a full garbage collection
finds; here those are rare, since one after every run would make each control slow. So the sessions that brought
something are looked after: one that is not there, and can no longer come back, is cleaned up after.
"""

import gc
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.data.room import PicturesFolder

GONE = 130.0  # seconds without a session after which it cannot come back: Streamlit keeps it for 120
LOOK = 20.0  # seconds between two looks


@dataclass
class Brought:
    """What a session brought: when the session was there last, and folders of its pictures."""

    seen: float
    folders: list["weakref.ref[PicturesFolder]"] = field(default_factory=list)


class Leaving:
    """The sessions that brought something. `active` says whether a session is there."""

    def __init__(self, active: Callable[[str], bool], collect: Callable[[], object] = gc.collect) -> None:
        self.active, self.collect = active, collect
        self.sessions: dict[str, Brought] = {}
        self.lock = threading.Lock()

    def watch(self, session: str, folder: PicturesFolder | None = None) -> None:
        """That session brought something, in this folder if in any."""
        with self.lock:
            brought = self.sessions.setdefault(session, Brought(time.monotonic()))
            brought.folders += [weakref.ref(folder)] if folder else []

    def look(self) -> int:
        """Clean up after those that have gone; how many they were."""
        now = time.monotonic()
        with self.lock:
            for session, brought in self.sessions.items():
                if self.active(session):
                    brought.seen = now
            gone = [session for session, brought in self.sessions.items() if now - brought.seen > GONE]
            folders = [folder() for session in gone for folder in self.sessions.pop(session).folders]
        for folder in folders:
            if folder:
                folder.close()
        del folders
        if gone:
            self.collect()
        return len(gone)

    def stay(self) -> None:
        """Look again and again, for as long as the program runs."""
        pause = threading.Event()
        while not pause.wait(LOOK):
            self.look()


@st.cache_resource(show_spinner=False)
def _leaving() -> Leaving:
    leaving = Leaving(runtime.get_instance().is_active_session)
    threading.Thread(target=leaving.stay, name="leaving", daemon=True).start()
    return leaving


def watch(folder: PicturesFolder | None = None) -> None:
    """This session brought something, in this folder if in any: it goes when the session has left."""
    context = get_script_run_ctx()
    if context and runtime.exists():
        _leaving().watch(context.session_id, folder)
