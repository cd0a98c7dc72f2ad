"""The full sample: where fastai keeps it, and how it gets there."""

from pathlib import Path

import pytest

from core.data import digits, download
from core.data.download import DownloadError
from tests.data.serving import left, tgz
from tests.data.test_digits import SMALL, write_sample


@pytest.fixture
def fastai_home(tmp_path, monkeypatch):
    """A fastai home of its own, in which a small MNIST_SAMPLE is expected."""
    from fastai.data import external

    monkeypatch.setenv("FASTAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(digits, "COUNTS", SMALL)
    digits._full.cache_clear()
    external.fastai_cfg.cache_clear()
    yield tmp_path / "home"
    external.fastai_cfg.cache_clear()


@pytest.mark.parametrize("config", [None, "data = elsewhere\narchive = a/b", "data = /big/disk\narchive = ~/a"])
@pytest.mark.parametrize("named", [True, False], ids=["FASTAI_HOME", "home"])
def test_folders_are_fastais(fastai_home, tmp_path, monkeypatch, config, named):
    from fastai.data.external import fastai_path

    if not named:
        monkeypatch.delenv("FASTAI_HOME")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        fastai_home = tmp_path / ".fastai"
    if config:
        fastai_home.mkdir()
        (fastai_home / "config.ini").write_text(f"[DEFAULT]\n{config}\n")
    mine = [download.fastai_path(key) for key in ("data", "archive")]
    assert (fastai_home / "config.ini").exists() == (config is not None)
    assert mine == [fastai_path(key) for key in ("data", "archive")]
    assert mine[0].is_relative_to(tmp_path) == (config is None or "/big" not in config)


@pytest.mark.usefixtures("fastai_home")
def test_the_full_digits_are_downloaded_to_where_fastai_finds_them(server, tmp_path, monkeypatch):
    from fastai.data.external import URLs, untar_data

    made = write_sample(tmp_path / "made" / "mnist_sample")
    files = {str(p.relative_to(made.parent)): p.read_bytes() for p in made.rglob("*") if p.is_file()}
    server.answer = server.send(tgz(files))
    monkeypatch.setattr(URLs, "MNIST_SAMPLE", server.url.replace("set.tgz", "mnist_sample.tgz"))
    assert not digits.full_available()
    folder = digits.download_full(lambda *_: None, lambda: False)
    assert digits.full_available()
    assert len(digits.load("full").x_train) == SMALL["train/3"] + SMALL["train/7"]
    assert untar_data(URLs.MNIST_SAMPLE) == folder == digits.download_full(lambda *_: None, lambda: False)
    assert server.requests == 1


@pytest.mark.usefixtures("fastai_home")
def test_an_incomplete_sample_from_the_server_is_refused(server, tmp_path, monkeypatch):
    from fastai.data.external import URLs

    server.answer = server.send(tgz({"mnist_sample/train/3/0.png": b""}))
    monkeypatch.setattr(URLs, "MNIST_SAMPLE", server.url)
    with pytest.raises(DownloadError, match="train/3 holds 1 pictures instead of 12"):
        digits.download_full(lambda *_: None, lambda: False)
    assert left(tmp_path) == []


@pytest.mark.usefixtures("fastai_home")
def test_the_real_sample_is_fetched_as_fastai_would(monkeypatch):
    import fastai.data
    from fastai.data.external import URLs, fastai_cfg
    from fastdownload import FastDownload

    asked = {}
    monkeypatch.setattr(digits, "download", lambda url, folder, **rest: asked.update(rest, url=url, folder=folder))
    digits.download_full(lambda *_: None, lambda: False)
    fast = FastDownload(fastai_cfg(), module=fastai.data)
    assert asked["url"] == URLs.MNIST_SAMPLE
    assert asked["folder"] == fast.data_path("data", Path("mnist_sample.tgz"))
    assert asked["lock"] == fast.arch_path() / "mnist_sample.tgz.lock"
    size, md5 = asked["expected"]
    assert size > 1 << 20
    assert len(md5) == 32
