"""What there is once in a process, and is not Streamlit's to forget: its caches can be cleared from a page."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """`make`, called by whoever comes first while the others wait; its result is the same for ever."""
    lock, made = threading.RLock(), list[T]()

    @wraps(make)
    def get() -> T:
        if not made:
            with lock:
                if not made:
                    made.append(make())
        return made[0]

    return get
