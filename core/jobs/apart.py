"""Work in a process of its own, within limits of time and memory that the system enforces; it can be ended at once.

The processes are forked from a nursery (core/jobs/child.py), which has imported what they need: one begins within
some 20 ms. There are two, each started when it is first needed and ended when it has been idle: a plain one, for what
strangers send, and one with torch for trainings. Where the system cannot fork (Windows), or memory is small, work
stays in threads of this process: that is decided here and nowhere else.
"""

import json
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from core import environment
from core.errors import UserError
from core.jobs.child import FORK, IMPORT, KILL, MESSAGE, STATUS
from core.jobs.job import LostError, Stop

A = TypeVar("A")
P = TypeVar("P")

IDLE = 60.0  # seconds without a child after which a nursery ends
ASK = 0.1  # seconds between two looks at whether to stop
GRACE = 0.5  # seconds that a child has to stop by itself
SMALL = 1_500_000_000  # bytes of memory below which there is no room for processes beside the server

START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from core.jobs.child import serve; " + (
    "serve(int(sys.argv[2]), sys.argv[3:])"
)
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}
"""Work on a GPU stays in the server; fastai's Learner would begin to use one for work on the CPU too, which takes a
forked child more address space than it has."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What work may take."""

    memory: int  # bytes beyond what its process has at its start
    seconds: float  # on the clock
    computing: float | None = None  # seconds of computing; None: as many as on the clock


class TooLongError(UserError):
    """The work's time was used up."""


class TooLargeError(UserError):
    """The work's memory was used up."""


class DefectError(RuntimeError):
    """A mistake of the program within the work; the message is the traceback there."""


class UnsendableError(DefectError):
    """What the work gives cannot be sent back."""


class _Died(Exception):  # noqa: N818
    """A process ended without a word."""


class Nursery:
    """A process that forks children; started with the first of them, ended when none has been needed for a while."""

    def __init__(self, *modules: str) -> None:
        self.always = modules
        self.modules = list(modules)  # that this one has imported
        self.lock = threading.RLock()
        self.process: subprocess.Popen[bytes] | None = None
        self.control: socket.socket | None = None
        self.children = 0
        self.idle_since = time.monotonic()

    def fork(self, needs: tuple[str, ...]) -> tuple[Connection, int]:
        """A child that has imported `needs`: its channel, and the pipe that tells its process once it is there, and
        later how it ended."""
        with self.lock:
            try:
                channel, status = self._fork(needs)
            except (BrokenPipeError, ConnectionResetError):  # the nursery was killed: another one
                self.end()
                channel, status = self._fork(needs)
            self.children += 1
            return channel, status

    def _fork(self, needs: tuple[str, ...]) -> tuple[Connection, int]:
        control = self.control or self._start()
        for name in needs:
            if name not in self.modules:
                control.sendall(MESSAGE.pack(IMPORT, len(name)) + name.encode())
                self.modules.append(name)
        here, there = socket.socketpair()
        status, tell = os.pipe()
        try:
            socket.send_fds(control, [MESSAGE.pack(FORK, 0)], [there.fileno(), tell])
        except OSError:
            here.close()
            os.close(status)
            raise
        finally:
            there.close()
            os.close(tell)
        return Connection(here.detach()), status

    def _start(self) -> socket.socket:
        here, there = socket.socketpair()
        command = [sys.executable, "-c", START, json.dumps(sys.path), str(there.fileno()), *self.modules]
        environment = {**os.environ, **ONE_THREAD, **NO_GPU, "MALLOC_ARENA_MAX": "2"}
        with there:
            self.process = subprocess.Popen(
                command, pass_fds=[there.fileno()], env=environment, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self.control = here
        threading.Thread(target=self._end_when_idle, args=(here,), name="nursery", daemon=True).start()
        return here

    def kill(self, process: int) -> None:
        """End a child, wherever it is."""
        with self.lock, suppress(OSError):
            if self.control:
                self.control.sendall(MESSAGE.pack(KILL, process))

    def left(self) -> None:
        """A child has ended."""
        with self.lock:
            self.children -= 1
            self.idle_since = time.monotonic()

    def _end_when_idle(self, control: socket.socket) -> None:
        ended = threading.Event()
        while not ended.wait(IDLE / 4):
            with self.lock:
                if self.control is not control:
                    return
                if not self.children and time.monotonic() - self.idle_since > IDLE:
                    self.end()

    def end(self) -> None:
        """End the nursery and its children; the next one that is needed starts another."""
        with self.lock:
            if self.control:
                self.control.close()
            if self.process:
                self.process.wait()
            self.control = self.process = None
            self.modules = list(self.always)


PLAIN = Nursery("numpy", "PIL.Image", "core.data.own")
WITH_TORCH = Nursery("torch")


def processes() -> bool:
    """Whether work can leave this process: the system forks, and there is memory for more than the server."""
    if wanted := environment.workers():
        return wanted == "processes"
    return hasattr(os, "fork") and sys.platform != "win32" and memory() > SMALL


def memory() -> float:
    """Bytes that this machine or container has; without end where that cannot be found out."""
    sizes = [float("inf")]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        sizes.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for place in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError), open(place, encoding="ascii") as file:
            sizes.append(float(file.read()))
    return min(sizes)


