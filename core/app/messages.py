"""What a page may send over its websocket: the messages that our pages send, of their size and at their pace.

Streamlit obeys whoever sends: a message of two bytes clears every cache of the server, another one has it ask git. And
it takes 200 MB at a time. So each message is looked at before Streamlit sees it.
"""

import asyncio
import gc
import logging
import time
from functools import wraps
from typing import Any

from google.protobuf.message import DecodeError
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg

from core.app.asgi import Handle, Message, Receive, Send
from core.app.once import once

_log = logging.getLogger(__name__)

OURS = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"})
"""What our pages send; the others are for whoever develops a program, and are dropped."""

OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
"""The same of what is asked for besides: a download that is made now, and more rows of a table."""

MESSAGE_BYTES = 800_000  # of a message: what all controls of a page say
WIDGET_BYTES = 700_000  # of one control; the most marks that are kept are the longest
MOST_WIDGETS = 500  # controls that a message tells of
WORDS_BYTES = 150_000  # of an address, which is said twice; kept runs and a sweep may stand in it
NAME_BYTES = 1_000  # of what names a page, a fragment or a file
MOST_NAMES = 5_000  # messages that a browser remembers, by their names
PACE, AT_ONCE = 40.0, 200.0  # messages a second, and before they must keep to that
TOO_LARGE = 1009  # why a websocket is closed


class Pace:
    """How fast the messages of one page come."""

    def __init__(self) -> None:
        self.left, self.at = AT_ONCE, time.monotonic()

    def pause(self) -> float:
        """Seconds that the next message must wait."""
        now = time.monotonic()
        self.left = min(AT_ONCE, self.left + PACE * (now - self.at)) - 1
        self.at = now
        return max(0.0, -self.left / PACE)


def fault(data: bytes) -> str | None:
    """What is wrong with a message that no page of ours would send; "" where it is to be dropped, None where it is
    good."""
    if len(data) > MESSAGE_BYTES:
        return "too large"
    try:
        message = BackMsg.FromString(data)
    except DecodeError:
        return "no message"
    kind = message.WhichOneof("type")
    if kind not in OURS or (kind == "backend_operation_request" and operation(message) not in OPERATIONS):
        return ""
    if kind == "file_urls_request":
        names = message.file_urls_request.file_names
        return "too many files" if len(names) > MOST_WIDGETS or too_long(names) else None
    return state_fault(message.rerun_script) if kind == "rerun_script" else None


def operation(message: BackMsg) -> str | None:
    """What a message asks for besides a run of its page."""
    return message.backend_operation_request.WhichOneof("payload")


def state_fault(state: Any) -> str | None:
    """What is wrong with what a page says of its controls and its address."""
    widgets = state.widget_states.widgets
    if len(widgets) > MOST_WIDGETS or any(widget.ByteSize() > WIDGET_BYTES for widget in widgets):
        return "too many or too large controls"
    names = (state.page_script_hash, state.page_name, state.fragment_id, *(widget.id for widget in widgets))
    if too_long(names) or len(state.cached_message_hashes) > MOST_NAMES:
        return "too long names"
    words = len(state.query_string.encode()) + state.context_info.ByteSize()
    return "too long an address" if words > WORDS_BYTES else None


def too_long(names: Any) -> bool:
    """Whether one of these names is longer than any of ours."""
    return any(len(name.encode()) > NAME_BYTES for name in names)


def bounded_messages(inner: Handle) -> Handle:
    """A websocket route's `handle` that drops what is not for it, and ends a connection that sends what no page of
    ours sends."""

    @wraps(inner)
    async def handle(route: Any, scope: Message, receive: Receive, send: Send) -> None:
        pace = Pace()

        async def bounded() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                await asyncio.sleep(pace.pause())
                problem = fault(message.get("bytes") or (message.get("text") or "").encode())
                if problem is None:
                    return message
                if problem:
                    await send({"type": "websocket.close", "code": TOO_LARGE})
                    return {"type": "websocket.disconnect", "code": TOO_LARGE}

        await inner(route, scope, bounded, send)

    return handle


def bound_pieces() -> int:
    """Messages that come in pieces are not collected beyond MESSAGE_BYTES either, from the next connection on.

    How many servers were found: uvicorn keeps no list of them, and its bound can be set at its start only.
    """
    from uvicorn import Config

    servers = [each for each in gc.get_objects() if type(each) is Config]  # other objects may pretend to be one
    for each in servers:
        each.ws_max_size = MESSAGE_BYTES
    return len(servers)


@once
def bound_messages() -> bool:
    """Bound the messages of the running server, once; False where no server runs, as in a test of a page."""
    if not runtime.exists():
        return False
    from starlette.routing import WebSocketRoute

    WebSocketRoute.handle = bounded_messages(WebSocketRoute.handle)  # type: ignore[method-assign]
    if not bound_pieces():
        _log.warning("Messages in pieces are not bounded: this Streamlit is not served by uvicorn.")
    return True
