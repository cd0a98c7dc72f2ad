"""What reading a picture would cost, told from its file before anything is decoded: a small file may ask for hours.

What a file claims is followed just as its decoder would follow it, so that a look costs milliseconds.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from mmap import mmap

from PIL import Image

MOST_PIXELS = 40_000_000  # decoded in full
MOST_REDUCED = 89_000_000  # pixels of a baseline JPEG, which can be decoded at a fraction of its size
MOST_EDGE = 32_768  # pixels of one side
MOST_HELD = 320_000_000  # bytes that are held at the same time: the decoder's, the picture, and its copy in RGB
MOST_RLE = 4_000_000  # pixels of a BMP in run lengths, which Pillow unpacks one by one; twice as many bytes
MOST_SCANS = 100  # of a JPEG; encoders write some ten
MOST_SCANNED = 40 * MOST_PIXELS  # pixels of a JPEG, counted once for each component in each scan
MOST_SEGMENTS = 2000  # of a JPEG, or chunks of a PNG besides those with its pixels
MOST_HEADER = 16_000_000  # bytes of a JPEG before its pixels, some cameras' previews among them
MOST_JUNK = 65_536  # bytes of a JPEG's or a GIF's header that belong to nothing
MOST_PIXEL_CHUNKS = 65_536  # of a PNG, some 8 kB each where libpng wrote it
MOST_GIF_HEADER = 1_000_000  # bytes of a GIF before its first frame
MOST_TAGS = 500  # of a TIFF
MOST_PIECES = 200_000  # strips or tiles of a TIFF, or numbers in any other list of it
WEBP_PER_PIXEL = 12  # bytes that a WebP's decoder holds besides the picture, and takes when it is opened

DAMAGED_PICTURE = "is damaged or cut short: choose another picture."
TOO_MANY_PIXELS = f"has more than {MOST_PIXELS // 10**6} million pixels: choose a smaller one."
TOO_LONG_SIDE = f"has a side of more than {MOST_EDGE:,} pixels: choose a smaller one."
TOO_MUCH_MEMORY = f"takes more than {MOST_HELD // 10**6} MB of memory to be read: choose a smaller one."
TOO_SLOW_TO_READ = "is stored in a way that takes too long to read: save it anew as an ordinary JPEG or PNG."

RawFile = bytes | mmap

JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""Neither an escaped byte of a JPEG's pixels, nor a place to take them up again."""

JPEG_SCAN, JPEG_END = 0xDA, 0xD9
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
JPEG_SEGMENTS = JPEG_FRAMES | {JPEG_SCAN, 0xC4, 0xCC, 0xDB, 0xDC, 0xDD, *range(0xE0, 0xF0), 0xFE}

TIFF_STARTS = (b"II*\0", b"II\0*", b"MM\0*", b"MM*\0", b"II+\0", b"MM\0+")
TIFF_NUMBERS = {3: "H", 4: "I"}  # types of the numbers that count here
TIFF_BYTES = (1, 2, 7)  # types that stay as they are, and do not become a list of numbers
TIFF_PACKED = (1, 5, 7, 8, 32773, 32946)
"""Ways to pack that take no more memory than what comes out of them; those of facsimiles, which write a line into the
log for every line that is damaged, are not among them."""
TIFF_AS_JPEG, TIFF_SUBSAMPLED = 7, 6


class TiffTag(IntEnum):
    """The tags that tell what a TIFF costs."""

    WIDTH, LENGTH, BITS, PACKING, COLOURS = 256, 257, 258, 259, 262
    STRIPS, SAMPLES, ROWS = 273, 277, 278
    TILE_WIDTH, TILE_LENGTH, TILES = 322, 323, 324


@dataclass
class JpegScans:
    """What a JPEG is decoded from: its frame, and its scans so far."""

    pixels: int = 0
    sampled: list[int] = field(default_factory=list)  # of each component: samples in a unit of the picture
    unit: int = 1  # pixels of that unit
    count: int = 0
    components: int = 0  # of all scans together
    buffered: bool = False  # the decoder holds all coefficients before it makes the first pixel

    def add(self, kind: int, segment: bytes) -> None:
        """Take in the next segment's content."""
        if kind in JPEG_FRAMES:
            _, height, width, count = struct.unpack_from(">BHHB", segment)
            across = [segment[7 + 3 * i] >> 4 for i in range(count)]
            down = [segment[7 + 3 * i] & 15 for i in range(count)]
            self.pixels, self.unit = height * width, max(1, max(across) * max(down))
            self.sampled = [a * d for a, d in zip(across, down, strict=True)]
            self.buffered = self.buffered or kind in JPEG_PROGRESSIVE
        elif kind == JPEG_SCAN:
            self.count += 1
            self.components += segment[0]
            self.buffered = self.buffered or segment[0] < len(self.sampled)

    @property
    def bytes_held(self) -> float:
        """What the decoder holds besides the picture."""
        return 2 * self.pixels * sum(self.sampled) / self.unit if self.buffered else 0.0

    def fault(self) -> str | None:
        """Whether decoding them all would take too long."""
        too_many = self.count > MOST_SCANS or self.components * self.pixels > MOST_SCANNED
        return TOO_SLOW_TO_READ if too_many else None


