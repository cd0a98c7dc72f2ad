"""Work that takes longer than a blink: run once for all who ask, in a bounded pool, shown while it goes on.

A job is an iterator of parts over frozen settings; it knows no Streamlit. Whoever asks for the same settings gets the
same job. One that nobody has looked at for a minute and a half is stopped: a closed tab says no goodbye. Jobs of one
`lane`, such as trainings that take all the machine has, run one after the other, beside the pool.

Where jobs run is chosen here and nowhere else: in threads of this process, or, where the environment names a Dask
scheduler, on its cluster, for those that may run anywhere.
"""

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from core import device
from core.errors import UserError
from core.jobs.sizes import nbytes

_log = logging.getLogger(__name__)

Stop = Callable[[], bool]
Work = Callable[[Any, Stop], Iterator[Any]]

WORKERS = 2
WAITING = 16  # jobs that are on a cluster at the same time
KEPT = 32  # jobs
KEPT_BYTES = 256_000_000  # of finished jobs' parts
AGAIN = 10.0  # seconds after which a job that a cluster has lost may be asked for again
CLUSTER = "DOWNHILL_DASK"
"""The environment variable with the address of a Dask scheduler, as tcp://10.0.0.5:8786."""
FORGOTTEN = float(os.environ.get("DOWNHILL_FORGOTTEN", "90"))  # seconds without a look


class LostError(UserError):
    """A job that ended through no fault of its own, so that it may be tried again."""


@dataclass(eq=False)
class Job:
    """A running or finished job: its parts so far, and how it ended."""

    parts: list[Any] = field(default_factory=list)
    done: bool = False
    complete: bool = False  # every part was made
    problem: str | None = None
    note: str | None = None  # what was otherwise than asked
    asked_to_stop: threading.Event = field(default_factory=threading.Event)
    seen: float = field(default_factory=time.monotonic)
    forgotten: bool = False
    lost: float | None = None  # when a cluster lost it
    lane: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def stopped(self) -> bool:
        """Whether to end: on request, or because nobody looks any more."""
        if not self.done and time.monotonic() - self.seen > FORGOTTEN:
            self.forgotten = True
        return self.forgotten or self.asked_to_stop.is_set()

    def look(self) -> None:
        """Somebody still wants it."""
        self.seen = time.monotonic()

    def wait(self, parts: int, seconds: float) -> bool:
        """Wait until that many parts are there or the job has ended; False if neither came in time."""
        with self.changed:
            return self.changed.wait_for(lambda: self.done or len(self.parts) >= parts, seconds)

    def run(self, work: Work, settings: Any) -> None:
        """Collect the parts; a mistake in the settings becomes a sentence, a defect goes to the log.

        Where a GPU's memory runs out, all is done again on the CPU.
        """
        try:
            try:
                self._collect(work, settings)
            except RuntimeError as error:
                if getattr(settings, "device", "cpu") == "cpu" or not device.out_of_memory(error):
                    raise
                self.note = device.FULL
                self.parts.clear()
                self._collect(work, replace(settings, device="cpu"))
        except UserError as problem:
            self.problem = str(problem)
            self.lost = time.monotonic() if isinstance(problem, LostError) else None
        except Exception:
            _log.exception("A job failed")
            self.problem = "This stopped because of a mistake in the program; the server's log says more."
        finally:
            with self.changed:
                self.done = True
                self.changed.notify_all()

    def _collect(self, work: Work, settings: Any) -> None:
        if self.stopped():  # given up while it waited
            return
        for part in work(settings, self.stopped):
            with self.changed:
                self.parts.append(part)
                self.changed.notify_all()
            if self.stopped():
                return
        self.complete = not self.stopped()

    def to_begin_again(self) -> bool:
        """Whether the next one who asks gets a new job: nobody had looked, or it was lost a while ago."""
        if self.complete:
            return False
        return self.forgotten or (self.lost is not None and time.monotonic() - self.lost > AGAIN)


class Jobs:
    """The pool and its jobs by key; the oldest finished ones are forgotten. `cluster` is the address of a scheduler."""

    def __init__(self, cluster: str | None = None) -> None:
        self.pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="job")
        self.waiting = ThreadPoolExecutor(WAITING, thread_name_prefix="job elsewhere")
        self.lanes: dict[str, ThreadPoolExecutor] = {}
        self.queued: list[Job] = []  # of all lanes, in their order, until they are done
        self.cluster = cluster
        self.jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable, work: Work, settings: Any, *, anywhere: bool = False, lane: str = "") -> Job:
        """The job of that key; started if there is none, or if it had been given up half-way because nobody looked.

        One that may run `anywhere` is a function of its module, with settings and parts that can be pickled, and needs
        nothing that only this process has.
        """
        with self.lock:
            job = self.jobs.get(key)
            if job is None or job.to_begin_again():
                job = self.jobs[key] = Job(lane=lane)
                self._start(job, work, settings, anywhere)
            self.jobs.move_to_end(key)
            job.look()
            self._tidy(key)
            return job

    def _start(self, job: Job, work: Work, settings: Any, anywhere: bool) -> None:
        if self.cluster and anywhere:
            from core.jobs.cluster import on_cluster

            self.waiting.submit(job.run, on_cluster(self.cluster, work), settings)
        elif job.lane:
            self.queued = [*(each for each in self.queued if not each.done), job]
            lane = self.lanes.setdefault(job.lane, ThreadPoolExecutor(1, thread_name_prefix=job.lane))
            lane.submit(job.run, work, settings)
        else:
            self.pool.submit(job.run, work, settings)

    def ahead(self, job: Job) -> int:
        """How many jobs of its lane must end before it begins."""
        before = self.queued[: self.queued.index(job)] if job in self.queued else []
        return sum(each.lane == job.lane and not each.done for each in before)

    def _tidy(self, key: Hashable) -> None:
        """Forget the oldest finished jobs but that of `key`, where there are too many or they hold too much."""
        finished = [k for k, job in self.jobs.items() if job.done and k != key]
        held = {k: nbytes(self.jobs[k].parts) for k in finished}
        while finished and (len(self.jobs) > KEPT or sum(held.values()) > KEPT_BYTES):
            oldest = finished.pop(0)
            del self.jobs[oldest], held[oldest]

    def find(self, key: Hashable) -> Job | None:
        """The job of that key, if it was ever started."""
        return self.jobs.get(key)

    def forget(self, key: Hashable) -> None:
        """Let the next `get` of that key start anew."""
        with self.lock:
            self.jobs.pop(key, None)
