"""A person's own pictures, from an uploaded zip or a folder: each is read once, and what cannot be used is listed."""

import itertools
import os
import re
import shutil
import sys
import tempfile
import threading
import time
import weakref
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from core.data.download import DataError
from core.data.labelled import Pets, plain_label
from core.data.photographs import FEWEST, FEWEST_BREEDS
from core.data.pictures import PictureError, normal
from core.data.zips import Entry, hidden, open_zip

SIDE = 1024  # pixels of the longer side that is kept
MOST_PICTURES = 4000  # in a folder
MOST_SECONDS = 180.0  # for reading all of them
RULE = re.compile(r"(.+)_(\d{1,12})\.\w+", re.DOTALL)
"""The lesson's rule, for pictures of any format."""

NO_BREEDS = frozenset({"train", "training", "valid", "validation", "val", "test"})
"""Folders that say what a picture is for, not what it shows."""

FOLDER = "own"
"""The name of the pets in one's own folder; other names are of uploaded ones."""

Step = tuple[int, int]  # pictures read, pictures in all
T = TypeVar("T")

_reading = threading.Lock()


@dataclass
class _Gathered:
    """What has been taken in so far."""

    folder: Path
    names: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)  # names without their case, as some file systems see them
    counts: Counter[str] = field(default_factory=Counter)

    def name(self, path: PurePosixPath, by_folder: bool) -> tuple[str, str]:
        """A picture's name by the lesson's rule, and its breed; PictureError where nothing tells the breed."""
        if by_folder and path.parts[:-1] and path.parts[-2].lower() not in NO_BREEDS:
            label = plain_label(path.parts[-2])
            while True:
                self.counts[label.casefold()] += 1
                name = f"{label}_{self.counts[label.casefold()]}.jpg"
                if name.casefold() not in self.taken:
                    return name, label
        found = RULE.fullmatch(path.name)
        if not found:
            raise PictureError("Nothing tells its breed: name it breed_number.jpg, or put it in a folder of its breed.")
        label = plain_label(found[1])
        name = f"{label}_{found[2]}.jpg"
        if name.casefold() in self.taken:
            raise PictureError("Another picture has the same name.")
        return name, label

    def add(self, entry: Entry, by_folder: bool) -> None:
        """Take one picture in; PictureError where it is to be left out."""
        source = entry.read()
        made = normal(source, SIDE)
        name, label = self.name(entry.path, by_folder)
        self.files.append(str(source) if made is None and isinstance(source, Path) else name)
        if self.files[-1] == name:
            (self.folder / name).write_bytes(source if made is None else made)  # type: ignore[arg-type]
        self.taken.add(name.casefold())
        self.names.append(name)
        self.labels.append(label)


def take_in(entries: Sequence[Entry], name: str) -> Generator[Step, None, Pets]:
    """Read every picture, telling how far it is; at the end the pets, whose folder goes when they are forgotten.

    Pictures in several folders are of the breed that their folder is called, others by the lesson's rule.
    DataError where too few can be used. Closed before the end, it leaves nothing behind.
    """
    by_folder = len({entry.path.parent for entry in entries}) > 1
    folder = Path(tempfile.mkdtemp(prefix="downhill-pets-"))
    try:
        found = _Gathered(folder)
        deadline = time.monotonic() + MOST_SECONDS
        for done, entry in enumerate(entries):
            yield done, len(entries)
            try:
                if time.monotonic() > deadline:
                    raise PictureError("Reading the pictures before it took too long: bring fewer or smaller ones.")
                found.add(entry, by_folder)
            except PictureError as reason:
                found.left_out.append((shown(entry.path), str(reason)))
            except OSError as error:
                raise DataError(
                    f"The pictures could not be kept ({error.strerror}): mend that and try again."
                ) from error
        pets = _pets(name, found)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(pets, shutil.rmtree, folder, ignore_errors=True)
    return pets


def _pets(name: str, found: _Gathered) -> Pets:
    """The pets in the order of their names, as a data block would sort them."""
    breeds = len(set(found.labels))
    if len(found.names) < FEWEST or breeds < FEWEST_BREEDS:
        first = (
            f" The first that was left out, {found.left_out[0][0]}: {found.left_out[0][1]}" if found.left_out else ""
        )
        raise DataError(
            f"Only {len(found.names)} pictures of {breeds} breeds could be used: bring at least {FEWEST} pictures of "
            f"{FEWEST_BREEDS} breeds.{first}"
        )
    rows = sorted(zip(found.names, found.labels, found.files, strict=True))
    names, labels, files = (tuple(column) for column in zip(*rows, strict=True))
    kept = None if name == FOLDER else "session"
    return Pets(
        name=name,
        folder=found.folder,
        names=names,
        labels=labels,
        left_out=tuple(found.left_out),
        files=files,
        kept=kept,
    )


def shown(path: PurePosixPath) -> str:
    """A path from outside as it may stand on a page: its end, without what could mislead."""
    return "/".join(plain_label(part) for part in path.parts[-2:])


def from_zip(source: bytes | IO[bytes], name: str) -> Generator[Step, None, Pets]:
    """The pictures in a zip, as `take_in` reads them; DataError where the zip is refused."""
    return take_in(open_zip(source), name)


def own_folder() -> Path:
    """Where a person may put pictures: DOWNHILL_PETS, or my_pets beside the program."""
    program = sys.modules.get("core")  # not there in an exported script, which looks where it runs
    beside = Path(program.__path__[0]).parent if program else Path()
    return Path(os.getenv("DOWNHILL_PETS") or beside / "my_pets").expanduser()


def own_lack() -> str | None:
    """The first half of a sentence on why there are no pictures of one's own, or None; it reads no picture."""
    folder = own_folder()
    files = itertools.islice((name for _, _, names in os.walk(folder) for name in names if name[0] != "."), FEWEST)
    if len(list(files)) == FEWEST:
        return None
    return (
        f"There are no pictures of your own yet: bring a zip under More pets, or put {FEWEST} or more into "
        f"{folder.name}"
    )


def load_own_folder() -> Pets:
    """The pictures in one's own folder, read once until it changes; DataError where they are too few."""
    if lack := own_lack():
        raise DataError(f"{lack}.")
    folder = own_folder()
    stamp = tuple((place, os.stat(place).st_mtime_ns) for place, _, _ in os.walk(folder))
    with _reading:  # one reads, the others wait for it
        return _read_folder(folder, stamp)


@lru_cache(maxsize=1)
def _read_folder(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Pets:  # noqa: ARG001 (part of the cache's key)
    files = sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names)
    entries = [(PurePosixPath(file.relative_to(folder).as_posix()), file) for file in files]
    entries = [(path, file) for path, file in entries if not hidden(path)]
    if len(entries) > MOST_PICTURES:
        raise DataError(f"{folder.name} holds {len(entries):,} files: keep at most {MOST_PICTURES:,} in it.")
    return finish(take_in([Entry(path, partial(Path, file)) for path, file in entries], FOLDER))


def finish(steps: Generator[Step, None, T]) -> T:
    """What a generator returns, once it is through."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
