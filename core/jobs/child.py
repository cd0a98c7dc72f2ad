"""What runs beside the server: a nursery, which has imported what work needs, and the children that it forks.

The nursery has one thread and does nothing but fork, end and reap. A child does one piece of work within limits that
the system enforces, and sends its parts back. Nothing outlives the server: the nursery ends when its socket closes, a
child when the nursery ends or when nobody reads its parts any more.
"""

import ctypes
import gc
import importlib
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import threading
import traceback
import warnings
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from core.data.large import share_turns
from core.errors import UserError

MESSAGE = struct.Struct("<cI")  # what to do; the process, or the bytes of a name that follows
FORK, KILL, IMPORT = b"F", b"K", b"I"
STATUS = struct.Struct("<i")

NICE = 19  # how far a child stands back behind the server
PDEATHSIG = 1  # of Linux's prctl: the signal for when the parent dies
PR_SET_NAME = 15
OUT_OF_MEMORY = ("can't allocate memory", "cannot allocate memory", "bad alloc", "bad_alloc")


def serve(control: int, modules: list[str]) -> None:
    """The nursery's life: import these modules, then fork and end children as it is told on the socket `control`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which tells us
    for name in modules:
        _bring(name)
    share_turns()
    Nursery(socket.socket(fileno=control)).run()


def _bring(name: str) -> None:
    """Import a module for all children to come; torch keeps to one thread."""
    with suppress(ImportError):  # whoever needs it says so
        importlib.import_module(name)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
    gc.collect()
    gc.freeze()  # so that children do not copy pages by counting


class Nursery:
    """Children by their process, each with the pipe that tells how it ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, int] = {}

    def run(self) -> None:
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes `select`
        while True:
            ready, _, _ = select.select([self.control.fileno(), woken], [], [])
            if woken in ready:
                os.read(woken, 512)
                self.reap()
            if self.control.fileno() in ready and not self.heed():
                break
        for process in self.children:
            os.kill(process, signal.SIGKILL)

    def heed(self) -> bool:
        """Do what the next message says; False where the server is gone."""
        message, files, _, _ = socket.recv_fds(self.control, MESSAGE.size, 2)
        if len(message) < MESSAGE.size:
            return False
        what, number = MESSAGE.unpack(message)
        if what == FORK:
            self.fork(*files)
        elif what == IMPORT:
            _bring(self.control.recv(number).decode())
        elif number in self.children:
            os.kill(number, signal.SIGKILL)
        return True

    def fork(self, channel: int, status: int) -> None:
        """A child that speaks through `channel`; its process and later its end are told through `status`."""
        process = os.fork()
        if not process:
            self._be_a_child(channel)
        os.close(channel)
        self.children[process] = status
        with suppress(BrokenPipeError):
            os.write(status, STATUS.pack(process))

    def _be_a_child(self, channel: int) -> None:
        """Never returns."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.control.close()
            for status in self.children.values():
                os.close(status)
            work(Connection(channel))
            os._exit(0)
        except (BrokenPipeError, ConnectionResetError, EOFError):  # nobody asks or reads any more
            os._exit(1)
        except BaseException:
            traceback.print_exc()
            os._exit(1)

    def reap(self) -> None:
        """Tell how those children ended that have."""
        for process in list(self.children):
            ended, how = os.waitpid(process, os.WNOHANG)
            if ended:
                status = self.children.pop(process)
                with suppress(BrokenPipeError):
                    os.write(status, STATUS.pack(os.waitstatus_to_exitcode(how)))
                os.close(status)


def work(channel: Connection) -> None:
    """A child's life: take the work in, do it within its limits, send every part, and how it ended."""
    _die_with_the_nursery()
    os.nice(NICE)
    function, argument, memory, computing = pickle.loads(channel.recv_bytes())
    _limit(memory, computing)
    _be_called(function)
    warnings.simplefilter("ignore")  # a picture may have as many of them as it has tags, and each would be logged
    asked = threading.Event()
    threading.Thread(target=_listen, args=(channel, asked), daemon=True).start()
    try:
        for part in function(argument, asked.is_set):
            channel.send_bytes(_packed(part))
        end: tuple[str, Any] = ("end", None)
    except _UnsendableError as error:
        end = ("unsendable", str(error))
    except UserError as problem:
        end = ("problem", problem)
    except MemoryError:
        end = ("memory", None)
    except Exception as error:
        text = traceback.format_exc()
        end = ("memory", None) if any(sign in str(error).lower() for sign in OUT_OF_MEMORY) else ("defect", text)
    channel.send_bytes(pickle.dumps(end))


class _UnsendableError(Exception):
    """A part cannot be pickled."""


def _packed(part: Any) -> bytes:
    try:
        return pickle.dumps(("part", part))
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise _UnsendableError(f"{type(part).__name__}: {error}") from error


def _die_with_the_nursery() -> None:
    """On Linux the system sees to it, whatever the child does; elsewhere it ends once it finds nobody reading."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PDEATHSIG, signal.SIGKILL)


def _be_called(function: Any) -> None:
    """On Linux `ps` and `top` show what a child works at."""
    if sys.platform == "linux":
        name = getattr(function, "__qualname__", type(function).__qualname__)
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode()[:15])


def _limit(memory: int, computing: float) -> None:
    """Bytes beyond those that are there already, and seconds of computing; macOS knows no bound of memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + computing) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:
            most = int(file.read().split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _listen(channel: Connection, asked: threading.Event) -> None:
    """Until the server asks to stop; where it has gone, there is nobody to work for."""
    try:
        while True:
            channel.recv_bytes()
            asked.set()
    except (EOFError, OSError):
        os._exit(1)
