"""Features of all pictures: what a frozen body makes of each, computed once and kept on disk.

The file's name depends on the pictures, the body and the size. The work is done in small blocks, in an order in which
any first part is like the whole; all who ask take them in turn: two visitors who ask at the same time share it, and
what was done before a stop is not lost. Blocks that other processes have made are taken over.
"""

import hashlib
import os
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from core.arrays import Array
from core.data.cache import cache_folder
from core.data.download import Stop
from core.data.pets import Pets, split
from core.data.pictures import open_rgb
from core.errors import UserError
from core.nn.backbone import IMAGENET_CATS, IMAGENET_DOGS, Backbone, backbone, pixels_of

TOGETHER = 4
"""Pictures in one forward pass; measured: more of them no longer fit the cores' caches and take longer per picture."""
PICTURES_A_BLOCK = 12  # between two reports
FEATURES_VERSION = 2  # of the way from pictures to features
EARLY = (24, 48, 96, 192, 384)
"""So many of the first pictures are enough for a first result, and then for the next."""


class FeaturesStopped(UserError):  # noqa: N818
    """Stopped on request; what was computed is kept for the next time, until the program ends."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the work is."""

    done: int  # pictures
    total: int  # pictures
    seconds: float  # for the pictures that were computed since the start of this program
    computed: int  # how many these are
    first: int = 0  # so many of the first pictures, in the fair order, have been seen
    early: int = 0  # and so many of these are enough for a result; 0: none yet

    @property
    def per_second(self) -> float:
        """Pictures a second; 0 before the first."""
        return self.computed / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds for the remaining pictures at this pace; NaN before the first."""
        return (self.total - self.done) / self.per_second if self.per_second else float("nan")


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """What a frozen body makes of some of the pictures."""

    rows: Array  # (n,) which they are
    array: Array  # (n, width) float32
    pets: Array  # (n,) bool: the network, as it was trained on ImageNet, calls it some cat or dog
    seconds: float  # it took to compute them, on all cores; 0 where they were there already
    computed: int  # how many were not


@dataclass(frozen=True, kw_only=True, eq=False)
class Features:
    """What a frozen body makes of every picture, or of the first ones; shared, so nobody changes it."""

    key: str  # of the pictures, the body and the size
    array: Array  # (pictures, width) float32; zeros for pictures that have not been seen
    rows: Array  # (n,) the pictures that have been, ascending
    names: tuple[str, ...]
    seconds: float  # it took to compute them, on all cores
    backbone: str
    size: int  # pixels
    known: float  # share of the pictures that the network, as it was trained on ImageNet, calls some cat or dog

    @property
    def per_second(self) -> float:
        """Pictures a second."""
        return len(self.rows) / max(self.seconds, 1e-9)

    @property
    def partial(self) -> bool:
        """Whether some pictures have not been seen yet."""
        return len(self.rows) < len(self.names)


class _Work:
    """The rows computed so far, and a lock for whoever computes the next block."""

    def __init__(self, pets: Pets, name: str, size: int):
        self.key = f"{pets.name}-{name}-{size}-{stamp(pets)}-{FEATURES_VERSION}"
        self.names, self.name, self.size = pets.names, name, size
        self.breeds = len(pets.vocab)
        self.keep = pets.kept is None  # features of uploaded pictures are dropped with the session
        self.lock = threading.RLock()
        self.order = fair_order(pets)
        self.seen = np.zeros(len(self.names), bool)
        self.of_pets = np.zeros(len(self.names), bool)
        self.computed, self.seconds = 0, 0.0
        self.rows: Array | None = None
        self.finished: Features | None = None

    def progress(self) -> Progress:
        total = len(self.names)
        done = total if self.finished else int(self.seen.sum())
        left = np.flatnonzero(~self.seen[self.order])
        first = total if self.finished or not len(left) else int(left[0])
        early = max((many for many in EARLY if 2 * self.breeds <= many <= first < total), default=0)
        return Progress(done=done, total=total, seconds=self.seconds, computed=self.computed, first=first, early=early)

    def result(self) -> Features | None:
        """The features, if they are there, in memory or on disk."""
        if self.keep and self.finished is None and not self.seen.any():
            self.finished = _read_features(self)
        return self.finished

    def next_block(self) -> Array:
        """The next rows that have not been seen."""
        return self.order[~self.seen[self.order]][:PICTURES_A_BLOCK]

    def block(self, pets: Pets, pool: ThreadPoolExecutor, rows: Array, shares: int = 1) -> Seen:
        """These rows; those that are not here yet are computed.

        `shares`: so many processes, this one included, work on these pictures at the same time.
        """
        with self.lock:
            new = rows[:0] if self.result() else rows[~self.seen[rows]]
            seconds = 0.0
            if len(new):
                body, started = backbone(self.name), time.perf_counter()
                parts = [new[i : i + TOGETHER] for i in range(0, len(new), TOGETHER)]
                array = np.concatenate(list(pool.map(lambda part: self._features(pets, body, part), parts)))
                of_pets = _of_pets(body, array)
                seconds = (time.perf_counter() - started) / shares
                self.take(Seen(rows=new, array=array, pets=of_pets, seconds=seconds, computed=len(new)))
            made = self.finished.array if self.finished else self.rows
            assert made is not None
            array = made[rows]
            of_pets = _of_pets(backbone(self.name), array)
            return Seen(rows=rows, array=array, pets=of_pets, seconds=seconds, computed=len(new))

    def _features(self, pets: Pets, body: Backbone, rows: Array) -> Array:
        return body.features(np.stack([pixels_of(open_rgb(pets.path(int(i))), self.size) for i in rows]))

    def take(self, block: Seen) -> None:
        """Put a block to the others; after the last one, all are written."""
        with self.lock:
            if self.result() or self.seen[block.rows].all():
                return
            if self.rows is None:
                self.rows = np.zeros((len(self.names), block.array.shape[1]), np.float32)
            self.rows[block.rows], self.of_pets[block.rows] = block.array, block.pets
            self.seen[block.rows] = True
            self.seconds += block.seconds
            self.computed += block.computed
            if self.seen.all():
                self._finish(self.rows)

    def _finish(self, rows: Array) -> None:
        rows.setflags(write=False)
        self.finished = self.features(rows, self.seconds, float(self.of_pets.mean()))
        self.rows = None
        if self.keep:
            _write_features(self.finished)

    def first(self, many: int) -> Features:
        """The features of so many of the first pictures, which have been seen; of all where these are there."""
        with self.lock:
            if made := self.result():
                return made
            assert self.rows is not None
            chosen = np.sort(self.order[:many])
            array = np.zeros(self.rows.shape, np.float32)
            array[chosen] = self.rows[chosen]
            array.setflags(write=False)
            seconds = self.seconds * many / max(self.computed, 1)
            return self.features(array, seconds, float(self.of_pets[chosen].mean()), chosen)

    def features(self, array: Array, seconds: float, known: float, rows: Array | None = None) -> Features:
        """These features, with what is kept beside them."""
        return Features(
            key=self.key,
            array=array,
            rows=np.arange(len(self.names)) if rows is None else rows,
            names=self.names,
            seconds=seconds,
            backbone=self.name,
            size=self.size,
            known=known,
        )


def fair_order(pets: Pets) -> Array:
    """(pictures,) all rows, in an order in which any first part of them is like the whole.

    First comes one picture of every breed to learn from and one that is held out, then the rest of these groups, from
    each as many as it is large.
    """
    held_out = np.zeros(len(pets), bool)
    held_out[split(pets)[1]] = True
    place = {breed: number for number, breed in enumerate(pets.vocab)}
    groups = 2 * np.array([place[label] for label in pets.labels]) + held_out
    share = np.zeros(len(pets))
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        share[rows] = np.arange(len(rows)) / len(rows)
    return np.lexsort((groups, share))


def _of_pets(body: Backbone, features: Array) -> Array:
    """(n,) whether each picture's most probable ImageNet class is a cat or a dog."""
    best = body.imagenet(features).argmax(1)
    cat, dog = ((best >= classes.start) & (best < classes.stop) for classes in (IMAGENET_CATS, IMAGENET_DOGS))
    return cat | dog


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
            work.block(pets, pool, work.next_block())
    yield work.progress()


