"""Uploads within bounds: how large, how many bytes of a session and of all sessions, and how long one may take.

Streamlit keeps whatever is put to its upload address in memory, with or without an uploader on the page. So the running
server is taken hold of in two places: its manager of uploads, which keeps nothing that does not fit, and large ones on
the disk; and the request itself, which is counted while it arrives. Where an upload does not fit, the visitor's page
says so (`refused`).
"""

import asyncio
import logging
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from mmap import ACCESS_READ, mmap
from typing import Any, cast

from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec, UploadFileUrlInfo

from core import environment
from core.app.asgi import Handle, Message, Receive, Send
from core.app.once import once

MOST_MB = 100  # MB of an upload, as server.maxUploadSize says
PUBLIC_MB = 20  # MB of an upload on a server that is open to everybody
SESSION_BYTES = 120_000_000  # of a session's uploads
ALL_BYTES = 200_000_000  # of all sessions' uploads, those that are arriving included
ON_DISK = 1_000_000  # bytes of an upload from which on it is kept on the disk
FRAME_BYTES = 64_000  # of an upload's request around the file
ADDRESSES = 8  # that a session may have been given and use, and files that it may have
AGED = 120.0  # seconds after which an upload makes room for others
BEGINNING, PACE = 30.0, 250_000  # seconds for any upload, and bytes a second that it must come at on the whole
ALL_PACE = 30_000_000  # bytes a second of all uploads together: faster ones would keep the server from everything else

OF_SESSION = (
    f"This upload was not kept: the uploads of one session may have {SESSION_BYTES // 10**6} MB together. "
    "Remove another one, then try again."
)
OF_ALL = "This upload was not kept: others upload much just now. Try again in a few minutes."
TOO_SLOW = "This upload was not kept: it took too long. Try again, or bring fewer pictures."

_log = logging.getLogger(__name__)


class NoRoomError(Exception):
    """An upload does not fit; its text is the sentence for the visitor."""


def most_mb() -> int:
    """MB that an upload may have on this server."""
    return PUBLIC_MB if environment.public() else MOST_MB


class Uploads:
    """The uploads of a running server, bounded. `active` says whether a session is there."""

    def __init__(self, manager: MemoryUploadedFileManager, active: Callable[[str], bool]) -> None:
        self.manager, self.active = manager, active
        self.lock = threading.RLock()
        self.addresses: dict[str, deque[str]] = {}  # a session's file ids that it was given
        self.arriving = Counter[str]()  # bytes by session
        self.since: dict[str, dict[str, float]] = {}  # when a session's files were there, the oldest first
        self.held = Counter[str]()  # bytes kept, by session
        self.total = 0  # bytes kept
        self.free = 0.0  # when all bytes that have come are dealt with at that pace
        self.refusals: dict[str, str] = {}  # what to say to a session
        self._add, self._remove = manager.add_file, manager.remove_file
        self._end, self._address = manager.remove_session_files, manager.get_upload_urls

    def bound(self) -> "Uploads":
        """From now on the manager asks here."""
        for name in ("add_file", "remove_file", "remove_session_files", "get_upload_urls"):
            setattr(self.manager, name, getattr(self, name))
        return self

    def get_upload_urls(self, session_id: str, file_names: Sequence[str]) -> list[UploadFileUrlInfo]:
        """As the manager's; the last few addresses of a session are those that count."""
        given = self._address(session_id, file_names[:ADDRESSES])
        with self.lock:
            ids = self.addresses.setdefault(session_id, deque(maxlen=ADDRESSES))
            ids.extend(each.file_id for each in given)
        return given

    def remove_session_files(self, session_id: str) -> None:
        """As the manager's: the session has ended."""
        with self.lock:
            self._end(session_id)
            self._count(session_id)
            self.addresses.pop(session_id, None)
            self.refusals.pop(session_id, None)

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """As the manager's, for a file that fits and a session that is there."""
        with self.lock:
            if not self.active(session_id):
                return
            if problem := self._no_room(session_id, len(file.data), Counter()):
                self.refusals[session_id] = problem
                return
            self._add(session_id, file._replace(data=_on_disk(file.data)))
            files = self.since.setdefault(session_id, {})
            files[file.file_id] = time.monotonic()
            while len(files) > ADDRESSES:
                self.remove_file(session_id, next(iter(files)))
            self._count(session_id)

    def remove_file(self, session_id: str, file_id: str) -> None:
        """As the manager's."""
        with self.lock:
            self._remove(session_id, file_id)
            self.since.get(session_id, {}).pop(file_id, None)
            self._count(session_id)

    def _count(self, session: str) -> None:
        """What that session's files hold now; it has a few at most."""
        files = self.manager.file_storage.get(session, {})
        self.total -= self.held.pop(session, 0)
        if files:
            self.held[session] = sum(len(file.data) for file in files.values())
            self.total += self.held[session]
        else:
            self.since.pop(session, None)

    def arrived(self, session: str, count: int) -> None:
        """So many more bytes of an upload have arrived; NoRoomError where they do not fit."""
        with self.lock:
            if problem := self._no_room(session, count, self.arriving):
                raise NoRoomError(problem)
            self.arriving[session] += count

    def pause(self, count: int) -> float:
        """Seconds to wait after so many bytes, so that all uploads together keep their pace."""
        now = time.monotonic()
        with self.lock:
            self.free = max(self.free, now) + count / ALL_PACE
            return self.free - now

    def left(self, session: str, count: int) -> None:
        """So many bytes have been dealt with."""
        with self.lock:
            self.arriving[session] -= count
            self.arriving += Counter()  # without those at zero

    def expected(self, session: str, file_id: str) -> bool:
        """Whether that session was given this address."""
        return file_id in self.addresses.get(session, ())

    def refuse(self, session: str, sentence: str) -> None:
        """Have the session's page say so."""
        with self.lock:
            if self.active(session):
                self.refusals[session] = sentence

    def refused(self, session: str) -> str | None:
        """What to say to that session, once."""
        return self.refusals.pop(session, None)

    def _no_room(self, session: str, count: int, arriving: Counter[str]) -> str | None:
        """The sentence on why so many more bytes do not fit, or None; what has aged makes room."""
        if self.held[session] + arriving[session] + count > SESSION_BYTES:
            return OF_SESSION
        if self.total + arriving.total() + count > ALL_BYTES:
            self._let_go_of_aged()
        return OF_ALL if self.total + arriving.total() + count > ALL_BYTES else None

    def _let_go_of_aged(self) -> None:
        aged = time.monotonic() - AGED
        for session, files in list(self.since.items()):
            for file_id in [file_id for file_id, at in files.items() if at < aged]:
                self.remove_file(session, file_id)


