"""What takes long to compute leaves the server's process, once that is known; what cannot be sent back stays."""

import os
import signal
import threading
import time
from dataclasses import dataclass

import pytest

from core.app import aside
from core.errors import UserError
from core.jobs.apart import PLAIN, WITH_TORCH, DefectError
from core.jobs.job import LostError
from core.jobs.turns import Turns

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@dataclass(frozen=True)
class Settings:
    seconds: float = 0.0
    device: str = "cpu"


def compute(settings: Settings) -> int:
    """The process that computed, after so many seconds of computing."""
    end = time.thread_time() + settings.seconds
    while time.thread_time() < end:
        sum(range(1000))
    return os.getpid()


def unsendable(settings: Settings) -> tuple[int, object]:
    return compute(settings), threading.Lock()


def dying(settings: Settings) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return compute(settings)


def broken(settings: Settings) -> int:
    raise ZeroDivisionError(settings)


def refusing(settings: Settings) -> int:
    compute(settings)
    raise UserError("Choose a smaller number.")


@pytest.fixture(autouse=True)
def _known_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNHILL_WORKERS", "processes")
    monkeypatch.setattr(aside, "SLOW", 0.02)
    monkeypatch.setattr(aside, "_seconds", {})
    monkeypatch.setattr(aside, "_ran", set())
    monkeypatch.setattr(aside, "_stay", set())


def test_what_took_long_is_computed_elsewhere_the_next_time() -> None:
    quick, slow = Settings(), Settings(seconds=0.05)
    assert [aside.computed(compute, quick) for _ in range(2)] == [os.getpid()] * 2
    assert aside.computed(compute, slow) == os.getpid()  # nobody knew
    assert aside.computed(compute, slow) != os.getpid()
    assert aside.computed(compute, quick) != os.getpid()
    assert aside.computed(compute, quick) == os.getpid()  # it was quick there


def test_a_first_run_that_loads_does_not_count() -> None:
    assert aside.computed(compute, Settings(seconds=0.05)) == os.getpid()
    assert aside.computed(compute, Settings()) == os.getpid()


def test_what_takes_long_to_import_is_there_already() -> None:
    module = "statistics"
    assert not any(module in nursery.modules for nursery in (PLAIN, WITH_TORCH))
    for _ in range(2):
        aside.computed(compute, Settings(seconds=0.05))
    assert aside.computed(compute, Settings(seconds=0.05), (module,)) != os.getpid()
    assert module in WITH_TORCH.modules


def test_what_is_on_a_gpu_and_what_runs_in_threads_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [aside.computed(compute, Settings(seconds=0.05, device="cuda")) for _ in range(2)] == [os.getpid()] * 2
    monkeypatch.setenv("DOWNHILL_WORKERS", "threads")
    assert [aside.computed(compute, Settings(seconds=0.05)) for _ in range(2)] == [os.getpid()] * 2


def test_what_cannot_be_sent_back_is_computed_here() -> None:
    for _ in range(3):
        assert aside.computed(unsendable, Settings(seconds=0.05))[0] == os.getpid()


def test_a_visitors_mistake_is_that_sentence_wherever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(aside._seconds, f"{__name__}.refusing", 1.0)
    with pytest.raises(UserError, match="Choose a smaller number"):
        aside.computed(refusing, Settings())


def test_what_the_system_ends_is_said_and_not_done_in_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        monkeypatch.setitem(aside._seconds, f"{__name__}.dying", 1.0)
        with pytest.raises(LostError, match="died twice"):
            aside.computed(dying, Settings())


def test_a_defect_is_a_defect_and_keeps_nothing_else_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(aside._seconds, f"{__name__}.broken", 1.0)
    with pytest.raises(DefectError, match="ZeroDivisionError"):
        aside.computed(broken, Settings())
    assert aside._stay == set()


def test_who_finds_no_place_in_time_computes_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "PATIENCE", 0.01)
    monkeypatch.setattr(aside, "_places", Turns(1))
    monkeypatch.setitem(aside._seconds, f"{__name__}.compute", 1.0)
    with aside._places.turn(0, "busy"):
        assert aside.computed(compute, Settings()) == os.getpid()
    monkeypatch.setitem(aside._seconds, f"{__name__}.compute", 1.0)
    assert aside.computed(compute, Settings()) != os.getpid()
