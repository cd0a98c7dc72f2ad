"""Uploads to a real server: what was not asked for, is too large or too much is not kept, and memory stays bounded."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from mmap import mmap
from types import SimpleNamespace

import anyio
import pytest
from streamlit import config
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from core import environment
from core.app import uploads as module
from core.app.uploads import (
    ALL_BYTES,
    MOST_MB,
    PUBLIC_MB,
    SESSION_BYTES,
    NoRoomError,
    Uploads,
    guarded,
    most_mb,
    release,
)
from tests.bench.memory import resident
from tests.bench.uploading import MB, Visitor
from tests.browser.serving import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("tests/bench/apps/uploading.py") as running:
        yield running


def test_addresses_that_nobody_was_given_take_nothing(server: Server) -> None:
    with Visitor(server.url) as visitor, Visitor(server.url) as other:
        visitor.visit(""), other.visit("")
        before = resident(server)
        (given,) = visitor.ask()
        (others,) = other.ask()
        made_up = [f"{given.rpartition('/')[0]}/{number}" for number in range(8)]
        mixed = f"{given.rpartition('/')[0]}/{others.rpartition('/')[2]}"
        assert {visitor.put(server.url, address, 50 * MB) for address in [*made_up, mixed]} <= {403, 0}
        assert visitor.put(server.url, given, 0) == 204
        assert resident(server) < before + 30


def test_what_one_session_sends_is_bounded(server: Server) -> None:
    with Visitor(server.url) as visitor:
        visitor.visit("")
        before = resident(server)
        assert visitor.put(server.url, visitor.ask()[0], (MOST_MB + 5) * MB + MB // 2) in (413, 0)
        assert visitor.put(server.url, visitor.ask()[0], MB, length=False) in (411, 0)
        answers = Counter(visitor.put(server.url, visitor.ask()[0], 70 * MB) for _ in range(4))
        assert answers == {204: 4}  # those that do not fit are taken and dropped, and the page says so
        assert resident(server) < before + SESSION_BYTES / MB + 40
        visitor.run()
        assert list(visitor.texts.values()) == [module.OF_SESSION]
        visitor.run()
        assert list(visitor.texts.values()) == ["nothing"]


def test_what_many_sessions_send_at_once_is_bounded(server: Server) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(6) as pool:
        visitors = [stack.enter_context(Visitor(server.url)).visit("") for _ in range(6)]
        before = resident(server)
        done = pool.map(lambda each: each.put(server.url, each.ask()[0], 90 * MB), visitors)
        assert set(done) == {204}
        assert resident(server) < before + 60  # what is kept lies on the disk
        for visitor in visitors:
            visitor.run()
        said = Counter(text for visitor in visitors for text in visitor.texts.values())
        assert set(said) == {module.OF_ALL, "nothing"}
        assert said["nothing"] * 90 * MB <= ALL_BYTES


def held(active: Callable[[str], bool] = lambda _: True) -> Uploads:
    return Uploads(MemoryUploadedFileManager("/upload"), active).bound()


def record(name: str, size: int) -> UploadedFileRec:
    return UploadedFileRec(file_id=name, name="a.zip", type="application/zip", data=bytes(size))


def test_room_is_given_back_by_reading_by_leaving_and_by_age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SESSION_BYTES", 100)
    monkeypatch.setattr(module, "ALL_BYTES", 150)
    uploads = held()
    manager = uploads.manager
    manager.add_file("a", record("1", 80))
    manager.add_file("a", record("2", 30))
    assert [uploads.refused("a"), uploads.refused("a")] == [module.OF_SESSION, None]
    manager.add_file("b", record("3", 80))
    assert uploads.refused("b") == module.OF_ALL
    manager.remove_file("a", "1")  # read
    manager.add_file("b", record("3", 80))
    assert [len(each.data) for each in manager.get_files("b", ["3"])] == [80]
    manager.add_file("c", record("4", 80))
    assert uploads.refused("c") == module.OF_ALL
    manager.remove_session_files("b")
    manager.add_file("c", record("4", 80))
    assert uploads.refused("c") is None
    monkeypatch.setattr(module, "AGED", -1.0)
    manager.add_file("d", record("5", 90))
    assert manager.get_files("c", ["4"]) == []
    assert len(manager.get_files("d", ["5"])) == 1


def test_a_large_upload_lies_on_the_disk_and_reads_the_same() -> None:
    uploads = Uploads(MemoryUploadedFileManager("/upload"), lambda _: True).bound()
    contents = {"small": b"ab" * 10, "large": bytes(range(256)) * (module.ON_DISK // 256 + 1)}
    for name, data in contents.items():
        uploads.add_file("a", UploadedFileRec(name, name, "", data))
    records = uploads.manager.get_files("a", list(contents))
    assert [type(record.data) for record in records] == [bytes, mmap]
    assert [UploadedFile(record, FileURLs()).getvalue() for record in records] == list(contents.values())
    assert uploads.total == sum(map(len, contents.values()))
    for name in contents:
        uploads.remove_file("a", name)
    assert uploads.total == 0


def test_without_room_on_the_disk_it_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.tempfile, "TemporaryFile", full)
    uploads = Uploads(MemoryUploadedFileManager("/upload"), lambda _: True).bound()
    uploads.add_file("a", UploadedFileRec("large", "large", "", bytes(module.ON_DISK)))
    assert [type(record.data) for record in uploads.manager.get_files("a", ["large"])] == [bytes]


def test_a_session_has_a_few_files_at_a_time_and_all_are_counted() -> None:
    uploads = held()
    for number in range(3 * module.ADDRESSES):
        uploads.manager.add_file("a", record(str(number), 10))
        assert uploads.total == uploads.held["a"] == 10 * min(number + 1, module.ADDRESSES)
    assert len(uploads.manager.get_files("a", [str(number) for number in range(100)])) == module.ADDRESSES
    uploads.manager.add_file("a", record(str(number), 30))  # the same again, larger
    assert uploads.total == 10 * module.ADDRESSES + 20
    uploads.manager.remove_session_files("a")
    assert (uploads.total, uploads.held, uploads.since) == (0, Counter(), {})


def test_a_session_that_has_gone_leaves_nothing() -> None:
    uploads = held(lambda session: session == "here")
    uploads.manager.add_file("gone", record("1", 10))
    uploads.refuse("gone", "It did not fit.")
    assert dict(uploads.manager.file_storage) == uploads.refusals == {}
    uploads.manager.get_upload_urls("here", ["a"] * 1000)
    assert len(uploads.addresses["here"]) == module.ADDRESSES
    uploads.manager.remove_session_files("here")
    assert uploads.addresses == {}


def test_an_upload_that_trickles_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEGINNING", 0.05)
    uploads, answers = held(), []
    file_id = uploads.get_upload_urls("a", ["a.zip"])[0].file_id
    scope = {"method": "PUT", "path_params": {"session_id": "a", "file_id": file_id}}
    scope["headers"] = [(b"content-length", b"100")]
    messages = iter([{"type": "http.request", "body": b"x", "more_body": True}])

    async def receive() -> dict:
        for message in messages:
            return message
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: dict) -> None:
        answers.append(message.get("status"))

    async def inner(_route: object, _scope: dict, receive: Callable, _send: Callable) -> None:
        while True:
            await receive()

    anyio.run(guarded(inner, uploads), None, scope, receive, send)
    assert answers == [408, None]
    assert uploads.refused("a") == module.TOO_SLOW
    assert uploads.arriving.total() == 0


def test_bytes_that_arrive_count_until_they_are_dealt_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ALL_BYTES", 50)
    uploads = held()
    uploads.arrived("a", 40)
    with pytest.raises(NoRoomError, match="others upload much"):
        uploads.arrived("b", 11)
    uploads.left("a", 40)
    uploads.arrived("b", 50)
    assert dict(uploads.arriving) == {"b": 50}


def test_counting_is_safe_in_many_threads() -> None:
    uploads = held()

    def pass_through() -> None:
        for _ in range(200):
            uploads.arrived("a", 3)
            uploads.left("a", 3)

    threads = [threading.Thread(target=pass_through) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert uploads.arriving.total() == 0


def test_a_server_for_everybody_takes_small_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.PUBLIC, "0")
    assert most_mb() == MOST_MB == config.get_option("server.maxUploadSize")
    monkeypatch.setenv(environment.PUBLIC, "1")
    assert most_mb() == PUBLIC_MB < MOST_MB


def test_an_upload_that_was_read_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = held().manager
    manager.add_file("a", record("1", 10))
    manager.add_file("b", record("1", 10))
    monkeypatch.setattr(
        module, "get_script_run_ctx", lambda: SimpleNamespace(session_id="a", uploaded_file_mgr=manager)
    )
    release(UploadedFile(manager.get_files("a", ["1"])[0], FileURLs(file_id="1")))
    assert manager.get_files("a", ["1"]) == []
    assert len(manager.get_files("b", ["1"])) == 1