def _on_disk(data: bytes) -> bytes:
    """The same bytes, those of a large upload in a file without a name: they take no memory until they are read."""
    if len(data) < ON_DISK:
        return data
    try:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            return cast(bytes, mmap(file.fileno(), 0, access=ACCESS_READ))
    except OSError:  # no room on the disk: memory is bounded as well
        return data


def guarded(inner: Handle, uploads: Uploads) -> Handle:
    """A route's `handle` that counts uploads while they arrive, and gives back what they held when they have ended."""

    @wraps(inner)
    async def handle(route: Any, scope: Message, receive: Receive, send: Send) -> None:
        params = scope.get("path_params", {})
        if scope.get("method") != "PUT" or not {"session_id", "file_id"} <= params.keys():
            await inner(route, scope, receive, send)
            return
        session, size = params["session_id"], _length(scope)
        if not uploads.expected(session, params["file_id"]):
            await _answer(send, 403)
        elif size is None:
            await _answer(send, 411)
        elif size > most_mb() * 2**20 + FRAME_BYTES:
            await _answer(send, 413)
        else:
            await _take(lambda counted: inner(route, scope, counted, send), uploads, session, size, receive, send)

    return handle


async def _take(
    take: Callable[[Receive], Awaitable[None]], uploads: Uploads, session: str, size: int, receive: Receive, send: Send
) -> None:
    """Let `take` have the body, counted; where it does not fit the rest is read and dropped."""
    counted = 0

    async def counting() -> Message:
        nonlocal counted
        message = await receive()
        count = len(message.get("body", b""))
        await asyncio.sleep(uploads.pause(count))
        uploads.arrived(session, count)
        counted += count
        return message

    try:
        async with asyncio.timeout(BEGINNING + size / PACE):
            try:
                await take(counting)
            except NoRoomError as problem:
                uploads.refuse(session, str(problem))
                uploads.left(session, counted)  # at once: others who send just now may still have room
                counted = 0
                while (message := await receive()).get("more_body"):
                    await asyncio.sleep(uploads.pause(len(message.get("body", b""))))
                await _answer(send, 204)
    except TimeoutError:
        uploads.refuse(session, TOO_SLOW)
        await _answer(send, 408)
    finally:
        uploads.left(session, counted)


def _length(scope: Message) -> int | None:
    """The request's Content-Length, which every browser sends."""
    given = dict(scope.get("headers", ())).get(b"content-length", b"")
    return int(given) if given.isdigit() and len(given) < 16 else None


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")] if status != 204 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


@once
def bound_uploads() -> Uploads | None:
    """Bound the running server's uploads, once a server; None where no server runs, as in a test of a page."""
    if not runtime.exists():
        return None
    from starlette.routing import Route

    server = runtime.get_instance()
    manager = server.uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        _log.warning("Uploads are not bounded: this Streamlit keeps them by %s.", type(manager).__name__)
        return None
    uploads = Uploads(manager, server.is_active_session).bound()
    Route.handle = guarded(Route.handle, uploads)  # type: ignore[method-assign]
    return uploads


def refused() -> str | None:
    """Why this session's last upload was not kept, once; to be shown beside the uploader."""
    uploads, context = bound_uploads(), get_script_run_ctx()
    return uploads.refused(context.session_id) if uploads and context else None


def release(file: UploadedFile) -> None:
    """Let go of an upload that has been read: its uploader is then empty."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
