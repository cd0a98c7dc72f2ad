"""Messages to a real server: what no page of ours sends is dropped or ends the connection, and clears nothing."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from core.app import messages as module
from core.app.messages import AT_ONCE, MESSAGE_BYTES, MOST_WIDGETS, NAME_BYTES, PACE, Pace, bounded_messages, fault
from core.app.once import once
from core.exhibits.top_losses.cleaning import MOST_MARKS, MOST_STEPS, read_log
from core.sweep.link import MOST_LETTERS
from tests.bench.memory import resident
from tests.bench.uploading import MB, Visitor
from tests.browser.serving import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("tests/bench/apps/uploading.py") as running, Visitor(running.url) as first:
        first.visit("")  # from now on it is bounded
        yield running


def rerun(**state: Any) -> BackMsg:
    message = BackMsg()
    message.rerun_script.query_string = state.get("query", "")
    message.rerun_script.fragment_id = state.get("fragment", "")
    for size in state.get("widgets", ()):
        message.rerun_script.widget_states.widgets.add(id="a", json_value="x" * size)
    return message


def asked_for(names: list[str]) -> BackMsg:
    message = BackMsg()
    message.file_urls_request.file_names.extend(names)
    return message


def operation(name: str) -> BackMsg:
    message = BackMsg()
    getattr(message.backend_operation_request, name).SetInParent()
    return message


GOOD = [
    operation("deferred_file"),
    operation("dataframe_chunk"),
    rerun(),
    rerun(query="a=1", fragment="f" * 64, widgets=[10, 50_000]),
    BackMsg(app_heartbeat=True),
]
DROPPED = [BackMsg(clear_cache=True), BackMsg(load_git_info=True), BackMsg(debug_shutdown_runtime=True), BackMsg()]
DROPPED += [operation("install_skills"), operation("dismiss_skills_nudge")]
BAD = [
    rerun(query="x" * module.WORDS_BYTES + "x"),
    rerun(fragment="x" * (NAME_BYTES + 1)),
    rerun(widgets=[0] * (MOST_WIDGETS + 1)),
    rerun(widgets=[module.WIDGET_BYTES]),
    rerun(widgets=[MESSAGE_BYTES // 3] * 3),
    asked_for(["a"] * (MOST_WIDGETS + 1)),
    asked_for(["a" * (NAME_BYTES + 1)]),
]


def test_what_pages_send_is_good_and_what_developers_send_is_dropped() -> None:
    assert [fault(message.SerializeToString()) for message in GOOD] == [None] * len(GOOD)
    assert [fault(message.SerializeToString()) for message in DROPPED] == [""] * len(DROPPED)
    assert all(fault(message.SerializeToString()) for message in BAD)


def test_the_longest_list_of_marks_and_the_longest_link_are_good() -> None:
    """Whoever marks very many pictures, or shares very many runs, is no attacker."""
    pictures, labels = 7390, 200
    mark = [pictures - 1, labels - 1]
    steps = [mark * (MOST_MARKS // MOST_STEPS + number % 2) for number in range(MOST_STEPS)]
    assert len(read_log(steps, pictures, labels)) == MOST_STEPS
    log = json.dumps(steps, separators=(",", ":"))  # as a browser writes it
    message = rerun(query=2 * quote("é" * MOST_LETTERS))
    message.rerun_script.context_info.url = message.rerun_script.query_string
    message.rerun_script.widget_states.widgets.add(id="a", json_value=log)
    assert len(log) > 400_000
    assert fault(message.SerializeToString()) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_judged(data: bytes) -> None:
    assert fault(data) is None or isinstance(fault(data), str)


def test_a_visitor_clears_no_cache_and_stays(server: Server) -> None:
    with Visitor(server.url) as visitor:
        visitor.visit("")
        for message in DROPPED * 100:
            visitor.socket.send(message.SerializeToString())
        visitor.run()
        assert list(visitor.texts.values()) == ["nothing"]


@pytest.mark.parametrize("message", BAD, ids=range(len(BAD)))
def test_a_message_that_no_page_sends_ends_the_connection(server: Server, message: BackMsg) -> None:
    with Visitor(server.url) as visitor:
        visitor.visit("").socket.send(message.SerializeToString())
        with pytest.raises(ConnectionClosed):
            visitor.run()


def test_pieces_of_a_message_are_not_collected(server: Server) -> None:
    before = resident(server)
    with Visitor(server.url) as visitor:
        visitor.visit("")
        with pytest.raises(ConnectionClosed):
            visitor.socket.send(bytes(MB) for _ in range(100))
    assert resident(server) < before + 30


def test_many_messages_at_once_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    pace = Pace()
    assert {pace.pause() for _ in range(int(AT_ONCE))} == {0.0}
    assert pace.pause() == pytest.approx(1 / PACE)
    now = 1000.0
    assert pace.pause() == 0.0


def test_a_connection_that_ends_is_said_to_the_server() -> None:
    """The last message of a connection goes through, whatever came before it."""
    came: list[Any] = []

    async def inner(_route: None, _scope: None, receive: Callable[[], Any], _send: None) -> None:
        came.append(await receive())

    async def connection() -> None:
        waiting = [
            {"type": "websocket.receive", "bytes": DROPPED[0].SerializeToString()},
            {"type": "websocket.disconnect", "code": 1001},
        ]

        async def receive() -> Any:
            return waiting.pop(0)

        await bounded_messages(inner)(None, {}, receive, None)  # type: ignore[arg-type]

    anyio.run(connection)
    assert came == [{"type": "websocket.disconnect", "code": 1001}]


def test_what_there_is_once_is_made_once_by_many() -> None:
    made: list[float] = []

    @once
    def make() -> int:
        made.append(time.perf_counter())
        return len(made)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: make(), range(64))) == {1}
    assert len(made) == 1
