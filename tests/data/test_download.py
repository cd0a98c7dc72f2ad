"""Downloads: all or nothing, whatever the server, the archive or the disk does."""

import errno
import shutil
import socket
import sys
import tarfile
import threading
from functools import partial
from pathlib import Path

import pytest

from core.data import download
from core.data.download import DownloadError, DownloadStopped
from tests.data.serving import BIG, ROOM, WORDS, check, left, special, tgz


@pytest.mark.parametrize("length", [None, -1], ids=["length known", "length unknown"])
def test_a_good_archive_is_unpacked_and_progress_told(server, fetch, tmp_path, length):
    body = tgz(BIG)
    server.answer = server.send(body, length=length)
    seen = []
    folder = fetch(progress=lambda *now: seen.append(now))
    assert folder == tmp_path / "home" / "data" / "set"
    assert {f"set/{p.relative_to(folder)}": p.read_bytes() for p in folder.rglob("*") if p.is_file()} == BIG
    assert left(tmp_path) == ["home/data/set", *sorted(f"home/data/{name}" for name in BIG)]
    done = [now[0] for now in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, len(body))
    assert len(done) > 10
    assert {now[1] for now in seen} == {len(body) if length is None else None}


def test_what_is_there_already_is_not_fetched_again(server, fetch):
    server.answer = server.send(tgz(WORDS))
    assert fetch() == fetch()
    assert server.requests == 1


def test_an_archive_without_a_folder_of_its_own_is_unpacked_too(server, fetch):
    server.answer = server.send(tgz({name.removeprefix("set/"): content for name, content in WORDS.items()}))
    assert check(fetch()) is None


@pytest.mark.parametrize("files", [WORDS, BIG], ids=["small", "over 1 MiB"])
def test_expectations_are_those_of_fastdownload(server, fetch, tmp_path, files):
    from fastdownload.core import path_stats

    body = tgz(files)
    (tmp_path / "same.tgz").write_bytes(body)
    server.answer = server.send(body)
    assert fetch(expected=path_stats(tmp_path / "same.tgz")).is_dir()


