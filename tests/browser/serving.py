"""A real server and a real browser, for the tests of this folder and for the benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).parents[2]
READY = 120  # seconds that a server may take to start on a busy machine

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
NO_CHROMIUM = f"there is no Chromium on this machine (looked for {', '.join(NAMES)})"
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def launch(playwright: Playwright) -> Browser:
    """Chromium without a window, with WebGL in software."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])


class Server:
    """`streamlit run` of one script on a free port of this machine, for as long as the `with` block lasts.

    The folder it runs in decides which .streamlit/config.toml counts: the program's own, or none with `defaults`.
    `arguments` are the script's; everything the server writes is kept in `log`.
    """

    def __init__(self, script: str | Path = "app.py", *, defaults: bool = False, arguments: Sequence[str] = ()):
        self.script, self.defaults, self.arguments = ROOT / script, defaults, arguments
        self.log: list[str] = []
        self.ready = threading.Event()

    def __enter__(self) -> "Server":
        self.folder = tempfile.TemporaryDirectory() if self.defaults else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        where = ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
        where += ["--browser.gatherUsageStats", "false"]
        command = [sys.executable, "-m", "streamlit", "run", str(self.script), *where, "--", *self.arguments]
        environment = {name: value for name, value in os.environ.items() if name != "DOWNHILL_WORKERS"}
        self.process = subprocess.Popen(
            command,
            cwd=self.folder.name if self.folder else ROOT,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if not self.ready.wait(READY) or self.process.poll() is not None:
            self.__exit__(None, None, None)
            raise RuntimeError("The server did not start:\n" + "".join(self.log))
        with urlopen(f"{self.url}/_stcore/health", timeout=READY) as answer:
            assert answer.read() == b"ok"
        return self

    def _read(self) -> None:
        """Keep what the server writes; it is ready once it names its address."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.log.append(line)
            if "URL: http" in line:
                self.ready.set()
        self.ready.set()  # it has ended: nobody need wait any longer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join()
        if self.folder:
            self.folder.cleanup()
