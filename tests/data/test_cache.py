"""Where the program keeps what it made, also where there is no home or nothing can be written."""

from pathlib import Path

import pytest

from core.data import cache
from core.data.cache import cache_folder, cache_home


@pytest.fixture(autouse=True)
def forget():
    cache._writable.cache_clear()
    yield
    cache._writable.cache_clear()


@pytest.mark.parametrize(
    ("own", "shared", "expected"),
    [
        ("~/mine", "/caches", "/people/ada/mine"),
        (None, "/caches", "/caches/downhill"),
        (None, None, "/people/ada/.cache/downhill"),
    ],
)
def test_the_place_follows_the_environment(monkeypatch, own, shared, expected):
    monkeypatch.setenv("HOME", "/people/ada")
    for name, value in (("DOWNHILL_CACHE", own), ("XDG_CACHE_HOME", shared)):
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
    assert cache_home() == Path(expected)


def test_a_folder_is_made_and_stays_the_same(monkeypatch, tmp_path):
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "new" / "cache"))
    assert cache_folder("pets") == cache_folder("pets") == tmp_path / "new" / "cache" / "pets"
    assert list(cache_folder("pets").iterdir()) == []


def test_where_nothing_can_be_written_a_folder_goes_with_the_process(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "file" / "cache"))
    folder = cache_folder("pets")
    (folder / "x").write_text("kept")
    assert tmp_path not in folder.parents
    assert cache_folder("pets") == folder
    cache._writable.cache_clear()
    assert (cache_folder("pets") / "x").read_text() == "kept"


def test_without_a_home_it_works_too(monkeypatch):
    def homeless(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("DOWNHILL_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "expanduser", homeless)
    assert cache_home() is None
    assert cache_folder("pets").is_dir()
