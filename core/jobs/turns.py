"""Turns: few at the same time, the others wait in their order, and none waits for good."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import UserError


class Turns:
    """So many at the same time; the others wait in their order."""

    def __init__(self, most: int) -> None:
        self.free, self.waiting, self.lock = most, deque[threading.Event](), threading.Lock()

    @contextmanager
    def turn(self, patience: float, busy: str) -> Iterator[None]:
        """Wait for a turn, at most `patience` seconds, and have it; UserError with the sentence `busy` otherwise."""
        if not self.take(patience):
            raise UserError(busy)
        try:
            yield
        finally:
            self.give_back()

    def take(self, patience: float) -> bool:
        """Whether a turn came within so many seconds; then it must be given back."""
        mine = threading.Event()
        with self.lock:
            if self.free:
                self.free -= 1
                return True
            self.waiting.append(mine)
        if mine.wait(patience):
            return True
        with self.lock:
            if mine not in self.waiting:  # it was given at the last moment
                return True
            self.waiting.remove(mine)
            return False

    def give_back(self) -> None:
        """The next one who waits has it."""
        with self.lock:
            if self.waiting:
                self.waiting.popleft().set()
            else:
                self.free += 1


class Precedence:
    """Some go first: the others wait, at places that they choose themselves, while any of those is under way."""

    def __init__(self) -> None:
        self.ahead, self.changed = 0, threading.Condition()

    @contextmanager
    def first(self) -> Iterator[None]:
        """One of those who go first is under way."""
        with self.changed:
            self.ahead += 1
        try:
            yield
        finally:
            with self.changed:
                self.ahead -= 1
                self.changed.notify_all()

    def give_way(self, patience: float) -> float:
        """Wait until none of them is under way, at most so many seconds; how many it were."""
        if not self.ahead:
            return 0.0
        started = time.monotonic()
        with self.changed:
            self.changed.wait_for(lambda: not self.ahead, patience)
        return time.monotonic() - started
