"""Data sets fetched into fastai's own folders, so that fastai finds them there and nothing is fetched twice.

A download is all or nothing: it is checked and unpacked in a temporary folder beside its destination and renamed
into place at the end. It holds the lock that fastai's `untar_data` (fastdownload) holds for the same archive.
"""

import gzip
import hashlib
import logging
import os
import shutil
import tarfile
import tempfile
import threading
import time
import urllib.error
import zlib
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from core.errors import UserError

try:
    import fcntl
except ImportError:  # Windows: threads are kept apart, processes are not
    fcntl = None  # type: ignore[assignment]

Progress = Callable[[int, int | None], None]
Stop = Callable[[], bool]

CHUNK = 1 << 16
BLOCK = 4096  # a file's smallest room on a usual disk
PAUSE = 0.1  # seconds between two looks at a lock that another process holds
BAD_ARCHIVE = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError, OverflowError)

_locks: dict[Path, threading.Lock] = {}
_log = logging.getLogger(__name__)


class DataError(UserError):
    """Pictures cannot be had or read; the message is one sentence for the person, with what to do."""


class DiskError(DataError):
    """The disk takes nothing more just now."""

    passing = True


class DownloadError(DataError):
    """A download failed; nothing of it was kept."""


class DownloadStopped(DownloadError):  # noqa: N818
    """The person stopped a download; nothing of it was kept."""


def fastai_path(key: str) -> Path:
    """The folder that fastai keeps `key` ("data", "archive") in, whether it exists or not.

    As `fastai.data.external.fastai_path`, without importing fastai or writing its settings file.
    DataError where that file cannot be read.
    """
    config = ConfigParser()
    try:
        home = Path(os.getenv("FASTAI_HOME", "~/.fastai")).expanduser().absolute()
        config.read(home / "config.ini", encoding="utf8")
        return home / config["DEFAULT"].get(key, key)
    except RuntimeError as error:
        raise DataError("This account has no home folder: set FASTAI_HOME to a folder for fastai's data.") from error
    except (ConfigError, OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"fastai's settings, {home / 'config.ini'}, cannot be read: mend or delete that file."
        ) from error


def download(
    url: str,
    folder: Path,
    *,
    lock: Path,
    room: int,
    check: Callable[[Path], str | None],
    expected: tuple[int, str] | None = None,
    progress: Progress = lambda *_: None,
    stop: Stop = lambda: False,
    timeout: float = 20.0,
) -> Path:
    """Fetch the .tgz at `url` and unpack it to `folder`; at once where `folder` already passes `check`.

    `room`: bytes on disk that the unpacked files may take; `check`: what is wrong with an unpacked folder, or None;
    `expected`: the archive's size and the md5 of its first MiB, as fastai's `download_checks.py` has them;
    `progress`: called with bytes fetched and bytes in all; unpacking follows the last call, and may take as long;
    `stop`: asked several times a second, except while the server is silent, which raises after `timeout` seconds.
    A folder that fails `check` is renamed, not deleted.
    DownloadError on every failure, DownloadStopped on `stop`; nothing half done stays behind.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with locked(lock, stop):
            if folder.exists() and check(folder) is None:
                return folder
            folder.parent.mkdir(parents=True, exist_ok=True)
            marks = {"prefix": f".{folder.name}-", "suffix": ".partial"}
            if fcntl:  # left by a process that was killed: whoever holds the lock is alone here
                for stale in folder.parent.glob(f"{marks['prefix']}*{marks['suffix']}"):
                    shutil.rmtree(stale, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True, **marks) as name:
                archive, unpacked = Path(name, "archive.tgz"), Path(name, "unpacked")
                fetch_file(url, archive, room, expected, progress, stop, timeout)
                root = _unpack(archive, unpacked, room, stop)
                if fault := check(root):
                    raise DownloadError(
                        f"The archive was fetched, but it is not what was expected ({fault}): try again."
                    )
                _place(root, folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DownloadError(
            f"{folder.name} could not be written to {folder.parent} ({reason}): mend that and try again."
        ) from error
    return folder


@contextmanager
def locked(path: Path, stop: Stop) -> Iterator[None]:
    """Alone with `path` among this process's threads and, where the system can, all processes; `stop` ends the wait."""
    thread = _locks.setdefault(path, threading.Lock())
    while not thread.acquire(timeout=PAUSE):
        _heed(stop)
    try:
        with open(path, "a") as file:
            while fcntl and not _flock(file):
                _heed(stop)
                time.sleep(PAUSE)
            yield
    finally:
        thread.release()


