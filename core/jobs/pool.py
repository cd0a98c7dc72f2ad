"""Work that takes longer than a blink: run once for all who ask, in a bounded pool, shown while it goes on.

A job is an iterator of parts over frozen settings; it knows no Streamlit. Whoever asks for the same settings gets the
same job. One that nobody has looked at for a minute and a half is stopped: a closed tab says no goodbye. Jobs of one
`lane`, such as trainings that take all the machine has, run one after the other, beside the pool.

Where jobs run is chosen here and nowhere else: in threads of this process, or, where the environment names a Dask
scheduler, on its cluster, for those that may run anywhere.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from core.jobs.cluster import on_cluster
from core.jobs.job import Job, Work
from core.jobs.sizes import nbytes

WORKERS = 2
WAITING = 16  # jobs that are on a cluster at the same time
KEPT = 32  # jobs
KEPT_BYTES = 256_000_000  # of finished jobs' parts


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
