"""One piece of long work: its parts so far, how it ended, and whether anybody still looks."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from core import device, environment
from core.errors import UserError

_log = logging.getLogger(__name__)

Stop = Callable[[], bool]
Work = Callable[[Any, Stop], Iterator[Any]]

AGAIN = 10.0  # seconds after which a job that a cluster has lost may be asked for again
DEFECT = "This stopped because of a mistake in the program; the server's log says more."
FORGOTTEN = environment.forgotten()  # seconds without a look


class LostError(UserError):
    """A job that ended through no fault of its own, so that it may be tried again."""

    passing = True


@dataclass(eq=False)
class Job:
    """A running or finished job: its parts so far, and how it ended."""

    number: int = field(default_factory=count(1).__next__)  # which of this program's jobs it is
    parts: list[Any] = field(default_factory=list)
    done: bool = False
    seconds: float = 0.0  # on the clock, from its first step to its end
    complete: bool = False  # every part was made
    problem: str | None = None
    note: str | None = None  # what was otherwise than asked
    asked_to_stop: threading.Event = field(default_factory=threading.Event)
    viewers: dict[str, float] = field(default_factory=dict)  # who looks, and when they did last
    seen: float = field(default_factory=time.monotonic)  # when somebody looked last
    forgotten: bool = False  # nobody looks any more
    lost: float | None = None  # when a cluster or a process lost it
    changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def stopped(self) -> bool:
        """Whether to end: on request, or because nobody looks any more."""
        if not self.done and time.monotonic() - self.seen > FORGOTTEN:
            self.forgotten = True
        return self.forgotten or self.asked_to_stop.is_set()

    def look(self, who: str = "") -> None:
        """`who`, by default somebody without a name, still wants it."""
        self.seen = self.viewers[who] = time.monotonic()

    def leave(self, who: str = "") -> None:
        """`who` looks no longer; it ends when nobody does."""
        self.viewers.pop(who, None)
        now = time.monotonic()
        if not self.done and not any(now - seen <= FORGOTTEN for seen in list(self.viewers.values())):
            self.forgotten = True

    def refuse(self, sentence: str) -> None:
        """End it before it has begun; whoever asks again after a while gets a new one."""
        self.problem, self.lost = sentence, time.monotonic()
        self._end()

    def wait(self, parts: int, seconds: float) -> bool:
        """Wait until that many parts are there or the job has ended; False if neither came in time."""
        with self.changed:
            return self.changed.wait_for(lambda: self.done or len(self.parts) >= parts, seconds)

    def run(self, work: Work, settings: Any) -> None:
        """Collect the parts; a mistake in the settings becomes a sentence, a defect goes to the log.

        Where a GPU's memory runs out, all is done again on the CPU.
        """
        started = time.monotonic()
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
            self.lost = time.monotonic() if problem.passing else None
        except Exception:
            _log.exception("A job failed")
            self.problem = DEFECT
        finally:
            self.seconds = time.monotonic() - started
            self._end()

    def _end(self) -> None:
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
