"""Zips: what is dangerous refuses the whole with one sentence, what is useless is left out, nothing else happens."""

import io
import stat
import struct
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import zips
from core.data.download import DataError
from core.data.pictures import PictureError
from core.data.zips import open_zip
from tests.data.making import zipped

FILES = {"a_1.jpg": b"one", "folder/b_2.jpg": b"two" * 1000}


def member(name: str, mode: int = stat.S_IFREG | 0o644, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr, info.compress_type = mode << 16, method
    return info


def named(name: str) -> bytes:
    """A zip in which `name` stands as it is; zipfile would tidy it up."""
    stand_in = "x" * len(name.encode())
    return zipped({stand_in: b"content"}).replace(stand_in.encode(), name.encode())


def flagged(flag: int) -> bytes:
    """A zip whose member claims `flag` in both of its headers."""
    data = bytearray(zipped({"a_1.jpg": b"one"}))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.find(mark) + offset] |= flag
    return bytes(data)


def read_all(source: bytes) -> dict[str, bytes]:
    return {str(entry.path): entry.read() for entry in open_zip(source)}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_good_zip_is_read(method):
    assert read_all(zipped(FILES, method=method)) == FILES
    assert [entry.path for entry in open_zip(io.BytesIO(zipped(FILES)))] == [PurePosixPath(name) for name in FILES]


def test_what_the_system_adds_is_not_there():
    extra = {"__MACOSX/._a_1.jpg": b"", ".DS_Store": b"", "folder/._b_2.jpg": b"", ".git/x.jpg": b"", "empty/": b""}
    assert read_all(zipped(extra | FILES)) == FILES


def test_a_comment_does_not_hide_the_end():
    buffer = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"from my holidays" * 4000
    assert read_all(buffer.getvalue()) == FILES


def test_backslashes_separate_folders_too():
    assert [entry.path.parts for entry in open_zip(named("dogs\\a_1.jpg"))] == [("dogs", "a_1.jpg")]


def large_end(files: int) -> bytes:
    """A zip whose end tells few files, and whose end of the large kind, which zipfile prefers, `files`."""
    data = zipped(FILES)
    at = data.rfind(b"PK\5\6")
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, files, files, 46 * files, data.find(b"PK\1\2"))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    return data[:at] + record + locator + data[at:]


