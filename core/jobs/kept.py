"""A cache that is bounded in entries and in bytes, and in which each entry is made once, however many ask for it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from typing import Any

from core.jobs.sizes import nbytes


class Kept:
    """The last entries asked for: at most `entries` of them, and together `most` bytes; the newest always stays."""

    def __init__(self, entries: int, most: int) -> None:
        self.entries, self.most = entries, most
        self.values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.bytes = 0
        self.making: dict[Hashable, Future[Any]] = {}
        self.lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The entry of that key; made by the first who asks, while others who ask wait. An error is not kept."""
        while True:
            with self.lock:
                if key in self.values:
                    self.values.move_to_end(key)
                    return self.values[key][0]
                made = self.making.get(key)
                if made is None:
                    mine = self.making[key] = Future[Any]()
                    break
            try:
                return made.result()
            except CancelledError:
                continue  # whoever made it was interrupted: ask again
        return self._make(key, make, mine)

    def _make(self, key: Hashable, make: Callable[[], Any], mine: Future[Any]) -> Any:
        try:
            value = make()
            size = nbytes(value)
        except BaseException as error:
            with self.lock:
                del self.making[key]
            if isinstance(error, Exception):
                mine.set_exception(error)
            else:
                mine.cancel()
            raise
        with self.lock:
            self.values[key] = (value, size)
            self.bytes += size
            while len(self.values) > 1 and (len(self.values) > self.entries or self.bytes > self.most):
                self.bytes -= self.values.popitem(last=False)[1][1]
            del self.making[key]
        mine.set_result(value)
        return value

    def find(self, key: Hashable) -> Any | None:
        """The entry of that key, if it is there."""
        with self.lock:
            return self.values.get(key, (None, 0))[0]

    def clear(self) -> None:
        """Forget all entries."""
        with self.lock:
            self.values.clear()
            self.bytes = 0
