"""Pages open one at a time and give way to who moves a control; neither holds anybody up for good."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.app import turns
from core.app.turns import answering, give_way, turn


def test_pages_open_one_at_a_time_and_none_waits_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 30.0)
    inside, most, lock = [0], [0], threading.Lock()

    def open_page(_: int) -> None:
        with turn():
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            threading.Event().wait(0.002)
            with lock:
                inside[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_page, range(24)))
    assert most[0] == turns.AT_ONCE
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    with turn(), turn():  # the second goes on all the same
        assert inside[0] == 0
    with turn():
        assert not turns._turns.take(0.01)  # and gave back nothing that was not its own


def opening(monkeypatch: pytest.MonkeyPatch, patience: float) -> tuple[Callable[[], None], list[str]]:
    """A page that is being opened while another visitor's move is answered; and what happened in what order."""
    monkeypatch.setattr(turns, "GIVES_WAY", patience)
    seen, moving = [], threading.Event()

    def page() -> None:
        with turn():
            moving.wait(30)
            give_way()
            seen.append("page")

    def both() -> None:
        with ThreadPoolExecutor(1) as pool:
            opened = pool.submit(page)
            with answering():
                moving.set()
                if patience > 1:
                    while not turns._moves.changed._waiters:  # type: ignore[attr-defined]
                        threading.Event().wait(0.001)
                else:
                    opened.result(30)
                seen.append("move")
            opened.result(30)

    return both, seen


def test_a_page_that_is_opened_gives_way_to_who_moves_a_control(monkeypatch: pytest.MonkeyPatch) -> None:
    both, seen = opening(monkeypatch, 30.0)
    both()
    assert seen == ["move", "page"]


def test_but_not_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    both, seen = opening(monkeypatch, 0.01)
    both()
    assert seen == ["page", "move"]


def test_what_answers_a_control_gives_way_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "GIVES_WAY", 30.0)
    with answering(), answering():
        give_way()  # else it would wait for itself
    assert turns._moves.ahead == 0
    with turn(), answering():  # drawn while its page is opened, it is part of that
        assert turns._moves.ahead == 0
