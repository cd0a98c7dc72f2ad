"""All pictures seen once by a body, as one job for whoever asks: drawn and looked at in processes side by side.

Each page that needs the features, and each that shows pets and thereby makes them likely to be needed, asks for the
same job. Its parts are taken over here block by block, so that a first result is there long before the last picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.data.download import Stop
from core.data.pets import load
from core.nn import features
from core.nn.features import PICTURES_A_BLOCK, Progress, Seen, cores

LANE = "features"  # such jobs go one by one
NEEDS = ("core.data.drawn.picture", "core.nn.backbone")  # modules that a process which looks takes long to import
SIDE_BY_SIDE = 2  # processes at most


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Whose pictures are looked at, and with what; `key` names the pictures as they lie there."""

    pets: str  # name of the pictures
    body: str
    size: int  # pixels
    key: str


@dataclass(frozen=True, kw_only=True)
class Share(Looking):
    """What one of `shares` processes looks at."""

    rows: tuple[int, ...]
    shares: int


def looking(pets: str, body: str = "lite0", size: int = 224) -> Looking:
    """The job's settings; UserError where the pictures are not there."""
    return Looking(pets=pets, body=body, size=size, key=features.key_of(load(pets), body, size))


def shares(asked: Looking) -> Sequence[Share]:
    """What has not been seen yet, dealt out block by block: every share is like the whole."""
    rows = features.missing(load(asked.pets), asked.body, asked.size)
    dealt = [rows[i : i + PICTURES_A_BLOCK] for i in range(0, len(rows), PICTURES_A_BLOCK)]
    many = max(1, min(SIDE_BY_SIDE, cores(), len(dealt)))
    return [_share(asked, [int(row) for block in dealt[k::many] for row in block], many) for k in range(many)]


def _share(asked: Looking, rows: Sequence[int], many: int) -> Share:
    return Share(pets=asked.pets, body=asked.body, size=asked.size, key=asked.key, rows=tuple(rows), shares=many)


def work(asked: Looking, stop: Stop) -> Iterator[Seen]:
    """Work of the job, or of one of its shares: look at the pictures, block by block."""
    if not isinstance(asked, Share):
        rows = features.first_rows(load(asked.pets), asked.body, asked.size)
        asked = _share(asked, [int(row) for row in rows], 1)
    yield from features.blocks(load(asked.pets), asked.body, asked.size, asked.rows, asked.shares, stop)


def keep(asked: Looking, part: Any) -> Progress:
    """What has been seen is this process's too; what stays of the part is how far all that is."""
    return features.adopt(load(asked.pets), asked.body, asked.size, part)


HOW: dict[str, Any] = {"anywhere": True, "needs": NEEDS, "keep": keep, "deal": shares, "lane": LANE}
"""How the job is done, for whoever asks for it."""
