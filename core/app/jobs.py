"""Work that takes longer than a blink: run once for all who ask, in a bounded pool, shown while it goes on.

A job is an iterator of parts over frozen settings; it knows no Streamlit. Whoever asks for the same settings gets the
same job. One that nobody has looked at for a minute and a half is stopped: a closed tab says no goodbye.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.errors import UserError

_log = logging.getLogger(__name__)

Stop = Callable[[], bool]
Work = Callable[[Any, Stop], Iterator[Any]]

WORKERS = 2
KEPT = 32
FORGOTTEN = 90.0  # seconds without a look


@dataclass
class Job:
    """A running or finished job: its parts so far, and how it ended."""

    parts: list[Any] = field(default_factory=list)
    done: bool = False
    complete: bool = False  # every part was made
    problem: str | None = None
    asked_to_stop: threading.Event = field(default_factory=threading.Event)
    seen: float = field(default_factory=time.monotonic)
    forgotten: bool = False

    def stopped(self) -> bool:
        """Whether to end: on request, or because nobody looks any more."""
        if not self.done and time.monotonic() - self.seen > FORGOTTEN:
            self.forgotten = True
        return self.forgotten or self.asked_to_stop.is_set()

    def look(self) -> None:
        """Somebody still wants it."""
        self.seen = time.monotonic()

    def run(self, work: Work, settings: Any) -> None:
        """Collect the parts; a mistake in the settings becomes a sentence, a defect goes to the log."""
        try:
            for part in work(settings, self.stopped):
                self.parts.append(part)
                if self.stopped():
                    return
            self.complete = True
        except UserError as problem:
            self.problem = str(problem)
        except Exception:
            _log.exception("A job failed")
            self.problem = "This stopped because of a mistake in the program; the server's log says more."
        finally:
            self.done = True


class Jobs:
    """The pool and its jobs by key; the oldest finished ones are forgotten."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="job")
        self.jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable, work: Work, settings: Any) -> Job:
        """The job of that key; started if there is none, or if it had been given up half-way because nobody looked."""
        with self.lock:
            job = self.jobs.get(key)
            if job is None or (job.forgotten and not job.complete):
                job = self.jobs[key] = Job()
                self.pool.submit(job.run, work, settings)
            self.jobs.move_to_end(key)
            job.look()
            for old in [k for k, j in self.jobs.items() if j.done and k != key][: max(0, len(self.jobs) - KEPT)]:
                del self.jobs[old]
            return job

    def find(self, key: Hashable) -> Job | None:
        """The job of that key, if it was ever started."""
        return self.jobs.get(key)

    def forget(self, key: Hashable) -> None:
        """Let the next `get` of that key start anew."""
        with self.lock:
            self.jobs.pop(key, None)


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one pool of this server."""
    return Jobs()
