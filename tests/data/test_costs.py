"""Small files that would cost their reader much are refused at once, and what encoders write is not."""

import io
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from core.data import costs
from core.data.costs import (
    MOST_HELD,
    MOST_SCANS,
    TOO_LONG_SIDE,
    TOO_MANY_PIXELS,
    TOO_MUCH_MEMORY,
    TOO_SLOW_TO_READ,
    bytes_held,
    look_at_file,
)
from core.data.pictures import PictureError, normal, open_rgb
from tests.data.making import encoded, noise

SECONDS = 2.0  # within which each is refused, on a busy machine
DAMAGED = "is damaged or cut short"


def scans(times: int, side: int = 600) -> bytes:
    """A progressive grey JPEG with its first scan of details that many times."""
    data = encoded(Image.new("L", (side, side), 128), progressive=True)
    starts = [i for i in range(len(data)) if data[i : i + 2] == b"\xff\xda"]
    details = next(i for i in starts if data[i + 7] > 0)
    end = data.index(b"\xff", details + 10)
    return data[:end] + data[details:end] * (times - len(starts)) + data[end:]


def segments(kind: int, times: int, content: bytes = b"") -> bytes:
    """A JPEG with that many segments of that kind before its frame."""
    data = encoded(noise())
    one = bytes([0xFF, kind]) + struct.pack(">H", len(content) + 2) + content
    return data[:2] + one * times + data[2:]


def frame_of(width: int, height: int, *, kind: int = 0xC0, data: bytes = encoded(noise())) -> bytes:
    """A small JPEG whose frame claims this size."""
    at = data.index(b"\xff\xc0")
    return data[:at] + bytes([0xFF, kind]) + data[at + 2 : at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def chunks(times: int, kind: bytes = b"teSt") -> bytes:
    """A PNG with that many chunks of that kind before its pixels."""
    data = encoded(noise(), "PNG")
    at = data.index(b"IDAT") - 4
    return data[:at] + (struct.pack(">I", 0) + kind + struct.pack(">I", zlib.crc32(kind))) * times + data[at:]


def webp(width: int, height: int, kind: str = "VP8X") -> bytes:
    """The start of a WebP that claims this size."""
    extended = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    lossless = b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14)
    lossy = b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    content = {"VP8X": extended, "VP8L": lossless, "VP8 ": lossy}[kind] + bytes(20)
    chunk = kind.encode() + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def gif(between: bytes) -> bytes:
    """A GIF with something between its header and its first frame."""
    data = encoded(Image.new("L", (8, 8)), "GIF")
    at = 13 + (3 << (data[10] & 7) + 1)
    return data[:at] + between + data[at:]


def bmp(width: int, height: int, *, tail: int = 0, body: bytes = b"\x01\x05\x00\x00\x00\x01") -> bytes:
    """A BMP in run lengths of one byte a pixel, with next to nothing in it by default."""
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, 0, 0, 0, 256, 0)
    body += bytes(tail)
    return b"BM" + struct.pack("<IHHI", 1078 + len(body), 0, 0, 1078) + header + bytes(1024) + body


