"""Pretrained weights that torchvision knows where to fetch, in torch's own cache: read from there, fetched on request.

Nothing fetches them by the way: a link that names a network must not make the server download it.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.data.download import DownloadError, Progress, Stop, fetch_file, locked
from core.environment import NO_DOWNLOADS, public

SILENCE = 20.0  # seconds without a byte after which a download is given up


@dataclass(frozen=True)
class Weights:
    """A file of weights: its network, where it is fetched, and bytes that it may have at most."""

    name: str
    url: str
    size: int

    @property
    def file(self) -> Path:
        """Where torch keeps it."""
        import torch

        return Path(torch.hub.get_dir(), "checkpoints", self.url.rsplit("/", 1)[-1])

    @property
    def digest(self) -> str:
        """The first digits of its SHA-256, which its name ends with."""
        return self.url.removesuffix(".pth").rsplit("-", 1)[-1]

    @property
    def here(self) -> bool:
        """Whether it is on this computer."""
        return self.file.is_file()


WEIGHTS = {
    "resnet34": Weights("resnet34", "https://download.pytorch.org/models/resnet34-b627a593.pth", 87_400_000),
    "resnet50": Weights("resnet50", "https://download.pytorch.org/models/resnet50-0676ba61.pth", 102_600_000),
}


def download_weights(weights: Weights, progress: Progress, stop: Stop) -> Path:
    """Fetch a file of weights into torch's cache, whole and as torchvision knows it, or not at all.

    See `core.data.download.download` for `progress` and `stop`. DownloadError on every failure, also where this server
    downloads nothing, or the disk has too little room.
    """
    if public():
        raise DownloadError(NO_DOWNLOADS)
    file = weights.file

    def bounded(done: int, total: int | None) -> None:
        if max(done, total or 0) > weights.size:
            raise DownloadError(f"What the server sends as {file.name} is too large: try again later.")
        progress(done, total)

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with locked(file.with_suffix(".lock"), stop):
            if not weights.here:
                with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{weights.name}-") as name:
                    fetched = Path(name, file.name)
                    fetch_file(weights.url, fetched, weights.size, None, bounded, stop, SILENCE)
                    _check(fetched, weights.digest)
                    os.replace(fetched, file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DownloadError(
            f"{file.name} could not be written to torch's cache ({reason}): mend that and try again."
        ) from error
    return file


def _check(file: Path, digest: str) -> None:
    with open(file, "rb") as opened:
        if not hashlib.file_digest(opened, "sha256").hexdigest().startswith(digest):
            raise DownloadError(f"What the server sent as {file.name} is damaged or another file: try again later.")
