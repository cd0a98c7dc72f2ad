"""A scene: what the stage shows, as panels on one shared time; packed into bytes once and replayed in the browser.

The panels are plain dictionaries in the form that assets/stage documents beside each panel's drawing code; numbers
travel as raw arrays, named, so that 240 frames of 28x28 weights are 750 kB and no JSON.
"""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TYPES = {"float32": np.float32, "int32": np.int32, "uint8": np.uint8, "int8": np.int8}

Panel = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """Panels side by side, `height` CSS pixels high."""

    height: int
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Scene:
    """What the stage shows. `arrays` are named; per-frame ones have the frames as their first axis.

    `time` labels the frames: {"at": array, "total": n, "unit": "step", "perEpoch": m}, or {"labels": [str]}.
    """

    rows: tuple[Row, ...]
    arrays: dict[str, np.ndarray]
    alt: str
    frames: int = 1
    time: dict[str, Any] | None = None
    seconds: float = 6.0  # a whole replay at speed 1
    autoplay: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    def pack(self) -> bytes:
        """Header length (uint32, little-endian), JSON header, arrays aligned to 8 bytes."""
        described, blobs, offset = {}, [], 0
        for name, array in self.arrays.items():
            data = _compact(array)
            described[name] = {"type": data.dtype.name, "shape": list(data.shape), "offset": offset}
            blob = data.tobytes()
            blobs.append(blob + b"\0" * (-len(blob) % 8))
            offset += len(blobs[-1])
        rows = [{"height": row.height, "panels": row.panels} for row in self.rows]
        body = b"".join(blobs)
        header = {
            "frames": self.frames,
            "rows": rows,
            "alt": self.alt,
            "time": self.time,
            "seconds": self.seconds,
            "autoplay": self.autoplay,
            **self.extra,
        }
        words = json.dumps([header, described], sort_keys=True).encode()
        header["key"] = hashlib.blake2b(words + body, digest_size=8).hexdigest()
        return _join(header, described, body)


def _compact(array: np.ndarray) -> np.ndarray:
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


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The inverse of `Scene.pack`, for tests and exports: header and arrays."""
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    arrays = {}
    for name, entry in header["arrays"].items():
        count = int(np.prod(entry["shape"]))
        arrays[name] = np.frombuffer(packed, entry["type"], count, entry["offset"]).reshape(entry["shape"])
    return header, arrays
