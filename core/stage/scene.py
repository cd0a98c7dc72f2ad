"""A scene: what the stage shows, as panels on one shared time; packed into bytes once and replayed in the browser.

Numbers travel as raw arrays, so that 240 frames of 28x28 weights are 750 kB and no JSON. `Scene.pack` gives every array
that a panel holds a short name, equal ones the same; the panels' JSON has the names in the arrays' places.
"""

import dataclasses
import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Array
from core.stage.panels.base import Panel, json_name

TYPES = {"float32": np.float32, "int32": np.int32, "uint8": np.uint8, "int8": np.int8}


@dataclass(frozen=True)
class Row:
    """Panels side by side, `height` CSS pixels high."""

    height: int
    panels: Sequence[Panel]


@dataclass(frozen=True, kw_only=True)
class Time:
    """What each frame is called: its label, or its number `at` of a `total`, in a unit."""

    labels: Sequence[str] | None = None
    at: Array | None = None  # (frames,) in the unit
    total: float | None = None  # in the unit
    unit: str | None = None
    per_epoch: float | None = None  # of the unit

    def __post_init__(self) -> None:
        if (self.labels is None) == (self.at is None):
            raise ValueError("a time has labels, or at with total and unit")
        if self.at is not None and (self.total is None or self.unit is None):
            raise ValueError("a time's at needs total and unit")

    @property
    def frames(self) -> int:
        if self.labels is not None:
            return len(self.labels)
        return 0 if self.at is None else len(self.at)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the stage shows, and how its time goes by; without a time it has one frame."""

    rows: Sequence[Row]
    alt: str  # the whole picture in words
    time: Time | None = None
    seconds: float = 6.0  # a whole replay at speed 1
    autoplay: bool = True
    still: bool = False  # it is a wait: what comes after it in the same place is shown at its end

    @property
    def frames(self) -> int:
        return self.time.frames if self.time else 1

    def pack(self) -> bytes:
        """Header and arrays as `unpack` reads them."""
        arrays = _Named()
        header = {
            "frames": self.frames,
            "rows": _json(self.rows, arrays),
            "alt": self.alt,
            "time": _json(self.time, arrays),
            "seconds": self.seconds,
            "autoplay": self.autoplay,
            "still": self.still,
        }
        return packed(header, arrays.by_name)


class _Named:
    """Arrays on their way into a scene: a0, a1, ... in the order of their first use; equal ones have one name."""

    def __init__(self) -> None:
        self.by_name: dict[str, Array] = {}
        self._by_identity: dict[int, str] = {}
        self._by_content: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def name(self, array: Array) -> str:
        if id(array) not in self._by_identity:
            data = _compact(array)
            content = data.dtype.name, data.shape, data.tobytes()
            name = self._by_content.setdefault(content, f"a{len(self.by_name)}")
            self.by_name.setdefault(name, data)
            self._by_identity[id(array)] = name
        return self._by_identity[id(array)]


def _json(value: Any, arrays: _Named) -> Any:
    """A record as JSON, without the fields that have their defaults; arrays by their names."""
    if isinstance(value, np.ndarray):
        return arrays.name(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [_json(each, arrays) for each in value]
    if dataclasses.is_dataclass(value):
        return _fields(value, arrays)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"a scene cannot hold a {type(value).__name__}")


def _fields(record: Any, arrays: _Named) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": record.kind} if isinstance(record, Panel) else {}
    for each in dataclasses.fields(record):
        value = _json(getattr(record, each.name), arrays)
        if each.default is not dataclasses.MISSING and value == _json(each.default, arrays):
            continue
        if each.metadata.get("inline"):
            fields |= value
        else:
            fields[json_name(each)] = value
    return fields


def packed(header: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """Header length (uint32, little-endian), JSON header with a key of all content, arrays aligned to 8 bytes."""
    described, blobs, offset = {}, [], 0
    for name, array in arrays.items():
        data = _compact(array)
        described[name] = {"type": data.dtype.name, "shape": list(data.shape), "offset": offset}
        blob = data.tobytes()
        blobs.append(blob + b"\0" * (-len(blob) % 8))
        offset += len(blobs[-1])
    body = b"".join(blobs)
    words = json.dumps([header, described], sort_keys=True).encode()
    key = hashlib.blake2b(words + body, digest_size=8).hexdigest()
    return _join({**header, "key": key}, described, body)


def _compact(array: Array) -> Array:
    """float64 as float32, other integers as int32, booleans as uint8; C order."""
    array = np.ascontiguousarray(array)
    if array.dtype.name in TYPES:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8)
    return array.astype(np.float32 if array.dtype.kind == "f" else np.int32)


def _join(header: dict[str, Any], described: dict[str, dict[str, Any]], body: bytes) -> bytes:
    """The header tells where the arrays begin, which depends on its own length: padded to a fixed room."""
    draft = json.dumps({**header, "arrays": described}, allow_nan=False)
    start = 4 + len(draft.encode()) + 24 * (len(described) + 1)
    start += -start % 8
    for entry in described.values():
        entry["offset"] += start
    text = json.dumps({**header, "arrays": described}, allow_nan=False).encode()
    return struct.pack("<I", start - 4) + text.ljust(start - 4) + body


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The inverse of `Scene.pack`, for tests and exports: header and arrays."""
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    arrays = {}
    for name, entry in header["arrays"].items():
        count = int(np.prod(entry["shape"]))
        arrays[name] = np.frombuffer(packed, entry["type"], count, entry["offset"]).reshape(entry["shape"])
    return header, arrays
