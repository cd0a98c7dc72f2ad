"""A web server on this machine and archives for it to serve, with all the faults a download can meet."""

import contextlib
import io
import tarfile
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

ROOM = 10_000_000
WORDS = {"set/a.txt": b"alpha", "set/b/c.txt": b"gamma"}
BIG = {**WORDS, "set/noise": np.random.default_rng(3).bytes(3 << 19)}  # 1.5 MiB: hashed in part, sent in many blocks


def tgz(files: dict[str, bytes], *more: tarfile.TarInfo) -> bytes:
    """A gzipped tar of `files` and of members given as they are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in more:
            tar.addfile(member, io.BytesIO(bytes(member.size)))
    return buffer.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def check(folder: Path) -> str | None:
    """The set's own: every file of `WORDS` with its content."""
    for name, content in WORDS.items():
        file = folder.parent / folder.name / Path(name).relative_to("set")
        if not file.is_file() or file.read_bytes() != content:
            return f"{name} is not as it should be"
    return None


class Server:
    """A web server on this machine; `answer` says what it does with a request, `free` ends its silences."""

    def __init__(self):
        self.requests, self.free, self.answer = 0, threading.Event(), self.send(b"")
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.requests += 1
                with contextlib.suppress(ConnectionError):  # the client may hang up
                    server.answer(self)

            def log_message(self, *_):
                """Keep the tests' output clean."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/set.tgz"
        self.thread = threading.Thread(target=partial(self.http.serve_forever, poll_interval=0.01))
        self.thread.start()

    def send(self, body: bytes, *, length: int | None = None, status: int = 200, silent_after: int | None = None):
        """An answer that declares `length` bytes (-1: none) and falls silent, or hangs up, after what it sends."""

        def answer(request: BaseHTTPRequestHandler):
            request.send_response(status)
            if length != -1:
                request.send_header("Content-Length", str(len(body) if length is None else length))
            request.end_headers()
            request.wfile.write(body[:silent_after])
            if silent_after is not None:
                request.wfile.flush()
                self.free.wait()
                request.wfile.write(body[silent_after:])

        return answer

    def close(self):
        self.free.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def left(tmp_path: Path) -> list[str]:
    """Every file and link below, the empty lock aside, and every folder within data."""
    paths = (p for p in tmp_path.rglob("*") if not p.is_dir() or p.parent.name == "data")
    return sorted(str(p.relative_to(tmp_path)) for p in paths if p.name != "set.tgz.lock")
