"""Pages open one at a time, so that whoever moves a control need not wait for all who come.

Python computes for one visitor at a time anyway: opening ten pages at once takes as long as one after the other, but
meanwhile every move of everybody else waits for ten. A page that takes long to open holds nobody up for good.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from core.jobs.turns import Turns

AT_ONCE = 1  # pages that are being opened
PATIENCE = 1.0  # seconds after which a page is opened all the same

_turns = Turns(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until it is this page's turn to be opened, or patience has ended."""
    mine = _turns.take(PATIENCE)
    try:
        yield
    finally:
        if mine:
            _turns.give_back()