def apart(
    work: Callable[[A, Stop], Iterator[P]],
    argument: A,
    limits: Limits,
    stop: Stop = lambda: False,
    *,
    nursery: Nursery = PLAIN,
    needs: tuple[str, ...] = (),
) -> Iterator[P]:
    """The parts of `work(argument, stop)`, computed in a process of its own, which ends with the iteration.

    `work` is a function of a module, argument and parts can be pickled; `needs` names modules that the nursery imports
    first, for this child and all later ones. Raises what the work raised where that is a UserError, TooLongError,
    TooLargeError, DefectError, or LostError where the process died twice; parts that came before are not given again.
    """
    if not processes():
        yield from work(argument, stop)
        return
    taken = 0
    for _ in range(2):
        try:
            for number, part in enumerate(_Child(nursery, needs, limits).parts(work, argument, stop)):
                if number >= taken:
                    taken += 1
                    yield part
            return
        except _Died:
            continue
    raise LostError("The process that worked on this died twice: try again.")


class _Child:
    """One child and how it is spoken with."""

    def __init__(self, nursery: Nursery, needs: tuple[str, ...], limits: Limits) -> None:
        self.nursery, self.limits = nursery, limits
        self.channel, self.status = nursery.fork(needs)
        self.process: int | None = None  # once it is there
        self.computing = limits.seconds if limits.computing is None else limits.computing
        self.until = time.monotonic() + limits.seconds

    def parts(self, work: Callable[[A, Stop], Iterator[P]], argument: A, stop: Stop) -> Iterator[P]:
        """Start the work and give its parts; whatever happens, the process has ended afterwards."""
        try:
            if not self._began(stop):
                return
            self.channel.send_bytes(pickle.dumps((work, argument, self.limits.memory, self.computing)))
            yield from self._received(stop)
        except (EOFError, ConnectionResetError, BrokenPipeError) as error:
            raise self._ended() from error
        finally:
            if self.process:
                self.nursery.kill(self.process)
            self.nursery.left()
            self.channel.close()
            os.close(self.status)

    def _began(self, stop: Stop) -> bool:
        """Wait until the process is there, which takes as long as its nursery imports; False on a stop before that."""
        while not select.select([self.status], [], [], ASK)[0]:
            if stop():
                return False
            if time.monotonic() > self.until:
                raise TooLongError(too_long(self.limits.seconds))
        self.process = _told(self.status)
        if self.process is None:
            raise _Died
        return True

    def _received(self, stop: Stop) -> Iterator[Any]:
        asked: float | None = None
        while True:
            if self.channel.poll(ASK):
                kind, value = pickle.loads(self.channel.recv_bytes())
                if kind == "end":
                    return
                if kind != "part":
                    raise self._problem(kind, value)
                if asked is None:
                    yield value
            now = time.monotonic()
            if asked is None and stop():
                asked = now
                self.channel.send_bytes(b"stop")
            if asked is not None and now - asked > GRACE:
                return
            if now > self.until:
                raise TooLongError(too_long(self.limits.seconds))

    def _problem(self, kind: str, value: Any) -> Exception:
        if kind == "problem":
            return value
        if kind == "unsendable":
            return UnsendableError(value)
        return TooLargeError(too_large(self.limits.memory)) if kind == "memory" else DefectError(value)

    def _ended(self) -> Exception:
        """What became of a process that has gone without a word."""
        return TooLongError(too_long(self.computing)) if _told(self.status) == -signal.SIGXCPU else _Died()


def _told(status: int) -> int | None:
    """The next number that a nursery tells of a child; None where it is gone."""
    told = os.read(status, STATUS.size)
    return STATUS.unpack(told)[0] if told else None


def too_long(seconds: float) -> str:
    """What is said where the time was used up."""
    return f"This took longer than {seconds:g} seconds, so it was ended: choose something smaller."


def too_large(size: float) -> str:
    """What is said where the memory was used up; `size` in bytes."""
    return f"This took more than {size / 1e6:,.0f} MB of memory, so it was ended: choose something smaller."
