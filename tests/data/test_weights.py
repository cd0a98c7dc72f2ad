"""Weights are fetched on request only: whole, as torchvision knows them, within their size, or not at all."""

import hashlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core import environment
from core.data.digits import download_full
from core.data.download import DownloadError, DownloadStopped
from core.data.photographs import IMAGEWOOF, OXFORD, download_photographs
from core.data.weights import WEIGHTS, Weights, download_weights
from tests.data.serving import Server

BODY = np.random.default_rng(5).bytes(200_000)
DIGEST = hashlib.sha256(BODY).hexdigest()[:8]


@pytest.fixture
def weights(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Weights:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv(environment.PUBLIC, raising=False)
    return Weights("net", f"{server.url.rpartition('/')[0]}/net-{DIGEST}.pth", 250_000)


def fetch(weights: Weights, stop: Callable[[], bool] = lambda: False) -> list[tuple[int, int | None]]:
    seen: list[tuple[int, int | None]] = []
    download_weights(weights, lambda *now: seen.append(now), stop)
    return seen


def kept(weights: Weights) -> list[str]:
    return [path.name for path in weights.file.parent.glob("**/*") if path.suffix != ".lock"]


@pytest.mark.parametrize("name", WEIGHTS)
def test_they_are_those_that_torchvision_and_fastai_use(name: str) -> None:
    import torch
    from torchvision.models import get_model_weights

    known = get_model_weights(name).IMAGENET1K_V1
    assert WEIGHTS[name].url == known.url
    assert WEIGHTS[name].size == pytest.approx(known.meta["_file_size"] * 2**20, rel=0.002)
    assert WEIGHTS[name].size > known.meta["_file_size"] * 2**20
    assert torch.hub.HASH_REGEX.search(known.url)[1] == WEIGHTS[name].digest
    assert WEIGHTS[name].file == Path(torch.hub.get_dir(), "checkpoints", known.url.rsplit("/", 1)[1])


def test_a_whole_file_is_kept_and_not_fetched_twice(weights: Weights, server: Server) -> None:
    server.answer = server.send(BODY)
    assert fetch(weights)[-1] == (len(BODY), len(BODY))
    assert weights.here
    assert weights.file.read_bytes() == BODY
    assert fetch(weights) == []
    assert server.requests == 1
    assert kept(weights) == [weights.file.name]


@pytest.mark.parametrize("length", [None, -1], ids=["length known", "length unknown"])
def test_a_file_that_is_too_large_or_another_is_refused(weights: Weights, server: Server, length: int | None) -> None:
    for body in (BODY[:-1], BODY[:-1] + b"x", BODY * 2, BODY * 50):
        server.answer = server.send(body, length=length)
        with pytest.raises(DownloadError, match=r"try again"):
            fetch(weights)
        assert kept(weights) == []


def test_a_declared_size_ends_it_before_its_bytes_come(weights: Weights, server: Server) -> None:
    server.answer = server.send(BODY, length=10**12)
    with pytest.raises(DownloadError, match=r"too large|room"):
        fetch(weights)


def test_stop_and_a_full_disk_keep_nothing(weights: Weights, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer = server.send(BODY)
    with pytest.raises(DownloadStopped):
        fetch(weights, lambda: True)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(DownloadError, match="make room and try again"):
        fetch(weights)
    assert server.requests == 0
    assert kept(weights) == []


def test_a_server_for_everybody_fetches_nothing(
    weights: Weights, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(environment.PUBLIC, "1")
    monkeypatch.setenv("FASTAI_HOME", str(tmp_path / "fastai"))
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("something was fetched"))
    sets = (partial(download_photographs, each) for each in (OXFORD, IMAGEWOOF))
    for download in (partial(download_weights, weights), download_full, *sets):
        with pytest.raises(DownloadError) as raised:
            download(lambda *_: None, lambda: False)
        assert str(raised.value) == environment.NO_DOWNLOADS
    assert server.requests == 0
    assert not weights.file.parent.exists()


def test_a_cache_that_cannot_be_written_is_a_sentence(
    weights: Weights, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "file" / "below"))
    server.answer = server.send(BODY)
    with pytest.raises(DownloadError, match=r"could not be written to torch's cache \(.*\): mend that"):
        fetch(weights)