def middle(body: bytes) -> bytes:
    """`body` with one bit changed in its middle."""
    return body[: len(body) // 2] + bytes([body[len(body) // 2] ^ 1]) + body[len(body) // 2 + 1 :]


GOOD = tgz(WORDS)
EXPECTED = (len(GOOD), "0" * 32)
CASES = {
    "cut short": ({"body": GOOD[:80], "length": len(GOOD)}, {}, f"was cut after 80 of {len(GOOD)} bytes"),
    "cut, length unknown": ({"body": GOOD[:80], "length": -1}, {}, "damaged or unsafe"),
    "a changed bit": ({"body": middle(GOOD)}, {}, "damaged or unsafe"),
    "a changed checksum": ({"body": GOOD[:-8] + bytes(8)}, {}, "damaged or unsafe"),
    "no archive": ({"body": b"<html>please log in</html>"}, {}, "damaged or unsafe"),
    "nothing": ({"body": b""}, {}, "damaged or unsafe"),
    "another hash": ({"body": GOOD}, {"expected": EXPECTED}, "not the file that was expected"),
    "smaller": ({"body": GOOD[:-1]}, {"expected": EXPECTED}, "not the file that was expected"),
    "larger": ({"body": GOOD + b"x", "length": -1}, {"expected": EXPECTED}, "not the file that was expected"),
    "endless": ({"body": bytes(50_000), "length": -1}, {"room": 40_000}, "not the file that was expected"),
    "404": ({"body": b"none", "status": 404}, {}, r"answered 404 \(Not Found\) for set.tgz"),
    "503": ({"body": b"", "status": 503}, {}, "answered 503"),
    "unpacks to too much": ({"body": GOOD}, {"room": 8000}, "damaged or unsafe"),
    "lacks a file": ({"body": tgz({"set/a.txt": b"alpha"})}, {}, "set/b/c.txt is not as it should be"),
    "silent at once": ({"body": GOOD, "silent_after": 0}, {"timeout": 0.2}, "silent for 0.2 seconds"),
    "silent midway": ({"body": GOOD, "silent_after": 80}, {"timeout": 0.2}, "silent for 0.2 seconds"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_failure_is_one_sentence_and_leaves_nothing(server, fetch, tmp_path, case):
    answer, options, words = CASES[case]
    server.answer = server.send(**answer)
    with pytest.raises(DownloadError, match=words) as caught:
        fetch(**options)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith((": try again.", ": try again later."))
    assert left(tmp_path) == []


def test_a_failure_can_be_followed_by_a_success(server, fetch):
    server.answer = server.send(GOOD[:80], length=len(GOOD))
    with pytest.raises(DownloadError):
        fetch()
    server.answer = server.send(GOOD)
    assert check(fetch()) is None


def test_a_server_that_says_nothing_ends_in_an_error(fetch, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # accepts, and never answers
        mute = partial(download.download, f"http://127.0.0.1:{deaf.getsockname()[1]}/set.tgz", *fetch.args[1:])
        with pytest.raises(DownloadError, match=r"silent for 0\.2 seconds"):
            mute(**fetch.keywords | {"timeout": 0.2})
    assert left(tmp_path) == []


def test_a_server_that_is_not_there_ends_in_an_error(server, fetch, tmp_path):
    server.close()
    with pytest.raises(DownloadError, match=r"could not be fetched .* check the internet connection"):
        fetch()
    assert left(tmp_path) == []


def test_a_server_that_speaks_no_http_ends_in_an_error(server, fetch, tmp_path):
    server.answer = lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    with pytest.raises(DownloadError, match="could not be fetched"):
        fetch()
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "member",
    [
        special("../../../evil", tarfile.REGTYPE),
        special("set/../../../evil", tarfile.REGTYPE),
        special("set/evil", tarfile.SYMTYPE, "/etc/passwd"),
        special("set/evil", tarfile.SYMTYPE, "a.txt"),
        special("set/evil", tarfile.LNKTYPE, "../../../secret"),
        special("set/evil", tarfile.FIFOTYPE),
        special("set/evil", tarfile.CHRTYPE),
    ],
    ids=["above", "up and above", "symlink outside", "symlink inside", "hard link", "pipe", "device"],
)
def test_hostile_members_are_refused(server, fetch, tmp_path, member):
    (tmp_path / "secret").write_text("kept")
    server.answer = server.send(tgz(WORDS, member))
    with pytest.raises(DownloadError, match="damaged or unsafe"):
        fetch()
    assert left(tmp_path) == ["secret"]


def test_an_absolute_name_stays_below_the_folder(server, fetch, tmp_path):
    body = tgz(WORDS | {str(tmp_path / "evil"): b"!"})
    server.answer = server.send(body)
    with pytest.raises(DownloadError):  # it lands beside "set", so "set" is not the archive's only folder
        fetch()
    assert left(tmp_path) == []


@pytest.mark.parametrize("expected", [None, EXPECTED])
def test_a_disk_without_room_is_said_before_anything_is_written(server, fetch, tmp_path, monkeypatch, expected):
    usage = shutil.disk_usage(tmp_path)._replace(free=ROOM - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DownloadError, match=r"has room for 9 MB, but 1[01] MB are needed: make room and try again"):
        fetch(expected=expected)
    assert server.requests == 0
    assert left(tmp_path) == []


def test_room_is_looked_for_again_when_the_server_has_told_the_size(server, fetch, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=ROOM)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    server.answer = server.send(GOOD)
    with pytest.raises(DownloadError, match="make room"):
        fetch()
    assert server.requests == 1
    assert left(tmp_path) == []


def test_a_disk_that_fills_up_leaves_nothing(server, fetch, tmp_path, monkeypatch):
    extract = tarfile.TarFile.extract

    def fill(tar, member, *args, **kwargs):
        if member.name == "set/b/c.txt":
            raise OSError(errno.ENOSPC, "No space left on device")
        extract(tar, member, *args, **kwargs)

    monkeypatch.setattr(tarfile.TarFile, "extract", fill)
    server.answer = server.send(GOOD)
    with pytest.raises(DownloadError, match=r"could not be written to .* \(No space left on device\)"):
        fetch()
    assert left(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_said(fetch, tmp_path):
    (tmp_path / "home").write_text("a file stands here")
    with pytest.raises(DownloadError, match="could not be written"):
        fetch()
    assert left(tmp_path) == ["home"]


@pytest.mark.parametrize("asked", [1, 3, 30], ids=["before", "midway", "while unpacking"])
def test_stop_is_heeded_and_leaves_nothing(server, fetch, tmp_path, asked):
    many = {f"set/{n}": b"" for n in range(100)}
    server.answer = server.send(tgz(BIG | many))
    questions = iter(range(1, 1000))
    with pytest.raises(DownloadStopped, match="stopped, and nothing of it was kept"):
        fetch(stop=lambda: next(questions) >= asked)
    assert next(questions) == asked + 1
    assert server.requests == (asked > 1)
    assert left(tmp_path) == []


def test_an_error_of_the_caller_leaves_nothing(server, fetch, tmp_path):
    def fail(done, _):
        if done:
            raise KeyError("the page is gone")

    server.answer = server.send(tgz(BIG))
    with pytest.raises(KeyError):
        fetch(progress=fail)
    assert left(tmp_path) == []


@pytest.fixture
def broken(fetch):
    """What a copy that was broken off has left in the archive's place."""
    folder = fetch.args[1]
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("half")
    return folder


def test_a_folder_that_is_not_whole_is_set_aside(server, fetch, broken):
    broken.with_name("set.before-1").mkdir()
    server.answer = server.send(GOOD)
    assert check(fetch()) is None
    assert (broken.with_name("set.before-2") / "a.txt").read_text() == "half"


@pytest.mark.usefixtures("broken")
def test_a_folder_that_is_not_whole_stays_when_the_download_fails(server, fetch, tmp_path):
    server.answer = server.send(middle(GOOD))
    with pytest.raises(DownloadError):
        fetch()
    assert left(tmp_path) == ["home/data/set", "home/data/set/a.txt"]


@pytest.mark.usefixtures("broken")
def test_a_folder_that_was_set_aside_comes_back_when_the_new_one_cannot_be_put_there(
    server, fetch, tmp_path, monkeypatch
):
    rename = Path.rename

    def refuse(path, target):
        if ".partial" in str(path):
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    server.answer = server.send(GOOD)
    with pytest.raises(DownloadError, match=r"\(Permission denied\)"):
        fetch()
    assert left(tmp_path) == ["home/data/set", "home/data/set/a.txt"]


needs_fcntl = pytest.mark.skipif(sys.platform == "win32", reason="no lock between processes on this system")


@needs_fcntl
def test_what_a_killed_download_left_is_swept_up(server, fetch, tmp_path):
    stale = tmp_path / "home" / "data" / ".set-abc.partial"
    (stale / "unpacked").mkdir(parents=True)
    server.answer = server.send(GOOD)
    fetch()
    assert not stale.exists()


class Second(threading.Thread):
    """A second person's click: runs `work`, and tells by `waits` when it has begun to wait for the first."""

    def __init__(self, work, **options):
        super().__init__()
        self.waits, self.quit, self.result = threading.Event(), threading.Event(), None
        self.work = partial(work, stop=self.asked, **options)
        self.start()

    def asked(self) -> bool:
        self.waits.set()
        return self.quit.is_set()

    def run(self):
        try:
            self.result = self.work()
        except DownloadError as error:
            self.result = error


@pytest.mark.parametrize("patient", [True, False], ids=["waits", "stops waiting"])
def test_of_two_clicks_at_once_one_downloads(server, fetch, patient):
    server.answer = server.send(GOOD, silent_after=80)
    second = None

    def progress(done, _):
        nonlocal second
        if done and second is None:
            second = Second(fetch)
            assert second.waits.wait(10)
            if not patient:
                second.quit.set()
                second.join(10)
            server.free.set()

    folder = fetch(progress=progress)
    second.join(10)
    assert check(folder) is None
    assert server.requests == 1
    assert second.result == folder if patient else isinstance(second.result, DownloadStopped)


@needs_fcntl
def test_a_download_of_fastais_own_is_waited_for(server, fetch):
    from fastdownload.core import _locked

    folder = fetch.args[1]
    with _locked(fetch.keywords["lock"]):
        second = Second(fetch)
        assert second.waits.wait(10)
        for name, content in WORDS.items():
            (folder.parent / name).parent.mkdir(parents=True, exist_ok=True)
            (folder.parent / name).write_bytes(content)
    second.join(10)
    assert second.result == folder
    assert server.requests == 0
