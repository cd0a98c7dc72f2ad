"""A person's own pictures, from an uploaded zip or a folder: each is read once, and what cannot be used is listed."""

import itertools
import os
import re
import sys
import threading
import time
import weakref
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

from core.data.download import DataError, Stop
from core.data.labelled import Pets, plain_label
from core.data.photographs import FEWEST, FEWEST_BREEDS
from core.data.pictures import PictureError, mended, normal
from core.data.room import MOST_SET, ROOM_IS_FULL, PicturesFolder
from core.data.zips import Entry, hidden, open_zip
from core.environment import PETS_FOLDER, folder

SIDE = 1024  # pixels of the longer side that is kept
MOST_PICTURES = 4000  # in a folder
MOST_LABELS = 200  # in a set
MOST_SECONDS = 180.0  # for reading all of them
SET_TOO_LARGE = f"These pictures take more than {MOST_SET // 10**6} MB even when they are made smaller: bring fewer."
RULE = re.compile(r"(.+)_(\d{1,12})\.\w+", re.DOTALL)
"""The lesson's rule, for pictures of any format."""

NO_BREEDS = frozenset({"train", "training", "valid", "validation", "val", "test"})
"""Folders that say what a picture is for, not what it shows."""

FOLDER = "own"
"""The name of the pets in one's own folder; other names are of uploaded ones."""

Step = tuple[int, int]  # pictures read, pictures in all
T = TypeVar("T")

_reading = threading.Lock()


@dataclass(frozen=True)
class ZipOnDisk:
    """An uploaded zip, the folder that its pictures go to, and how many bytes these may take."""

    zip: Path
    folder: Path
    room: int


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """Pictures that lie in their folder, in the order of their names, as a data block would sort them."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    files: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    size: int  # bytes that were written


@dataclass
class _Gathered:
    """What has been taken in so far."""

    folder: Path
    room: int  # bytes
    by_folder: bool
    names: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)  # names without their case, as some file systems see them
    counts: Counter[str] = field(default_factory=Counter)
    size: int = 0  # bytes that were written

    def name(self, path: PurePosixPath) -> tuple[str, str]:
        """A picture's name by the lesson's rule, and its breed; PictureError where nothing tells the breed."""
        label, number = label_and_number(path, self.by_folder)
        if number is None:
            while True:
                self.counts[label.casefold()] += 1
                name = f"{label}_{self.counts[label.casefold()]}.jpg"
                if name.casefold() not in self.taken:
                    return name, label
        name = f"{label}_{number}.jpg"
        if name.casefold() in self.taken:
            raise PictureError("Another picture has the same name.")
        return name, label

    def add(self, entry: Entry) -> None:
        """Take one picture in; PictureError where it is to be left out."""
        source = entry.read()
        made = normal(source, SIDE) if isinstance(source, bytes) else mended(source, SIDE)
        name, label = self.name(entry.path)
        if made is None:
            self.files.append(str(source))
        else:
            self.write(name, made)
        self.taken.add(name.casefold())
        self.names.append(name)
        self.labels.append(label)

    def write(self, name: str, made: bytes) -> None:
        """Put a picture into the folder; DataError where there is no room."""
        self.size += len(made)
        if self.size > self.room:
            raise DataError(SET_TOO_LARGE if self.room == MOST_SET else ROOM_IS_FULL)
        try:
            (self.folder / name).write_bytes(made)
        except OSError as error:
            raise DataError(f"The pictures could not be kept ({error.strerror}): mend that and try again.") from error
        self.files.append(name)


def label_and_number(path: PurePosixPath, by_folder: bool) -> tuple[str, str | None]:
    """A picture's breed, and its number where the name tells it; PictureError where nothing tells the breed."""
    if by_folder and path.parts[:-1] and path.parts[-2].lower() not in NO_BREEDS:
        return plain_label(path.parts[-2]), None
    found = RULE.fullmatch(path.name)
    if not found:
        raise PictureError("Nothing tells its breed: name it breed_number.jpg, or put it in a folder of its breed.")
    return plain_label(found[1]), found[2]


