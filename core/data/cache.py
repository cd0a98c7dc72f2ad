"""Where the program keeps what it made for next time."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from core.environment import CACHE_FOLDER, folder


def cache_home() -> Path | None:
    """The folder that the environment names, or the person's own cache folder; None without a home."""
    if own := folder(CACHE_FOLDER):
        return own
    shared = os.getenv("XDG_CACHE_HOME")
    try:
        return ((Path(shared) if shared else Path("~/.cache")) / "downhill").expanduser()
    except RuntimeError:
        return None


def cache_folder(name: str) -> Path:
    """A folder of that name to write into: in the cache folder, or where that is read-only one that ends with us."""
    return _writable(cache_home(), name)


@lru_cache(maxsize=16)
def _writable(home: Path | None, name: str) -> Path:
    folder = home / name if home else None
    if folder is None or not _can_write(folder):
        folder = Path(_temporary().name) / name
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@lru_cache(maxsize=1)
def _temporary() -> tempfile.TemporaryDirectory[str]:
    """One temporary folder for this process, taken away at its end."""
    return tempfile.TemporaryDirectory(prefix="downhill-", ignore_cleanup_errors=True)
