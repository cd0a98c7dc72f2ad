"""Room on the disk for people's own pictures: folders that go with whoever holds them, and what all of them may take.

The folders of a program are marked by a file that it keeps locked while it runs. So those of a program that was killed
can be told from the others, and the next one that starts sweeps them away.
"""

import atexit
import os
import shutil
import tempfile
import threading
import weakref
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO
from uuid import uuid4

from core.data.download import DataError

MOST_SET = 250_000_000  # bytes of a set of one's own
MOST_SETS = 600_000_000  # bytes of all sets together
PREFIX, LOCK = "downhill-pets-", ".lock"
MARK = 12  # characters of a program's mark
ROOM_IS_FULL = (
    f"The pictures that are kept here just now fill the {MOST_SETS // 10**6} MB that there are for them: "
    "try again later, or bring fewer."
)

_claimed: dict[str, int] = {}  # bytes by folder; those that are still being filled count with all they may take
_claiming = threading.Lock()


class PicturesFolder:
    """A temporary folder for a set of pictures; it goes when it is closed or forgotten. DataError: none can be made."""

    def __init__(self) -> None:
        self.path = new_folder()
        self._end = weakref.finalize(self, _remove, str(self.path))

    def claim(self, most: int = MOST_SET, least: int = 1) -> int:
        """Room for at most so many bytes, in the place of what was claimed before; the bytes that there is room for.

        DataError where all sets together leave less than `least`.
        """
        with _claiming:
            others = sum(size for path, size in list(_claimed.items()) if path != str(self.path))
            room = min(most, MOST_SETS - others)
            if room < least:
                raise DataError(ROOM_IS_FULL)
            if self._end.alive:
                _claimed[str(self.path)] = room
        return room

    def close(self) -> None:
        """Take it away, with all that is in it."""
        self._end()


def _remove(path: str) -> None:
    """Without a lock: the garbage collector may come while one is held."""
    shutil.rmtree(path, ignore_errors=True)
    _claimed.pop(path, None)


def new_folder() -> Path:
    """An empty temporary folder of this program, which `sweep` spares while it runs."""
    try:
        return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{_mark(tempfile.gettempdir())}-"))
    except OSError as error:
        raise DataError(f"The pictures could not be kept ({error.strerror}): mend that and try again.") from error


def sweep() -> int:
    """Take away what programs that have ended left behind; how many folders that were."""
    place = Path(tempfile.gettempdir())
    for lock in place.glob(f"{PREFIX}*{LOCK}"):
        _take_if_left(lock)
    left = [
        folder
        for folder in place.glob(f"{PREFIX}*")
        if folder.is_dir() and not (place / f"{folder.name[: len(PREFIX) + MARK]}{LOCK}").exists()
    ]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


_held_marks: list[IO[bytes]] = []  # locked until this program ends


@lru_cache(maxsize=8)
def _mark(place: str) -> str:
    """What marks this program's folders in that place; a file of that name is locked from now on."""
    while True:
        mark = uuid4().hex[:MARK]
        path = Path(place, f"{PREFIX}{mark}{LOCK}")
        file = open(path, "ab")  # noqa: SIM115 (for as long as the program runs)
        if _hold(file) and path.exists():
            break
        file.close()  # somebody swept just now
    _held_marks.append(file)
    atexit.register(path.unlink, missing_ok=True)
    return mark


def _hold(file: IO[bytes]) -> bool:
    """Lock a file for this program; False where another one holds it. On Windows, to have it open is enough."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _take_if_left(path: Path) -> None:
    """Take a mark away whose program has ended."""
    with suppress(OSError), open(path, "ab") as file:
        if not _hold(file):
            return
        if os.name != "nt":
            path.unlink()  # while it is locked, so that nobody else can have it meanwhile
    with suppress(OSError):  # on Windows it stays where it is open
        path.unlink()