def blocks(pets: Pets, name: str, size: int, rows: Sequence[int], shares: int, stop: Stop) -> Iterator[Seen]:
    """The features of these rows, block by block, while `shares` - 1 other processes compute others.

    Whatever is here already, the blocks are the same.
    """
    work, todo = _work_on(pets, name, size), np.array(rows, np.int64)
    with ThreadPoolExecutor(max(1, cores() // shares), thread_name_prefix="features") as pool:
        for start in range(0, len(todo), PICTURES_A_BLOCK):
            if stop():
                return
            yield work.block(pets, pool, todo[start : start + PICTURES_A_BLOCK], shares)


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


def adopt(pets: Pets, name: str, size: int, block: Seen) -> Progress:
    """Take over what another process has made of some of the pictures; how far all that is here is then."""
    work = _work_on(pets, name, size)
    with work.lock:
        work.take(block)
        return work.progress()


def missing(pets: Pets, name: str, size: int) -> Array:
    """The rows that have not been seen yet, in the fair order; none where all features are there."""
    work = _work_on(pets, name, size)
    with work.lock:
        return work.order[:0] if work.result() else work.order[~work.seen[work.order]]


def key_of(pets: Pets, name: str, size: int) -> str:
    """What names the features of these pictures as they lie there."""
    return _work_on(pets, name, size).key


def first_features(pets: Pets, name: str, size: int, early: int) -> Features:
    """The features of so many of the first pictures, as a report says that they are enough; or of all."""
    return _work_on(pets, name, size).first(early)


def first_rows(pets: Pets, name: str, size: int, first: int | None = None) -> Array:
    """So many rows, the first ones in the fair order; by default all."""
    return _work_on(pets, name, size).order[:first]


def of_these(rows: Array, seen: Array) -> Array:
    """Those of the rows that have been seen, in their order."""
    return rows[np.isin(rows, seen)]


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
