"""Folders of people's own pictures: they go when they should, together they are bounded, and leftovers are swept."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from core.data import room
from core.data.download import DataError
from core.data.room import PREFIX, PicturesFolder, new_folder, sweep
from tests.conftest import ROOT

KILLED = """
import os, signal
from core.data.room import PicturesFolder
folder = PicturesFolder()
(folder.path / "a_1.jpg").write_bytes(b"x")
print(folder.path, flush=True)
input()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def place(home: Path) -> Path:
    return home / "temporary"


def folders(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if path.is_dir())


def test_a_folder_goes_when_it_is_closed_or_forgotten(place: Path) -> None:
    closed, forgotten = PicturesFolder(), PicturesFolder()
    (closed.path / "a_1.jpg").write_bytes(b"x")
    assert len(folders(place)) == 2
    closed.close()
    assert folders(place) == [forgotten.path.name]
    del forgotten
    gc.collect()
    assert folders(place) == []


def test_all_folders_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    before = sum(room._claimed.values())
    monkeypatch.setattr(room, "MOST_SETS", before + 600)
    one, two, three = PicturesFolder(), PicturesFolder(), PicturesFolder()
    assert [one.claim(250), two.claim(250), three.claim(250)] == [250, 250, 100]
    with pytest.raises(DataError, match="try again later"):
        PicturesFolder().claim(250)
    with pytest.raises(DataError, match="try again later"):
        three.claim(101, 101)
    assert one.claim(30, 0) == 30  # what it holds in the end
    assert PicturesFolder().claim(250) == 220
    two.close()
    gc.collect()
    assert PicturesFolder().claim(1000) == 470


@pytest.fixture
def killed(place: Path) -> Path:
    """The folder that a killed program left behind."""
    environment = {"TMPDIR": str(place), "PYTHONPATH": str(ROOT), "PATH": ""}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin
        assert program.stdout
        folder = Path(program.stdout.readline().strip())
        assert sweep() == 0  # it still runs
        assert (folder / "a_1.jpg").exists()
        program.communicate("\n")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_what_a_killed_program_left_is_swept_and_nothing_else(killed: Path, place: Path) -> None:
    mine, other = PicturesFolder(), place / "somebody-elses"
    other.mkdir()
    assert killed.exists()
    assert sweep() == 1
    assert folders(place) == sorted([mine.path.name, other.name])
    assert len([path for path in place.iterdir() if path.suffix == ".lock"]) == 1
    assert sweep() == 0


def test_folders_of_an_earlier_version_are_swept(place: Path) -> None:
    (place / f"{PREFIX}xw9z").mkdir()
    kept = new_folder()
    assert sweep() == 1
    assert folders(place) == [kept.name]


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(DataError, match=r"could not be kept \(No space left on device\): mend that"):
        PicturesFolder()
