"""Features of all pictures, computed once: what a frozen body makes of each, kept on disk by what they were made from.

The work is done in small blocks that whoever asks takes in turn, so two visitors who ask at once share it, and what a
stopped one has done is not lost.
"""

import hashlib
import os
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from core.arrays import Array
from core.data.cache import cache_folder
from core.data.download import Stop
from core.data.pets import Pets
from core.data.pictures import open_rgb
from core.errors import UserError
from core.nn.backbone import IMAGENET_CATS, IMAGENET_DOGS, Backbone, backbone, pixels_of

TOGETHER = 4
"""Pictures in one forward pass; measured: more no longer fit the cores' caches and are slower a picture."""
PICTURES_A_BLOCK = 24  # pictures between two reports
FEATURES_VERSION = 2  # of how pictures become features


class FeaturesStopped(UserError):  # noqa: N818
    """The person stopped; what was computed stays for the next time, until the program ends."""


@dataclass(frozen=True)
class Progress:
    """How far it is."""

    done: int
    total: int
    seconds: float  # that the pictures computed since the start of this program took
    computed: int  # how many these were

    @property
    def per_second(self) -> float:
        """Pictures a second; 0 before the first."""
        return self.computed / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds that the others will take at this pace; NaN before the first."""
        return (self.total - self.done) / self.per_second if self.per_second else float("nan")


@dataclass(frozen=True, eq=False)
class Features:
    """What a frozen body makes of every picture; shared, so nobody changes it."""

    key: str  # changes with the pictures, the body and the size
    array: Array  # (pictures, width) float32
    names: tuple[str, ...]
    seconds: float  # that computing them took, on all cores
    backbone: str
    size: int
    known: float  # share of the pictures that the untouched network itself calls some cat or dog

    @property
    def per_second(self) -> float:
        return len(self.array) / max(self.seconds, 1e-9)


class _Looking:
    """The rows computed so far, and a lock for whoever computes the next block."""

    def __init__(self, pets: Pets, name: str, size: int):
        self.key = f"{pets.name}-{name}-{size}-{stamp(pets)}-{FEATURES_VERSION}"
        self.names, self.name, self.size = pets.names, name, size
        self.keep = pets.kept is None  # a person's own pictures go with their session, and so do their features
        self.lock = threading.Lock()
        self.done, self.seconds = 0, 0.0
        self.rows: Array | None = None
        self.finished: Features | None = None

    def progress(self) -> Progress:
        done = len(self.names) if self.finished else self.done
        return Progress(done, len(self.names), self.seconds, self.done)

    def look(self) -> Features | None:
        """The features, if they are there: in memory or on disk."""
        if self.keep and self.finished is None and self.done == 0:
            self.finished = _read_features(self)
        return self.finished

    def step(self, pets: Pets, pool: ThreadPoolExecutor) -> None:
        """Compute the next block, if nobody else has come to the end meanwhile."""
        with self.lock:
            if self.look():
                return
            body, started = backbone(self.name), time.perf_counter()
            rows = range(self.done, min(self.done + PICTURES_A_BLOCK, len(self.names)))
            parts = [rows[i : i + TOGETHER] for i in range(0, len(rows), TOGETHER)]
            if self.rows is None:
                self.rows = np.empty((len(self.names), body.width), np.float32)
            for part, made in zip(parts, pool.map(lambda part: self._part(pets, body, part), parts), strict=True):
                self.rows[part.start : part.stop] = made
            self.done = rows.stop
            self.seconds += time.perf_counter() - started
            if self.done == len(self.names):
                self._finish()

    def _part(self, pets: Pets, body: Backbone, rows: range) -> Array:
        return body.features(np.stack([pixels_of(open_rgb(pets.path(i)), self.size) for i in rows]))

    def _finish(self) -> None:
        assert self.rows is not None
        self.rows.setflags(write=False)
        known = _known(backbone(self.name), self.rows)
        self.finished = Features(self.key, self.rows, self.names, self.seconds, self.name, self.size, known)
        if self.keep:
            _write_features(self.finished)


def _known(body: Backbone, rows: Array) -> float:
    best = body.imagenet(rows).argmax(1)
    cat, dog = ((best >= each.start) & (best < each.stop) for each in (IMAGENET_CATS, IMAGENET_DOGS))
    return float((cat | dog).mean())


def ready(pets: Pets, name: str = "lite0", size: int = 224) -> bool:
    """Whether the features are there already, in memory or on disk."""
    return _work_on(pets, name, size).look() is not None


def steps(pets: Pets, name: str = "lite0", size: int = 224, stop: Stop = lambda: False) -> Iterator[Progress]:
    """Compute the features of the body of that `name`, reporting after every block, until they are there or `stop`."""
    work = _work_on(pets, name, size)
    with ThreadPoolExecutor(cores(), thread_name_prefix="features") as pool:
        while not work.look() and not stop():
            yield work.progress()
            work.step(pets, pool)
    yield work.progress()


def features(
    pets: Pets,
    name: str = "lite0",
    size: int = 224,
    stop: Stop = lambda: False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Features:
    """What the body of that `name` makes of every picture, the middle square at `size` pixels.

    At once where they were computed before. FeaturesStopped on `stop`, BackboneError without weights, PictureError for
    a picture that cannot be read.
    """
    for each in steps(pets, name, size, stop):
        progress(each)
    found = _work_on(pets, name, size).look()
    if found is None:
        raise FeaturesStopped("Stopped before all pictures had been looked at: start again to go on from there.")
    return found


def features_of(images: "list[np.ndarray]", name: str) -> Array:
    """Features (n, width) of a few pictures that are no part of a set, each (s, s, 3) uint8."""
    return backbone(name).features(np.stack(images))


def stamp(pets: Pets) -> str:
    """Changes with the pictures: their names and, where they are files that were found, sizes and times of change."""
    seen = hashlib.blake2b(digest_size=12)
    for index, name in enumerate(pets.names):
        seen.update(f"{name}\n".encode())
        if pets.make is None:  # those that are made when needed have a folder of their own for each version
            state = pets.path(index).stat()
            seen.update(f"{state.st_size} {state.st_mtime_ns}\n".encode())
    if pets.make is not None:
        seen.update(pets.folder.name.encode())
    return seen.hexdigest()


_works: WeakKeyDictionary[Pets, dict[tuple[str, int], _Looking]] = WeakKeyDictionary()
_making = threading.Lock()


def _work_on(pets: Pets, name: str, size: int) -> _Looking:
    """The work on these pictures, which all who ask share, and which goes when the pictures do."""
    try:
        with _making:
            works = _works.setdefault(pets, {})
            return works.get((name, size)) or works.setdefault((name, size), _Looking(pets, name, size))
    except OSError as error:
        raise UserError(f"A picture of {pets.name} is no longer there: choose other pictures.") from error


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _features_file(key: str) -> Path:
    return cache_folder("features") / f"{key}.npz"


def _read_features(work: _Looking) -> Features | None:
    """Those that were kept; None where there are none, or where the file is damaged."""
    try:
        with np.load(_features_file(work.key), allow_pickle=False) as kept:
            array, seconds, known = kept["features"], float(kept["seconds"]), float(kept["known"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if array.dtype != np.float32 or array.ndim != 2 or len(array) != len(work.names) or not np.isfinite(array).all():
        return None
    array.setflags(write=False)
    return Features(work.key, array, work.names, seconds, work.name, work.size, known)


def _write_features(found: Features) -> None:
    """Keep them: whole or not at all, and where the disk does not take them they are computed again next time."""
    file = _features_file(found.key)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".partial", delete=False) as part:
            try:
                np.savez(part, features=found.array, seconds=found.seconds, known=found.known)
                part.close()
                os.replace(part.name, file)
            finally:
                Path(part.name).unlink(missing_ok=True)
    except OSError:
        return
