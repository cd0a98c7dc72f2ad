"""Real sessions without a browser: a websocket that speaks Streamlit's own messages and polls as a page would."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from core.stage.scene import unpack

PATIENCE = 60.0  # seconds that one run of a page may take
STAGE = "downhill_stage"


class FailedError(Exception):
    """A page that raised, or that did not end in time."""


class Session:
    """A visitor: what the page shows now, and the ways to change it.

    `texts` are its Markdown, `stage` names the data of its picture, `widgets` are its controls' ids by their settings.
    """

    def __init__(self, url: str) -> None:
        self.address = f"ws{url.removeprefix('http')}/_stcore/stream"
        self.texts: dict[tuple[int, ...], str] = {}
        self.stage = ""
        self.widgets: dict[str, tuple[str, str]] = {}  # its id, and the fragment it stands in
        self.values: dict[str, Any] = {}
        self.polls: dict[str, float] = {}  # fragments that ask to be run again, and after how many seconds
        self.page, self.query = "", ""
        self.script = ""  # Streamlit's hash of the page, once it is known

    def __enter__(self) -> Self:
        subprotocols = [Subprotocol("streamlit")]
        socket = connect(self.address, subprotocols=subprotocols, max_size=None, compression=None)
        self.stack = ExitStack()
        self.socket = self.stack.enter_context(socket)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    def visit(self, page: str, **params: Any) -> Self:
        """Open a page with these query parameters, and wait until it has been drawn."""
        self.page, self.query, self.script = page, urlencode(params), ""
        self.run()
        return self

    def move(self, name: str, value: Any) -> float:
        """Set a control of the page; seconds until the page has answered."""
        started = time.perf_counter()
        self.values[name] = value
        self.run(self.widgets[name][1])
        return time.perf_counter() - started

    def poll(self) -> bool:
        """Wait as long as the page asks for and run what it wants to have run again;
        False if there is no such thing.
        """
        if not self.polls:
            return False
        fragment, interval = min(self.polls.items(), key=lambda item: item[1])
        try:
            self._take(ForwardMsg.FromString(self.socket.recv(timeout=interval)))  # the socket is quiet: this waits
        except TimeoutError:
            self.run(fragment, polling=True)
        return True

    def finish(self, until: float = PATIENCE) -> Self:
        """Poll until no job goes on any more; FailedError after that many seconds."""
        end = time.monotonic() + until
        while self.poll():
            if time.monotonic() > end:
                raise FailedError(f"The job of {self.page}?{self.query} did not end in {until:.0f} s.")
        return self

    def run(self, fragment: str = "", *, polling: bool = False) -> None:
        """Run the page or one fragment of it, and take what comes until the run has ended."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.page_script_hash = "" if self.script else self.page, self.script
        state.query_string = self.query
        state.fragment_id, state.is_auto_rerun = fragment, polling
        for name, value in self.values.items():
            widget = state.widget_states.widgets.add(id=self.widgets[name][0])
            if isinstance(value, FileUploaderState):
                widget.file_uploader_state_value.CopyFrom(value)
            elif isinstance(value, bool):
                widget.bool_value = value
            elif isinstance(value, str):
                widget.string_array_value.data.append(value)
            else:
                widget.double_array_value.data.append(value)
        if not polling:
            self.polls.clear()
        self.socket.send(message.SerializeToString())
        end = time.monotonic() + PATIENCE
        while not self._take(ForwardMsg.FromString(self.socket.recv(timeout=max(0.0, end - time.monotonic())))):
            pass

    def _take(self, message: ForwardMsg) -> bool:
        """Take one message; True when the run has ended."""
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self.texts.clear()
            self.polls.clear()
        elif kind == "navigation":
            self.script = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self.polls[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._element(message)
        elif kind == "delta" and (popover := message.delta.add_block.popover.id):
            self.widgets[popover.rpartition("-")[2]] = (popover, message.delta.fragment_id)
        return kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _element(self, message: ForwardMsg) -> None:
        element, fragment = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise FailedError(f"{element.exception.type}: {element.exception.message}")
        if kind == "markdown":
            self.texts[tuple(message.metadata.delta_path)] = element.markdown.body
        elif kind in ("slider", "file_uploader"):
            given = getattr(element, kind).id
            self.widgets[given.rpartition("-")[2]] = (given, fragment)
        elif kind == "bidi_component" and element.bidi_component.component_name.endswith(STAGE):
            self.stage = unpack(element.bidi_component.bytes)[0]["key"]
