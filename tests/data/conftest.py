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


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A computer of its own: an empty fastai home, no pictures of one's own, and a place for temporary files."""
    monkeypatch.setenv("FASTAI_HOME", str(tmp_path / "fastai"))
    monkeypatch.setenv("DOWNHILL_PETS", str(tmp_path / "my_pets"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return tmp_path