def take_in(entries: Sequence[Entry], folder: Path, room: int) -> Generator[Step, None, TakenIn]:
    """Read every picture, telling how far it is, and write what is needed into `folder`, at most `room` bytes.

    Pictures in several folders are of the breed that their folder is called, others by the lesson's rule.
    DataError where too few can be used, or they have too many labels.
    """
    found = _Gathered(folder, room, by_folder=len({entry.path.parent for entry in entries}) > 1)
    deadline = time.monotonic() + MOST_SECONDS
    for done, entry in enumerate(entries):
        yield done, len(entries)
        try:
            if time.monotonic() > deadline:
                raise PictureError("Reading the pictures before it took too long: bring fewer or smaller ones.")
            found.add(entry)
        except PictureError as reason:
            found.left_out.append((shown(entry.path), str(reason)))
        if len(set(found.labels)) > MOST_LABELS:
            raise DataError(_too_many_labels(entries, found.by_folder))
    return _taken_in(found)


def _too_many_labels(entries: Sequence[Entry], by_folder: bool) -> str:
    labels = set()
    for entry in entries:
        with suppress(PictureError):
            labels.add(label_and_number(entry.path, by_folder)[0])
    return (
        f"These pictures have {len(labels):,} different labels, and at most {MOST_LABELS} are taken: "
        "put them into one folder for each breed, or bring fewer breeds."
    )


def _taken_in(found: _Gathered) -> TakenIn:
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
    return TakenIn(names=names, labels=labels, files=files, left_out=tuple(found.left_out), size=found.size)


def pets_of(taken: TakenIn, name: str, folder: PicturesFolder) -> Pets:
    """The pets of pictures that were taken in; when they are forgotten, their folder goes."""
    folder.claim(taken.size, 0)
    pets = Pets(
        name=name,
        folder=folder.path,
        names=taken.names,
        labels=taken.labels,
        left_out=taken.left_out,
        files=taken.files,
        kept=None if name == FOLDER else "session",
    )
    weakref.finalize(pets, folder.close)
    return pets


def shown(path: PurePosixPath) -> str:
    """A path from outside as it may stand on a page: its end, without what could mislead."""
    return "/".join(plain_label(part) for part in path.parts[-2:])


def read_zip(upload: ZipOnDisk, stop: Stop) -> Iterator[Step | TakenIn]:  # noqa: ARG001 (asked between two parts)
    """Work: how many pictures of how many have been read, and at the end what was taken in.

    DataError where the zip is refused, as `open_zip` and `take_in` say it.
    """
    with upload.zip.open("rb") as file:
        yield (yield from take_in(open_zip(file), upload.folder, upload.room))


def own_folder() -> Path:
    """Where a person may put pictures: DOWNHILL_PETS, or my_pets beside the program."""
    program = sys.modules.get("core")  # not there in an exported script, which looks where it runs
    beside = Path(program.__path__[0]).parent if program else Path()
    return folder(PETS_FOLDER) or beside / "my_pets"


def own_lack() -> str | None:
    """The first half of a sentence on why there are no pictures of one's own, or None; it reads no picture."""
    own = own_folder()
    files = itertools.islice((name for _, _, names in os.walk(own) for name in names if name[0] != "."), FEWEST)
    if len(list(files)) == FEWEST:
        return None
    return (
        f"There are no pictures of your own yet: bring a zip under More pets, or put {FEWEST} or more into {own.name}"
    )


def load_own_folder() -> Pets:
    """The pictures in one's own folder, read once until it changes; DataError where they are too few."""
    if lack := own_lack():
        raise DataError(f"{lack}.")
    own = own_folder()
    stamp = tuple((place, os.stat(place).st_mtime_ns) for place, _, _ in os.walk(own))
    with _reading:  # one reads, the others wait for it
        return _read_folder(own, stamp)


@lru_cache(maxsize=1)
def _read_folder(own: Path, stamp: tuple[tuple[str, int], ...]) -> Pets:  # noqa: ARG001 (part of the cache's key)
    files = sorted(Path(place, name) for place, _, names in os.walk(own) for name in names)
    entries = [(PurePosixPath(file.relative_to(own).as_posix()), file) for file in files]
    entries = [(path, file) for path, file in entries if not hidden(path)]
    if len(entries) > MOST_PICTURES:
        raise DataError(f"{own.name} holds {len(entries):,} files: keep at most {MOST_PICTURES:,} in it.")
    made = PicturesFolder()
    try:
        taken = finish(take_in([Entry(path, partial(Path, file)) for path, file in entries], made.path, made.claim()))
    except BaseException:
        made.close()
        raise
    return pets_of(taken, FOLDER, made)


def finish(steps: Generator[Step, None, T]) -> T:
    """What a generator returns, once it is through."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
