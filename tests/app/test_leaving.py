"""What a session brought goes when it has left for good, and not before."""

import gc
import weakref
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.app import leaving as module
from core.app.leaving import GONE, Leaving
from core.data import room
from core.data.room import MOST_SET, PicturesFolder


@dataclass
class Held:
    """A session's state, which holds itself."""

    folder: PicturesFolder
    itself: list[Any] = field(default_factory=list)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def brought(leaving: Leaving, session: str) -> "tuple[PicturesFolder, weakref.ref[Held]]":
    folder = PicturesFolder()
    folder.claim(MOST_SET)
    leaving.watch(session, folder)
    held = Held(folder)
    held.itself.append(held)
    return folder, weakref.ref(held)


def test_a_session_that_has_left_is_cleaned_up_after_though_it_holds_itself(clock: list[float]) -> None:
    here = {"a", "b"}
    leaving = Leaving(here.__contains__)
    gc.disable()
    try:
        folder, held = brought(leaving, "a")
        path, claimed = folder.path, str(folder.path)
        del folder
        others, _ = brought(leaving, "b")
        assert leaving.look() == 0
        here.remove("a")
        clock[0] += GONE - 1
        assert leaving.look() == 0
        assert path.is_dir()  # it may come back
        assert held() is not None
        clock[0] += 2
        assert leaving.look() == 1
        assert held() is None
        assert not path.exists()
        assert claimed not in room._claimed
        assert others.path.is_dir()
        assert list(leaving.sessions) == ["b"]
    finally:
        gc.enable()
        others.close()


def test_one_that_comes_back_in_time_keeps_everything(clock: list[float]) -> None:
    here = {"a"}
    leaving = Leaving(here.__contains__, lambda: pytest.fail("collected"))
    folder, _ = brought(leaving, "a")
    here.clear()
    clock[0] += GONE - 1
    assert leaving.look() == 0
    here.add("a")
    assert leaving.look() == 0
    here.clear()
    clock[0] += GONE - 1
    assert leaving.look() == 0
    assert folder.path.is_dir()
    folder.close()