def tiff(**change: tuple[int, ...]) -> bytes:
    """A TIFF of one tile, with these tags changed, as `w=(16,)` for the width; its data is one byte."""
    tags = {
        "w": (256, 16),
        "h": (257, 16),
        "bits": (258, 8),
        "pack": (259, 8),
        "colours": (262, 1),
        "samples": (277, 1),
    }
    tags |= {"tw": (322, 16), "th": (323, 16), "at": (324, 8), "bytes": (325, 1)}
    entries, extra = [], b""
    start = 8 + 2 + 12 * len(tags) + 4
    for name, (tag, value) in tags.items():
        values = change.get(name, (value,))
        inside = struct.pack(f"<{len(values)}I", *values)
        if len(inside) > 4:
            inside, extra = struct.pack("<I", start + len(extra)), extra + inside
        entries.append(struct.pack("<HHI", tag, 4, len(values)) + inside)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + b"".join(entries) + bytes(4) + extra


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "JPEG: 2,000 scans": (lambda: scans(1000), TOO_SLOW_TO_READ),
    "JPEG: more scans than anybody writes": (lambda: scans(MOST_SCANS + 1), TOO_SLOW_TO_READ),
    "JPEG: scans of many pixels": (lambda: frame_of(6300, 6300, kind=0xC2, data=baseline_of(60)), TOO_SLOW_TO_READ),
    "JPEG: all pixels held before the first is made": (lambda: frame_of(9000, 9000, kind=0xC2), TOO_MANY_PIXELS),
    "JPEG: a million segments": (lambda: segments(0xE5, 1_000_000), TOO_SLOW_TO_READ),
    "JPEG: 20 MB of segments": (lambda: segments(0xE1, 320, b"Exif\0\0" + bytes(65_000)), TOO_SLOW_TO_READ),
    "JPEG: 5 MB between the segments": (lambda: b"\xff\xd8\xff\xff" + b"\xff" * 5_000_000, DAMAGED),
    "JPEG: 5 MB of junk": (
        lambda: encoded(noise())[:2] + b"\xff\0" * 2_500_000 + encoded(noise())[2:],
        TOO_SLOW_TO_READ,
    ),
    "PNG: a million chunks": (lambda: chunks(1_000_000), TOO_SLOW_TO_READ),
    "PNG: a million empty chunks of pixels": (lambda: chunks(1_000_000, b"IDAT"), TOO_SLOW_TO_READ),
    "WebP: 16,383 pixels a side": (lambda: webp(16_383, 16_383), TOO_MANY_PIXELS),
    "WebP: 26 million pixels": (lambda: webp(5200, 5000), TOO_MUCH_MEMORY),
    "WebP, lossless: 26 million pixels": (lambda: webp(5200, 5000, "VP8L"), TOO_MUCH_MEMORY),
    "WebP, lossy: 26 million pixels": (lambda: webp(5200, 5000, "VP8 "), TOO_MUCH_MEMORY),
    "GIF: 5 MB of comment": (lambda: gif(b"!\xfe" + (b"\xff" + bytes(255)) * 20_000 + b"\0"), TOO_SLOW_TO_READ),
    "GIF: 5 MB of nothing": (lambda: gif(b"x" * 5_000_000), TOO_SLOW_TO_READ),
    "BMP: a row of 40 million pixels": (lambda: bmp(39_999_999, 1), TOO_LONG_SIDE),
    "BMP: run lengths of 39 million pixels": (lambda: bmp(6300, 6200), TOO_SLOW_TO_READ),
    "BMP: run lengths of 9 MB": (lambda: bmp(100, 100, tail=9_000_000), TOO_SLOW_TO_READ),
    "TIFF: a tile of 2 GB": (lambda: tiff(tw=(22_992,), th=(22_992,), samples=(4,)), TOO_MUCH_MEMORY),
    "TIFF: a tile of 500 million rows": (lambda: tiff(th=(500_000_000,)), TOO_MUCH_MEMORY),
    "TIFF: a tile of no width": (lambda: tiff(tw=(0,)), DAMAGED),
    "TIFF: tiles of 100 million pixels": (lambda: tiff(tw=(10_000,), th=(10_000,)), TOO_MUCH_MEMORY),
    "TIFF: a million tiles": (lambda: tiff(pack=(1,), at=(8,) * 1_000_000), TOO_SLOW_TO_READ),
    "TIFF: a million lengths": (lambda: tiff(pack=(1,), bytes=(1,) * 1_000_000), TOO_SLOW_TO_READ),
    "TIFF: LZMA": (lambda: tiff(pack=(34925,)), TOO_SLOW_TO_READ),
    "TIFF: a facsimile": (
        lambda: encoded(Image.new("1", (9, 9)), "TIFF", compression="group4"),
        TOO_SLOW_TO_READ,
    ),
    "TIFF: a side of a million pixels": (lambda: tiff(w=(1_000_000,), h=(1,), tw=(16,), th=(1,)), TOO_LONG_SIDE),
    "TIFF: the same tag twice": (lambda: tiff().replace(struct.pack("<H", 323), struct.pack("<H", 322), 1), DAMAGED),
    "TIFF: 60,000 tags": (lambda: b"II*\0" + struct.pack("<IH", 8, 60_000) + bytes(12 * 60_000), TOO_SLOW_TO_READ),
    "TIFF: of the large kind": (lambda: b"II+\0\x08\0\0\0" + bytes(100), TOO_SLOW_TO_READ),
}