REFUSED = {
    "nothing": (b"", "not a zip"),
    "text": (b"<html>" * 100, "not a zip"),
    "another archive": (b"Rar!\x1a\7\0" + bytes(100), "not a zip"),
    "its end cut off": (zipped(FILES)[:-10], "not a zip"),
    "a broken table": (zipped(FILES).replace(b"PK\1\2", b"PK\1\3"), "damaged"),
    "a path above": (named("../evil_1.jpg"), "outside"),
    "a path above, deep": (named("a/../../evil_1.jpg"), "outside"),
    "a path above for Windows": (named("..\\evil_1.jpg"), "outside"),
    "an absolute path": (named("/etc/evil_1.jpg"), "outside"),
    "a drive": (named("C:\\evil_1.jpg"), "outside"),
    "a share": (named("\\\\server\\evil_1.jpg"), "outside"),
    "a hidden end of a name": (named("evil_1.jpg\0.png"), "outside"),
    "a link": (zipped(FILES, (member("c_3.jpg", stat.S_IFLNK | 0o777), b"/etc/passwd")), "links or devices"),
    "a device": (zipped(FILES, (member("c_3.jpg", stat.S_IFCHR | 0o666), b"")), "links or devices"),
    "a pipe": (zipped(FILES, (member("c_3.jpg", stat.S_IFIFO | 0o666), b"")), "links or devices"),
    "a password": (flagged(0x1), "password"),
    "strong encryption": (flagged(0x41), "password"),
    "100,000 files": (zipped({f"{i}": b"" for i in range(100_000)}, method=zipfile.ZIP_STORED), "at most 4,000"),
    "5,000 files": (zipped({f"{i}": b"" for i in range(5000)}, method=zipfile.ZIP_STORED), "at most 4,000"),
    "an end that claims more": (large_end(10**9), "at most 4,000"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_dangerous_zip_is_refused_as_a_whole(kind):
    source, words = REFUSED[kind]
    with pytest.raises(DataError, match=words) as caught:
        open_zip(source)
    assert not isinstance(caught.value, PictureError)
    assert "\n" not in str(caught.value)
    assert str(caught.value).count(".") == 1


def test_too_many_files_are_noticed_before_zipfile_reads_their_names(monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the table of contents was read"))
    for kind in ("100,000 files", "an end that claims more"):
        with pytest.raises(DataError):
            open_zip(REFUSED[kind][0])


def test_a_table_larger_than_its_files_need_is_refused():
    bloated = [(zipfile.ZipInfo(f"{i}_{'n' * 60_000}"), b"") for i in range(120)]
    with pytest.raises(DataError, match="at most 4,000"):
        open_zip(zipped({}, *bloated))


def test_a_bomb_is_stopped_by_what_comes_out(monkeypatch):
    monkeypatch.setattr(zips, "MOST_ALL", 3_000_000)
    bomb = zipped({f"{i}.jpg": bytes(1_000_000) for i in range(5)})
    assert len(bomb) < 10_000
    entries = open_zip(bomb)
    assert [len(entry.read()) for entry in entries[:3]] == [1_000_000] * 3
    with pytest.raises(DataError, match="unpacks to more than 3 MB") as caught:
        entries[3].read()
    assert not isinstance(caught.value, PictureError)


def test_one_file_that_is_too_large_is_left_out(monkeypatch):
    monkeypatch.setattr(zips, "MOST_ONE", 1_000_000)
    large, small = open_zip(zipped({"large.jpg": bytes(5_000_000), "small.jpg": bytes(1000)}))
    with pytest.raises(PictureError, match="more than 1 MB"):
        large.read()
    assert small.read() == bytes(1000)


def test_a_size_that_is_a_lie_is_not_believed():
    data = bytearray(zipped({"a_1.jpg": bytes(1_000_000)}))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.find(mark) + offset
        data[at : at + 4] = struct.pack("<L", 100)
    (entry,) = open_zip(bytes(data))
    with pytest.raises(PictureError, match="damaged within the zip"):
        entry.read()


def overlapping() -> bytes:
    """A zip whose second member lies inside the first."""
    data = bytearray(zipped({"a_1.jpg": b"a" * 100, "b_2.jpg": b"b" * 100}, method=zipfile.ZIP_STORED))
    second = data.rfind(b"PK\1\2")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(data)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (zipped({"n" * 1000 + "_1.jpg": b"x"}), "more than 300 characters"),
        (zipped({"a_1.jpg": b"x" * 500}, method=zipfile.ZIP_LZMA), "method"),
        (zipped({"a_1.jpg": b"x" * 500}, method=zipfile.ZIP_BZIP2), "method"),
        (zipped({"a_1.jpg": b"abcdef"}, method=zipfile.ZIP_STORED).replace(b"abcdef", b"abcdeg"), "damaged within"),
    ],
    ids=["a long name", "LZMA", "BZIP2", "a wrong checksum"],
)
def test_a_useless_file_is_left_out(source, words):
    (entry,) = open_zip(source)
    with pytest.raises(PictureError, match=words):
        entry.read()


def test_members_within_each_other_are_left_out():
    with pytest.raises(PictureError, match="damaged within"):
        open_zip(overlapping())[1].read()


@given(data=st.binary(max_size=200), cut=st.integers(0, 400))
def test_random_bytes_are_refused_and_nothing_worse(data, cut):
    for source in (data, zipped(FILES)[:cut] + data, data + zipped(FILES)[cut:]):
        try:
            entries = open_zip(source)
        except DataError:
            continue
        for entry in entries:
            try:
                entry.read()
            except DataError:
                continue


@given(at=st.integers(0, len(zipped(FILES)) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused_left_out_or_harmless(at, bit):
    data = bytearray(zipped(FILES))
    data[at] ^= 1 << bit
    try:
        entries = open_zip(bytes(data))
    except DataError:
        return
    for entry in entries:
        assert ".." not in entry.path.parts
        assert not entry.path.is_absolute()
        try:
            content = entry.read()
        except PictureError:
            continue
        assert content in FILES.values()
