"""Uploaded zips, which may be hostile: what is dangerous refuses the whole, what is merely useless is left out.

Nothing is unpacked to the paths that a zip names, and no size that it claims is believed.
"""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from core.data.download import DataError
from core.data.pictures import PictureError

MOST_FILES = 4000
MOST_ONE = 40_000_000  # bytes of one unpacked file
MOST_ALL = 600_000_000  # bytes of all
LONGEST_NAME = 300  # characters of a path
ZIP_CHUNK = 1 << 18

END = struct.Struct("<4s4H2LH")  # the record at a zip's end; it says how large the table of contents is
END_MARK, LARGE_MARK = b"PK\5\6", b"PK\6\7"
LARGE_SIZE = 20  # bytes of the record that stands before it in zips of the large kind
DIRECTORY_PER_FILE = 46 + LONGEST_NAME * 4 + 200  # bytes: the fixed part, its name, and some room for extra fields

ENCRYPTED = 0x1 | 0x40 | 0x2000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others cannot be read within a bound


@dataclass(frozen=True)
class Entry:
    """A file that may be a picture: where it lies, and what gives its content or its path.

    `read` raises PictureError for what is wrong with this file, any other DataError for what condemns all of them.
    """

    path: PurePosixPath
    read: Callable[[], bytes | Path]


def open_zip(source: bytes | IO[bytes]) -> list[Entry]:
    """The files in a zip, folders and hidden files aside; DataError with one sentence where the zip is refused."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    _check_end(file)
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except Exception as error:  # zipfile answers damaged zips with many kinds
        raise DataError("This zip is damaged: pack the pictures again.") from error
    if len(members) > MOST_FILES:
        raise DataError(_too_many())
    paths = [_checked(member) for member in members]
    reader = _Reader(archive)
    return [
        Entry(path, lambda member=member: reader.read(member))  # type: ignore[misc]
        for member, path in zip(members, paths, strict=True)
        if not member.is_dir() and not hidden(path)
    ]


def hidden(path: PurePosixPath) -> bool:
    """Whether a file is the system's own affair: dot files, and what macOS adds to zips."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)


def _check_end(file: IO[bytes]) -> None:
    """DataError unless the record at the end is there and the table of contents small, before zipfile reads all of it.

    The record is looked for as zipfile does.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - (1 << 16) - END.size - LARGE_SIZE))
    tail = file.read()
    plain_end = len(tail) - END.size
    at = plain_end if plain_end >= 0 and tail[plain_end:].startswith(END_MARK) and tail.endswith(b"\0\0") else -1
    at = at if at >= 0 else tail.rfind(END_MARK)
    if at < 0 or len(tail) - at < END.size:
        raise DataError("This is not a zip: pack the pictures into one.")
    _, _, _, _, files, directory, _, _ = END.unpack_from(tail, at)
    large = tail[max(0, at - LARGE_SIZE) : at].startswith(LARGE_MARK)
    if large or files > MOST_FILES or directory > MOST_FILES * DIRECTORY_PER_FILE:
        raise DataError(_too_many())


def _too_many() -> str:
    return f"This zip holds too many files: pack at most {MOST_FILES:,}."


def _checked(member: zipfile.ZipInfo) -> PurePosixPath:
    """Where a member would lie; DataError for what no honest zip of pictures holds."""
    path = PurePosixPath(member.orig_filename.replace("\\", "/"))
    first = path.parts[0] if path.parts else ""
    if path.is_absolute() or ".." in path.parts or first.endswith(":") or "\0" in member.orig_filename:
        raise DataError("This zip names files outside of itself, so it is refused: pack the pictures again.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise DataError("This zip holds links or devices instead of files, so it is refused: pack the pictures again.")
    if member.flag_bits & ENCRYPTED:
        raise DataError("This zip is protected by a password: pack the pictures without one.")
    return path


class _Reader:
    """Reads members within the bounds; what it counts is what really came out."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.left = archive, MOST_ALL

    def read(self, member: zipfile.ZipInfo) -> bytes:
        if len(member.orig_filename) > LONGEST_NAME:
            raise PictureError(f"Its name has more than {LONGEST_NAME} characters.")
        if member.compress_type not in METHODS:
            raise PictureError("It is packed by a method that is not read here: pack it as an ordinary zip.")
        try:
            with self.archive.open(member) as file:
                return self.bounded(file)
        except DataError:
            raise
        except Exception as error:  # zipfile answers damaged members with many kinds
            raise PictureError("It is damaged within the zip.") from error

    def bounded(self, file: IO[bytes]) -> bytes:
        content = bytearray()
        while block := file.read(ZIP_CHUNK):
            content += block
            self.left -= len(block)
            if self.left < 0:
                raise DataError(
                    f"This zip unpacks to more than {MOST_ALL // 10**6:,} MB, so it is refused: pack fewer pictures."
                )
            if len(content) > MOST_ONE:
                raise PictureError(f"It unpacks to more than {MOST_ONE // 10**6} MB.")
        return bytes(content)
