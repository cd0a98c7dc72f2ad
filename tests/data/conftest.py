from functools import partial

import pytest

from core.data import download
from tests.data.serving import ROOM, Server, check


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    server = Server()
    yield server
    server.close()


@pytest.fixture
def fetch(server, tmp_path):
    """`download` of the server's archive, with the settings that most tests share."""
    home = tmp_path / "home"
    return partial(
        download.download,
        server.url,
        home / "data" / "set",
        lock=home / "archive" / "set.tgz.lock",
        room=ROOM,
        check=check,
        timeout=10.0,
    )