def baseline_of(times: int) -> bytes:
    """A JPEG with its one scan that many times."""
    data = encoded(noise())
    start = data.index(b"\xff\xda")
    return data[:start] + data[start:-2] * times + data[-2:]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_small_file_that_costs_much_is_refused_at_once(kind: str) -> None:
    make, words = HOSTILE[kind]
    data = make()
    start = time.perf_counter()
    with pytest.raises(PictureError) as caught:
        normal(data)
    assert time.perf_counter() - start < SECONDS
    assert words in str(caught.value)
    tracemalloc.start()  # which makes it slower
    with pytest.raises(PictureError):
        normal(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000 + 2 * len(data)


HONEST = {
    "progressive": encoded(noise(), progressive=True),
    "progressive, all colours": encoded(noise(), progressive=True, subsampling=0),
    "progressive, CMYK": encoded(noise().convert("CMYK"), progressive=True),
    "with restarts": encoded(noise(), restart_marker_blocks=1),
    "with a profile of 200 kB": encoded(noise(), icc_profile=bytes(200_000)),
    "with another picture behind": encoded(noise()) + scans(300),
    "interlaced": encoded(noise(), "PNG", interlace=1),
    "lossless": encoded(noise(), "WEBP", lossless=True),
    "animated": encoded(noise(), "WEBP", save_all=True, append_images=[noise(seed=1)]),
    "with a comment": encoded(noise(), "GIF", comment=b"x" * 5000),
    "in run lengths": bmp(8, 8, body=b"\x08\x05\0\0" * 8 + b"\0\x01"),
    **{
        f"TIFF, {packing}": encoded(noise(), "TIFF", compression=packing)
        for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", None)
    },
    "TIFF, several": encoded(noise(), "TIFF", save_all=True, append_images=[noise(seed=1)]),
    "TIFF, big-endian": encoded(Image.fromarray(np.zeros((9, 9), ">u2")), "TIFF"),
}


@pytest.mark.parametrize("kind", HONEST)
def test_what_encoders_write_is_read(kind: str) -> None:
    assert look_at_file(HONEST[kind]).fault is None
    assert open_rgb(HONEST[kind]).mode == "RGB"


def test_as_many_scans_as_are_allowed_are_read() -> None:
    assert look_at_file(scans(MOST_SCANS)).fault is None
    assert open_rgb(scans(MOST_SCANS)).size == (600, 600)


def opened(data: bytes) -> float:
    with Image.open(io.BytesIO(data)) as image:
        return bytes_held(image, look_at_file(data)) / image.width / image.height


def test_what_is_held_a_pixel() -> None:
    """Of a large picture: the picture, and the larger of its decoder's own and a copy in RGB."""
    side = noise(512, 512)
    assert opened(encoded(side)) == 4
    assert opened(encoded(side.convert("L"))) == 1
    assert opened(encoded(side, progressive=True, subsampling=0)) == 4 + 6
    assert opened(encoded(side, progressive=True, subsampling=2)) == 4 + 3
    assert opened(encoded(side.convert("CMYK"), progressive=True)) == 4 + 8
    assert opened(encoded(side.convert("RGBA"), "PNG")) == 4 + 4
    assert opened(encoded(side.quantize(), "PNG")) == 1 + 4
    assert opened(encoded(side.convert("F"), "TIFF")) == 4 + 4
    assert opened(encoded(side, "WEBP")) == 4 + 12
    assert opened(encoded(side.convert("L"), "TIFF", compression="tiff_lzw", tiffinfo={278: 512})) > 1 + 1


@pytest.mark.parametrize(
    ("mode", "kind", "refused"),
    [("RGB", "PNG", False), ("RGBA", "PNG", False), ("RGB", "WEBP", True), ("F", "TIFF", False)],
)
def test_forty_million_pixels_are_read_where_they_can_be_held(mode: str, kind: str, refused: bool) -> None:
    pixels = Image.new(mode, (64, 64))
    data = encoded(pixels, kind)
    with Image.open(io.BytesIO(data)) as image:
        held = bytes_held(image, look_at_file(data)) / 64**2 * costs.MOST_PIXELS
    assert (held > MOST_HELD) == refused


@pytest.mark.parametrize("packing", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_a_damaged_tiff_writes_no_long_log(packing: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Its library writes there by itself."""
    data = bytearray(encoded(noise(40, 4000), "TIFF", compression=packing, tiffinfo={278: 8}))
    for at in range(100, len(data) - 8000, 7):
        data[at] ^= 0x5A
    with suppress(PictureError):
        open_rgb(bytes(data))
    assert len(capfd.readouterr().err) < 1000
