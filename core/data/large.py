"""Large pictures are decoded one after the other, in whichever process: two zips and a photograph take no more memory
than the largest picture among them."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

LARGE = 64_000_000  # bytes that are held while a picture is decoded

_here = threading.Lock()
_lock_file: list[IO[bytes]] = []  # a file that the processes lock, without a name


def share_turns() -> None:
    """To be called once in a process that forks others: these take turns with each other from now on."""
    if not _lock_file:
        _lock_file.append(tempfile.TemporaryFile())  # noqa: SIM115 (for as long as the program runs)


@contextmanager
def alone(held: float) -> Iterator[None]:
    """Wait until no other picture is decoded that is large, where this one is, by the bytes that it takes."""
    if held < LARGE:
        yield
        return
    with _here, _among_processes():
        yield


@contextmanager
def _among_processes() -> Iterator[None]:
    if not _lock_file:
        yield
        return
    import fcntl  # there is none on Windows, where nothing is forked

    fcntl.lockf(_lock_file[0], fcntl.LOCK_EX)  # the system lets go of it where this process is ended
    try:
        yield
    finally:
        fcntl.lockf(_lock_file[0], fcntl.LOCK_UN)
