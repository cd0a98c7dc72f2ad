"""Features of all pictures: what a frozen body makes of each, computed once and kept on disk.

The file's name depends on the pictures, the body and the size. The work is done in small blocks, which all who ask take
in turn: two visitors who ask at the same time share it, and what was done before a stop is not lost.
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
"""Pictures in one forward pass; measured: more of them no longer fit the cores' caches and take longer per picture."""
PICTURES_A_BLOCK = 24  # between two reports
LANE = "features"  # jobs that compute features go one by one: what the first has made, the others find
NEEDS = ("timm",)  # modules that a process which computes features takes long to import
FEATURES_VERSION = 2  # of the way from pictures to features


class FeaturesStopped(UserError):  # noqa: N818
    """Stopped on request; what was computed is kept for the next time, until the program ends."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the work is."""

    done: int  # pictures
    total: int  # pictures
    seconds: float  # for the pictures that were computed since the start of this program
    computed: int  # how many these are

    @property
    def per_second(self) -> float:
        """Pictures a second; 0 before the first."""
        return self.computed / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds for the remaining pictures at this pace; NaN before the first."""
        return (self.total - self.done) / self.per_second if self.per_second else float("nan")


@dataclass(frozen=True, kw_only=True, eq=False)
class Features:
    """What a frozen body makes of every picture; shared, so nobody changes it."""

    key: str  # of the pictures, the body and the size
    array: Array  # (pictures, width) float32
    names: tuple[str, ...]
    seconds: float  # it took to compute them, on all cores
    backbone: str
    size: int  # pixels
    known: float  # share of the pictures that the network, as it was trained on ImageNet, calls some cat or dog

    @property
    def per_second(self) -> float:
        """Pictures a second."""
        return len(self.array) / max(self.seconds, 1e-9)


class _Work:
    """The rows computed so far, and a lock for whoever computes the next block."""

    def __init__(self, pets: Pets, name: str, size: int):
        self.key = f"{pets.name}-{name}-{size}-{stamp(pets)}-{FEATURES_VERSION}"
        self.names, self.name, self.size = pets.names, name, size
        self.keep = pets.kept is None  # features of uploaded pictures are dropped with the session
        self.lock = threading.Lock()
        self.done, self.seconds = 0, 0.0
        self.rows: Array | None = None
        self.finished: Features | None = None

    def progress(self) -> Progress:
        done = len(self.names) if self.finished else self.done
        return Progress(done=done, total=len(self.names), seconds=self.seconds, computed=self.done)

    def result(self) -> Features | None:
        """The features, if they are there, in memory or on disk."""
        if self.keep and self.finished is None and self.done == 0:
            self.finished = _read_features(self)
        return self.finished

    def compute_block(self, pets: Pets, pool: ThreadPoolExecutor) -> None:
        """Compute the next block, unless somebody else has finished meanwhile."""
        with self.lock:
            if self.result():
                return
            body, started = backbone(self.name), time.perf_counter()
            rows = range(self.done, min(self.done + PICTURES_A_BLOCK, len(self.names)))
            parts = [rows[i : i + TOGETHER] for i in range(0, len(rows), TOGETHER)]
            if self.rows is None:
                self.rows = np.empty((len(self.names), body.width), np.float32)
            computed = pool.map(lambda part: self._features(pets, body, part), parts)
            for part, features_of_part in zip(parts, computed, strict=True):
                self.rows[part.start : part.stop] = features_of_part
            self.done = rows.stop
            self.seconds += time.perf_counter() - started
            if self.done == len(self.names):
                self._finish()

    def _features(self, pets: Pets, body: Backbone, rows: range) -> Array:
        return body.features(np.stack([pixels_of(open_rgb(pets.path(i)), self.size) for i in rows]))

    def _finish(self) -> None:
        assert self.rows is not None
        self.rows.setflags(write=False)
        known = _share_of_pets(backbone(self.name), self.rows)
        self.finished = self.features(self.rows, self.seconds, known)
        if self.keep:
            _write_features(self.finished)

    def features(self, array: Array, seconds: float, known: float) -> Features:
        """The finished features, with what is kept beside them."""
        return Features(
            key=self.key,
            array=array,
            names=self.names,
            seconds=seconds,
            backbone=self.name,
            size=self.size,
            known=known,
        )


def _share_of_pets(body: Backbone, features: Array) -> float:
    """The share of pictures whose most probable ImageNet class is a cat or a dog."""
    best = body.imagenet(features).argmax(1)
    cat, dog = ((best >= classes.start) & (best < classes.stop) for classes in (IMAGENET_CATS, IMAGENET_DOGS))
    return float((cat | dog).mean())


def ready(pets: Pets, name: str = "lite0", size: int = 224) -> bool:
    """Whether the features are there already, in memory or on disk."""
    return _work_on(pets, name, size).result() is not None


def steps(pets: Pets, name: str = "lite0", size: int = 224, stop: Stop = lambda: False) -> Iterator[Progress]:
    """Compute the features of the body of that `name`, with a report before every block and at the end.

    It ends when all are there, or at the next block when `stop` says so. Errors as of `features`.
    """
    work = _work_on(pets, name, size)
    with ThreadPoolExecutor(cores(), thread_name_prefix="features") as pool:
        while not work.result() and not stop():
            yield work.progress()
            work.compute_block(pets, pool)
    yield work.progress()


def features(
    pets: Pets,
    name: str = "lite0",
    size: int = 224,
    stop: Stop = lambda: False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Features:
    """What the body of that `name` makes of every picture, its middle square at `size` pixels.

    Returns at once if they were computed before. FeaturesStopped on `stop`, BackboneError without weights, PictureError
    where a picture cannot be read.
    """
    for report in steps(pets, name, size, stop):
        progress(report)
    result = _work_on(pets, name, size).result()
    if result is None:
        raise FeaturesStopped("Stopped before all pictures had been looked at: start again to go on from there.")
    return result


def adopt(pets: Pets, made: Features) -> None:
    """Take over what another process has made of these pictures."""
    work = _work_on(pets, made.backbone, made.size)
    with work.lock:
        if not work.result() and made.names == work.names:
            made.array.setflags(write=False)
            work.finished = work.features(made.array, made.seconds, made.known)
            if work.keep:
                _write_features(work.finished)


def features_of(images: "list[np.ndarray]", name: str) -> Array:
    """Features (n, width) of a few single pictures, each (s, s, 3) uint8."""
    return backbone(name).features(np.stack(images))


def stamp(pets: Pets) -> str:
    """A hash of the pictures' names and, unless this program draws them, of the files' sizes and times of change."""
    digest = hashlib.blake2b(digest_size=12)
    for index, name in enumerate(pets.names):
        digest.update(f"{name}\n".encode())
        if pets.make is None:
            state = pets.path(index).stat()
            digest.update(f"{state.st_size} {state.st_mtime_ns}\n".encode())
    if pets.make is not None:  # drawn pictures have a folder for each version
        digest.update(pets.folder.name.encode())
    return digest.hexdigest()


_works: WeakKeyDictionary[Pets, dict[tuple[str, int], _Work]] = WeakKeyDictionary()
_works_lock = threading.Lock()


def _work_on(pets: Pets, name: str, size: int) -> _Work:
    """The work on these pictures, which all who ask share; it is dropped together with the pictures."""
    try:
        with _works_lock:
            works = _works.setdefault(pets, {})
            return works.get((name, size)) or works.setdefault((name, size), _Work(pets, name, size))
    except OSError as error:
        raise UserError(f"A picture of {pets.name} is no longer there: choose other pictures.") from error


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _features_file(key: str) -> Path:
    return cache_folder("features") / f"{key}.npz"


def _read_features(work: _Work) -> Features | None:
    """The features on disk; None where there are none, or where the file is damaged."""
    try:
        with np.load(_features_file(work.key), allow_pickle=False) as kept:
            array, seconds, known = kept["features"], float(kept["seconds"]), float(kept["known"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if array.dtype != np.float32 or array.ndim != 2 or len(array) != len(work.names) or not np.isfinite(array).all():
        return None
    array.setflags(write=False)
    return work.features(array, seconds, known)


def _write_features(features: Features) -> None:
    """Write the file completely or not at all; where the disk does not take it, they are computed again next time."""
    file = _features_file(features.key)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".partial", delete=False) as part:
            try:
                np.savez(part, features=features.array, seconds=features.seconds, known=features.known)
                part.close()
                os.replace(part.name, file)
            finally:
                Path(part.name).unlink(missing_ok=True)
    except OSError:
        return