@dataclass(frozen=True, kw_only=True)
class FileLook:
    """What a look at a picture's file told."""

    length: int  # bytes
    fault: str | None = None  # what keeps it from being opened, as the end of a sentence
    scans: JpegScans | None = None  # of a JPEG
    unpacked: int = 0  # bytes that a TIFF's decoder holds: its largest strip or tile, and what that is made from


def look_at_file(data: RawFile) -> FileLook:
    """What keeps a picture's file from being opened, and what will count once it is open."""
    length = len(data)
    try:
        if data[:3] == b"\xff\xd8\xff":
            scans = jpeg_scans(data)
            return FileLook(length=length, fault=scans.fault(), scans=scans)
        if data[:4] in TIFF_STARTS:
            tags = tiff_tags(data)
            read = 2 * length if isinstance(data, bytes) else 0  # a file's parts are read where they lie
            piece = tiff_piece(tags)
            return FileLook(length=length, fault=tiff_fault(tags), unpacked=piece + read if piece else 0)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return FileLook(length=length, fault=webp_fault(data))
        if data[:4] == b"GIF8":
            return FileLook(length=length, fault=gif_fault(data))
        return FileLook(length=length, fault=png_fault(data) if data[:4] == b"\x89PNG" else None)
    except TooSlowToRead:
        return FileLook(length=length, fault=TOO_SLOW_TO_READ)
    except (struct.error, LookupError, ValueError):
        return FileLook(length=length, fault=DAMAGED_PICTURE)


class TooSlowToRead(Exception):  # noqa: N818
    """Nothing was decoded, and the look itself had to end."""


def fault_of_opened(image: Image.Image, look: FileLook, size: tuple[int, int]) -> str | None:
    """What keeps an opened picture from being decoded, as the end of a sentence; None where nothing does.

    `size` is that before a JPEG was told to be decoded at a fraction of it.
    """
    pixels = size[0] * size[1]
    if pixels > (MOST_REDUCED if look.scans and not look.scans.buffered else MOST_PIXELS):
        return TOO_MANY_PIXELS
    if max(size) > MOST_EDGE:
        return TOO_LONG_SIDE
    in_runs = any(tile[0] == "bmp_rle" for tile in getattr(image, "tile", ()))
    if in_runs and (pixels > MOST_RLE or look.length > 2 * MOST_RLE):
        return TOO_SLOW_TO_READ
    return TOO_MUCH_MEMORY if bytes_held(image, look) > MOST_HELD else None


def bytes_held(image: Image.Image, look: FileLook) -> float:
    """Bytes that are held at most while an opened picture is decoded and copied to eight bits of grey or RGB."""
    pixels = image.width * image.height
    itself = pixels * (1 if image.mode in ("1", "L", "P") else 2 if image.mode.startswith("I;16") else 4)
    copy = pixels * bytes_of_copy(image)
    if image.format == "WEBP":
        return itself + pixels * WEBP_PER_PIXEL + copy
    turned = itself if image.format == "TIFF" else 0  # Pillow turns it at once
    return itself + max(look.scans.bytes_held if look.scans else look.unpacked, copy, turned)


def bytes_of_copy(image: Image.Image) -> int:
    """Bytes a pixel of the copy in eight bits that a picture needs; grey and RGB need none."""
    if image.mode in ("L", "RGB") and not image.has_transparency_data:
        return 0
    return 1 if image.mode[0] in "IF" else 4


def jpeg_scans(data: RawFile) -> JpegScans:
    """The scans of a JPEG, or the first of them that are already too many; it is damaged where a LookupError comes."""
    scans = JpegScans()
    for kind, segment in jpeg_segments(data):
        scans.add(kind, segment)
        if scans.fault():
            break
    return scans


def jpeg_segments(data: RawFile) -> Iterator[tuple[int, bytes]]:
    """The marker of each segment of a JPEG, and the start of its content; pixels are stepped over.

    LookupError where the headers are not as a decoder takes them; TooSlowToRead where they are more than anybody
    writes.
    """
    at, junk, scanned = 2, 0, False
    for _ in range(MOST_SEGMENTS):
        found = JPEG_MARKER.search(data, at)
        if found is None or data[found.end() - 1] == JPEG_END:
            if scanned:
                return
            raise LookupError
        junk += 0 if scanned else found.start() - at
        at, kind = found.end(), data[found.end() - 1]
        if kind in JPEG_SEGMENTS:
            yield kind, data[at + 2 : at + 800]
            at += struct.unpack_from(">H", data, at)[0]
        elif not scanned:  # among pixels, decoders step over it
            raise LookupError
        scanned = scanned or kind == JPEG_SCAN
        if junk > MOST_JUNK or (at > MOST_HEADER and not scanned):
            raise TooSlowToRead
    raise TooSlowToRead


