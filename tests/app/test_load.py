"""Several visitors at once, as real sessions on a real server:
one training for all who ask for it, and nothing mixed.
"""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import Empty, Queue

import pytest

from core.exhibits.training_loop.settings import Settings
from tests.bench.load import SLIDER_PAGE, crowd, mixed
from tests.bench.sessions import PATIENCE, Session
from tests.browser.serving import Server

SAME = Settings(epochs=2)
OTHERS = [Settings(epochs=3), Settings(learning_rate=0.1, epochs=2), Settings(epochs=1)]
FORGOTTEN = 5
SLIDER = "hidden"  # of relu: it changes the picture


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def test_one_training_for_all_who_ask_and_each_sees_its_own(server: Server) -> None:
    shown = crowd(server.url, [SAME, SAME, SAME, *OTHERS])
    assert len(shown) == 6
    assert mixed(shown) == 0
    seconds = {who: seconds for who, (_, seconds) in shown.items()}
    assert len({seconds[who] for who in seconds if who[1] == SAME}) == 1  # measured once
    assert len(set(seconds.values())) == 1 + len(OTHERS)


def test_each_sessions_controls_are_its_own(server: Server) -> None:
    positions = [3, 5, 9, 17, 33, 64]
    with ExitStack() as stack, ThreadPoolExecutor(len(positions)) as pool:
        sessions = [stack.enter_context(Session(server.url)) for _ in positions]
        list(pool.map(lambda session: session.visit(SLIDER_PAGE), sessions))
        assert len({session.stage for session in sessions}) == 1
        list(pool.map(lambda session, position: session.move(SLIDER, position), sessions, positions))
        assert len({session.stage for session in sessions}) == len(positions)
        for session, position in zip(sessions, positions, strict=True):
            with Session(server.url) as other:
                assert other.visit(SLIDER_PAGE, **{SLIDER: position}).stage == session.stage


@pytest.fixture
def told() -> "Iterator[tuple[int, Queue[str]]]":
    """A port on which lines are told, and those that were."""
    lines: Queue[str] = Queue()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            while True:
                with listener.accept()[0] as teller, teller.makefile() as file:
                    line = file.read()
                if line == "enough":
                    return
                lines.put(line)

        port = listener.getsockname()[1]
        listening = threading.Thread(target=listen)
        listening.start()
        yield port, lines
        with socket.create_connection(("127.0.0.1", port)) as last:
            last.sendall(b"enough")
        listening.join()


def test_a_job_runs_once_and_stops_when_all_who_wanted_it_have_left(
    told: "tuple[int, Queue[str]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    port, lines = told
    monkeypatch.setenv("DOWNHILL_FORGOTTEN", str(FORGOTTEN))
    app = Server("tests/bench/apps/endless.py", arguments=(str(port),))
    with app, ExitStack() as stays, ExitStack() as leaves:
        staying = [stays.enter_context(Session(app.url)).visit("", name="b") for _ in range(2)]
        for _ in range(4):
            leaves.enter_context(Session(app.url)).visit("", name="a")
        assert sorted(lines.get(timeout=PATIENCE) for _ in range(2)) == ["started a", "started b"]
        leaves.close()
        assert told_while_polling(staying, lines) == "stopped a"
        assert [list(session.texts.values()) for session in staying] == [["b: running"]] * 2
        stays.close()
        assert lines.get(timeout=PATIENCE) == "stopped b"
        assert lines.empty()


def told_while_polling(sessions: list[Session], lines: "Queue[str]") -> str:
    """The next line, while these sessions go on looking."""
    for _ in range(1000):
        for session in sessions:
            assert session.poll()
        try:
            return lines.get_nowait()
        except Empty:
            continue
    raise AssertionError("nothing was told")
