"""Work that takes longer than a blink: run once for all who ask, in a bounded pool, shown while it goes on.

A job is an iterator of parts over frozen settings; it knows no Streamlit. Whoever asks for the same settings gets the
same job. It ends when nobody looks at it any more: all have left it, or have been silent for a minute and a half, since
a closed tab says no goodbye.

Visitors take turns: of the jobs that wait, the next one is that of the visitor for whom the fewest are running. Each
visitor has a few at a time; a new one takes the place of an older one of the same page. Jobs of one `lane`, such as
trainings that take all the machine has, run one after the other, beside the pool.

Where jobs run is chosen here and nowhere else: in processes of this machine for those that may run anywhere, in threads
for the others; or, where the environment names a Dask scheduler, on its cluster.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from core.data.download import DataError
from core.data.pets import carried, with_uploads
from core.jobs.apart import WITH_TORCH, Limits, apart, processes
from core.jobs.cluster import on_cluster
from core.jobs.job import Job, Stop, Work
from core.jobs.sizes import nbytes

Keep = Callable[[Any, Any], Any]
Deal = Callable[[Any], Sequence[Any]]

WORKERS = 2
ON_CLUSTER = 16  # jobs that are on a cluster at the same time
KEPT = 32  # jobs
KEPT_BYTES = 256_000_000  # of finished jobs' parts
EACH = 3  # jobs of a visitor that wait or run
MOST_WAITING = 200  # jobs
LIMITS = Limits(memory=3_000_000_000, seconds=1800.0)
"""Of a job in a process of its own."""

FULL = "Very many trainings are waiting here just now: try again in a few minutes."
CLUSTER = "cluster"  # the place of jobs that run on one; other places are lanes, the pool's has no name


@dataclass(eq=False, kw_only=True)
class _Turn:
    """A job that waits or runs: whose it is, where, and what it does."""

    job: Job
    key: Hashable
    who: str
    slot: str  # jobs of a visitor in the same slot take each other's place
    place: str
    work: Work
    settings: Any
    order: int
    after: float  # seconds for which it waits when it is its turn


@dataclass(frozen=True)
class _Elsewhere:
    """How work is done that may leave this process."""

    needs: tuple[str, ...]
    keep: Keep | None
    deal: Deal | None

    def beside(self, work: Work) -> Work:
        """In a process of its own, or one for each share that is dealt out."""

        def aside(settings: Any, stop: Stop) -> Iterator[Any]:
            shares = self.deal(settings) if self.deal else [settings]
            return side_by_side([partial(beside, work, share, LIMITS, needs=self.needs) for share in shares], stop)

        return self.here(aside)

    def here(self, work: Work) -> Work:
        """In this process."""
        return lambda settings, stop: self.kept(work(settings, stop), settings)

    def on(self, cluster: str, work: Work, here: Work) -> Work:
        """On the cluster; here, where a worker cannot even begin, as without the pictures that it is about."""

        def on(settings: Any, stop: Stop) -> Iterator[Any]:
            parts = 0
            try:
                for part in self.kept(on_cluster(cluster, work)(settings, stop), settings):
                    parts += 1
                    yield part
            except DataError:
                if parts:
                    raise
                yield from here(settings, stop)

        return on

    def kept(self, parts: Iterator[Any], settings: Any) -> Iterator[Any]:
        """The parts, each kept where this process looks for it; what stays of them."""
        for part in parts:
            yield self.keep(settings, part) if self.keep else part


def side_by_side(works: Sequence[Callable[..., Iterator[Any]]], stop: Stop) -> Iterator[Any]:
    """The parts of all `works`, each called with `stop=`, as they come; with one that fails, all end."""
    if len(works) == 1:
        yield from works[0](stop=stop)
        return
    arrived: SimpleQueue[tuple[str, Any]] = SimpleQueue()
    ended = Event()

    def run(work: Callable[..., Iterator[Any]]) -> None:
        try:
            for part in work(stop=lambda: ended.is_set() or stop()):
                arrived.put(("part", part))
            arrived.put(("end", None))
        except BaseException as problem:  # it is raised where the parts are taken
            arrived.put(("problem", problem))

    threads = [Thread(target=run, args=(work,), name="share", daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        going = len(threads)
        while going:
            kind, value = arrived.get()
            if kind == "problem":
                raise value
            if kind == "part":
                yield value
            going -= kind == "end"
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def beside(
    work: Work, settings: Any, limits: Limits, stop: Stop = lambda: False, needs: tuple[str, ...] = ()
) -> Iterator[Any]:
    """The parts of `work(settings, stop)` in a process of its own, which knows uploaded pictures that it is about."""
    return apart(with_uploads, (work, settings, carried(settings)), limits, stop, nursery=WITH_TORCH, needs=needs)


class Jobs:
    """The pool and its jobs by key; the oldest finished ones are forgotten. `cluster` is the address of a scheduler."""

    def __init__(self, cluster: str | None = None) -> None:
        self.cluster = cluster
        self.jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self.waiting: list[_Turn] = []  # in the order in which they will begin
        self.running: list[_Turn] = []
        self.served: dict[str, int] = {}  # when each visitor's last job began, counted in jobs
        self.counter = count(1)
        self.lock = threading.RLock()
        self.idle = threading.Condition(self.lock)

    def get(
        self,
        key: Hashable,
        work: Work,
        settings: Any,
        *,
        anywhere: bool = False,
        needs: tuple[str, ...] = (),
        keep: Keep | None = None,
        deal: Deal | None = None,
        lane: str = "",
        who: str = "",
        slot: str = "",
        after: float = 0.0,
    ) -> Job:
        """The job of that key for this visitor; started if there is none, or if the last one was given up half-way.

        One that may run `anywhere` is a function of its module, with settings and parts that can be pickled, and needs
        nothing that only this process has; `needs` names modules that take long to import, `keep` is given the settings
        and each part and gives what stays of it, and `deal` gives the settings of shares that processes of this machine
        work on side by side. With a `slot`, the visitor leaves other jobs of that slot. It begins `after` so many
        seconds, so that what is shown at first can be painted, and a slider be moved on.
        """
        with self.lock:
            job = self.jobs.get(key)
            new = job is None or job.to_begin_again()
            if job is None or new:
                job = self.jobs[key] = Job()
                place, work = self._placed(work, settings, _Elsewhere(needs, keep, deal) if anywhere else None, lane)
                self._queue(
                    _Turn(
                        job=job,
                        key=key,
                        who=who,
                        slot=slot,
                        place=place,
                        work=work,
                        settings=settings,
                        order=next(self.counter),
                        after=after,
                    )
                )
            job.look(who)
            left = bool(who) and self._leave_others(job, who, slot)
            self.jobs.move_to_end(key)
            if new or left:
                self._tidy(key)
                self._begin_next()
            return job

    def _placed(self, work: Work, settings: Any, elsewhere: "_Elsewhere | None", lane: str) -> tuple[str, Work]:
        """Where the work is done, and the work as it is done there."""
        if elsewhere is None or getattr(settings, "device", "cpu") != "cpu":  # a GPU is this process's own
            return lane, work
        here = elsewhere.beside(work) if processes() else elsewhere.here(work)
        if self.cluster:
            return CLUSTER, elsewhere.on(self.cluster, work, here)
        return lane, here

    def _queue(self, turn: _Turn) -> None:
        self._let_go()
        if len(self.waiting) >= MOST_WAITING:
            turn.job.refuse(FULL)
        else:
            self.waiting.append(turn)

    def _leave_others(self, job: Job, who: str, slot: str) -> bool:
        """Leave a visitor's older jobs where this one takes their place, or they would be too many; whether any was."""
        others = [turn for turn in (*self.running, *self.waiting) if who in turn.job.viewers and turn.job is not job]
        others.sort(key=lambda turn: turn.order)
        spare = len(others) + (not job.done) - EACH
        left = [turn for number, turn in enumerate(others) if number < spare or (slot and turn.slot == slot)]
        for turn in left:
            turn.job.leave(who)
        return bool(left)

    def _begin_next(self) -> None:
        """Start what there is room for, and put those that still wait in their order; called with the lock."""
        self._let_go()
        self.waiting = self._in_order()
        for turn in list(self.waiting):
            if self._busy(turn.place) < _room(turn.place):
                self.waiting.remove(turn)
                self.running.append(turn)
                self.served[turn.who] = next(self.counter)
                threading.Thread(target=self._run, args=(turn,), name=f"job {turn.place}".strip(), daemon=True).start()

    def _let_go(self) -> None:
        """Those that wait and that nobody wants any more end, without having begun."""
        for turn in [turn for turn in self.waiting if turn.job.stopped()]:
            self.waiting.remove(turn)
            turn.job.run(turn.work, turn.settings)

    def _busy(self, place: str) -> int:
        return sum(turn.place == place for turn in self.running)

    def _in_order(self) -> list[_Turn]:
        """Those that wait, in turns: next is whose jobs are fewest among those before, then who was served longest ago,
        then who asked first."""
        rest, ordered = list(self.waiting), []
        before: dict[str, int] = {}
        for turn in self.running:
            before[turn.who] = before.get(turn.who, 0) + 1
        while rest:
            turn = min(rest, key=lambda turn: (before.get(turn.who, 0), self.served.get(turn.who, 0), turn.order))
            rest.remove(turn)
            ordered.append(turn)
            before[turn.who] = before.get(turn.who, 0) + 1
        return ordered

    def _run(self, turn: _Turn) -> None:
        try:
            turn.job.asked_to_stop.wait(turn.after)
            turn.job.run(turn.work, turn.settings)
        finally:
            with self.lock:
                self.running.remove(turn)
                here = {turn.who for turn in (*self.running, *self.waiting)}
                self.served = {who: when for who, when in self.served.items() if who in here}
                self._begin_next()
                self.idle.notify_all()

    def ahead(self, job: Job) -> int:
        """How many jobs must end before it begins; 0 where it has begun."""
        with self.lock:
            turn = next((turn for turn in self.waiting if turn.job is job), None)
            if turn is None:
                return 0
            place = [each for each in self.waiting if each.place == turn.place]
            return place.index(turn) + 1 + self._busy(turn.place) - _room(turn.place)

    @property
    def unfinished(self) -> int:
        """How many jobs run or wait."""
        return len(self.running) + len(self.waiting)

    def finish(self, seconds: float) -> bool:
        """Wait until no job runs or waits; False if it did not come to that in time."""
        with self.idle:
            return self.idle.wait_for(lambda: not self.running and not self.waiting, seconds)

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


def _room(place: str) -> int:
    """Jobs at the same time in a place."""
    return WORKERS if not place else ON_CLUSTER if place == CLUSTER else 1