def _flock(file: IO[str]) -> bool:
    """Whether the lock, which closing `file` gives back, was free."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _heed(stop: Stop) -> None:
    if stop():
        raise DownloadStopped("The download was stopped, and nothing of it was kept.")


def fetch_file(
    url: str, file: Path, room: int, expected: tuple[int, str] | None, progress: Progress, stop: Stop, timeout: float
) -> None:
    """The body of `url` into `file`, whole and as expected, or DownloadError; the arguments are those of `download`.

    `room` bytes must be free beside it for what comes after; DownloadStopped on `stop`.
    """
    _heed(stop)
    _require(file.parent.parent, room + (expected[0] if expected else 0))
    name = url.rsplit("/", 1)[-1]
    with _network(name, timeout):
        response = urlopen(url, timeout=timeout)
    with response, open(file, "wb") as out:
        total: int | None = expected[0] if response.length is None and expected else response.length
        _require(file.parent.parent, room + (total or 0))
        done, first = 0, hashlib.md5(usedforsecurity=False)
        most = expected[0] if expected else total if total is not None else room
        while True:
            progress(done, total)
            _heed(stop)
            with _network(name, timeout):
                block = response.read1(CHUNK)
            if not block:
                break
            first.update(block[: max(0, 2**20 - done)])
            done += len(block)
            if done > most:
                break
            out.write(block)
    if total is not None and done < total:
        raise DownloadError(f"The connection was cut after {done:,} of {total:,} bytes of {name}: try again.")
    if done > most or (expected and (done, first.hexdigest()) != expected):
        raise DownloadError(f"What the server sent as {name} is not the file that was expected: try again later.")


@contextmanager
def _network(name: str, timeout: float) -> Iterator[None]:
    """Turns what can go wrong between here and the server into a sentence."""
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(
            f"The server answered {error.code} ({error.reason}) for {name}: try again later."
        ) from error
    except (OSError, HTTPException) as error:
        cause = getattr(error, "reason", error)
        if isinstance(cause, TimeoutError):
            raise DownloadError(f"The server was silent for {timeout:g} seconds: try again later.") from error
        raise DownloadError(
            f"{name} could not be fetched ({cause}): check the internet connection and try again."
        ) from error


def _require(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DownloadError(
            f"{folder} has room for {free // 10**6:,} MB, but {-(-needed // 10**6):,} MB are needed: "
            "make room and try again."
        )


def _unpack(archive: Path, into: Path, room: int, stop: Stop) -> Path:
    """Plain files and folders of a .tgz, below `into` and within `room` bytes; its only folder, or else `into`."""
    if not hasattr(tarfile, "data_filter"):
        raise DownloadError("This Python cannot unpack archives safely: run the program with Python 3.11.4 or newer.")
    into.mkdir()
    try:
        with gzip.open(archive) as raw, tarfile.open(fileobj=raw, mode="r:") as tar:
            for member in tar:
                _heed(stop)
                room -= max(member.size, BLOCK)
                if not (member.isfile() or member.isdir()) or room < 0:
                    raise tarfile.ExtractError(f"{member.name}: neither a file nor a folder, or too large")
                tar.extract(member, into, filter="data")
            while raw.read(1 << 20):  # to the end, where gzip's checksum is
                pass
    except BAD_ARCHIVE as error:
        _log.warning("%s was refused: %r", archive, error)
        raise DownloadError("What was fetched is a damaged or unsafe archive: try again later.") from error
    entries = list(into.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else into


def _place(root: Path, folder: Path) -> None:
    """Rename `root` to `folder`; what stood there before gets the first free name after it."""
    aside = None
    if os.path.lexists(folder):
        names = (folder.with_name(f"{folder.name}.before-{n}") for n in range(1, 10_000))
        aside = next(name for name in names if not os.path.lexists(name))
        folder.rename(aside)
        _log.warning("%s was not whole: it is now %s", folder, aside.name)
    try:
        root.rename(folder)
    except OSError:
        if aside:
            with suppress(OSError):
                aside.rename(folder)
        raise
