"""The types of what a server and a program say to each other (ASGI)."""

from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handle = Callable[..., Coroutine[Any, Any, None]]  # of a route, a scope, a receive and a send