def png_fault(data: RawFile) -> str | None:
    """Too many chunks."""
    at, others, with_pixels = 8, 0, 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        others, with_pixels = others + (kind != b"IDAT"), with_pixels + (kind == b"IDAT")
        if others > MOST_SEGMENTS or with_pixels > MOST_PIXEL_CHUNKS:
            return TOO_SLOW_TO_READ
        if kind == b"IEND":
            break
        at += length + 12
    return None


def webp_fault(data: RawFile) -> str | None:
    """Too large a canvas."""
    width, height = webp_size(data)
    if width * height > MOST_PIXELS:
        return TOO_MANY_PIXELS
    return TOO_MUCH_MEMORY if width * height * (WEBP_PER_PIXEL + 4) > MOST_HELD else None


def webp_size(data: RawFile) -> tuple[int, int]:
    """Width and height that a WebP claims; LookupError where it claims none."""
    if data[12:16] == b"VP8X":
        width, height = (int.from_bytes(data[i : i + 3], "little") + 1 for i in (24, 27))
    elif data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif data[12:16] == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        raise LookupError
    return width, height


def gif_fault(data: RawFile) -> str | None:
    """Too much before the first frame."""
    at, junk = 13 + (3 << (data[10] & 7) + 1 if data[10] & 128 else 0), 0
    while at < MOST_GIF_HEADER and junk < MOST_JUNK:
        if data[at] in b",;":
            return None
        if data[at] != 0x21:  # Pillow steps over what is neither a frame nor an extension
            at, junk = at + 1, junk + 1
            continue
        at += 2
        while data[at] and at < MOST_GIF_HEADER:
            at += data[at] + 1
        at += 1
    return TOO_SLOW_TO_READ


def tiff_fault(tags: dict[int, Sequence[int]]) -> str | None:
    """An unusual way to store it, too many pieces, or pieces far larger than the picture."""
    if tags.get(TiffTag.PACKING, [1])[0] not in TIFF_PACKED:
        return TOO_SLOW_TO_READ
    if TiffTag.TILE_WIDTH in tags or TiffTag.TILE_LENGTH in tags:
        across, down = tags[TiffTag.TILE_WIDTH][0], tags[TiffTag.TILE_LENGTH][0]
        if not across * down:
            return DAMAGED_PICTURE
        padded = -(-tags[TiffTag.WIDTH][0] // across) * across * -(-tags[TiffTag.LENGTH][0] // down) * down
        if padded > 2 * MOST_PIXELS:
            return TOO_MUCH_MEMORY
    return TOO_MUCH_MEMORY if tiff_piece(tags) > MOST_HELD else None


def tiff_piece(tags: dict[int, Sequence[int]]) -> int:
    """Bytes of the largest strip or tile that a TIFF's decoder unpacks at once; nothing that is not packed."""
    packing, colours = tags.get(TiffTag.PACKING, [1])[0], tags.get(TiffTag.COLOURS, [0])[0]
    if packing == 1:
        return 0
    samples = tags.get(TiffTag.SAMPLES, [3 if packing == TIFF_AS_JPEG else 1])[0]
    across = tags.get(TiffTag.TILE_WIDTH, tags[TiffTag.WIDTH])[0]
    rows = min(tags.get(TiffTag.ROWS, tags[TiffTag.LENGTH])[0], tags[TiffTag.LENGTH][0])
    down = tags.get(TiffTag.TILE_LENGTH, [rows])[0]
    bits = across * down * samples * max(tags.get(TiffTag.BITS, [1]))
    if packing == TIFF_AS_JPEG or colours == TIFF_SUBSAMPLED:  # unpacked, and turned into RGB with a fourth byte
        return bits // 8 + 4 * across * down
    return bits // 8


def tiff_tags(data: RawFile) -> dict[int, Sequence[int]]:
    """The tags of a TIFF's first picture that tell what it costs, with their numbers.

    LookupError where decoders might read one differently; TooSlowToRead for too many tags, or too long a list of
    numbers, and for the kind of TIFF that may be larger than 4 GB.
    """
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    if b"+" in data[2:4] or count > MOST_TAGS:
        raise TooSlowToRead
    tags: dict[int, Sequence[int]] = {}
    for place in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, many = struct.unpack_from(order + "HHI", data, place)
        if many > MOST_PIECES and kind not in TIFF_BYTES:
            raise TooSlowToRead
        if tag not in list(TiffTag):
            continue
        if tag in tags or kind not in TIFF_NUMBERS or not many:
            raise LookupError
        form = f"{order}{many}{TIFF_NUMBERS[kind]}"
        inside = struct.calcsize(form) <= 4
        tags[tag] = struct.unpack_from(
            form, data, place + 8 if inside else struct.unpack_from(order + "I", data, place + 8)[0]
        )
    return tags
