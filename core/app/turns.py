"""Who moves a control goes first, and pages open one at a time, so that nobody who plays waits for all who come.

Python computes for one visitor at a time anyway: opening ten pages at once takes as long as one after the other, but
meanwhile every move of everybody else waits for ten. So a page waits for its turn to be opened, and while it is being
opened it stops at its next paragraph for whoever moves a control. Neither holds it up for good.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from core.jobs.turns import Precedence, Turns

AT_ONCE = 1  # pages that are being opened
PATIENCE = 1.0  # seconds after which a page is opened all the same
GIVES_WAY = 1.0  # seconds in all that a page gives way while it is being opened

_turns, _moves = Turns(AT_ONCE), Precedence()
_here = threading.local()  # the seconds that the page of this thread may still give way; none outside


@contextmanager
def turn() -> Iterator[None]:
    """Wait until it is this page's turn to be opened, or patience has ended."""
    mine = _turns.take(PATIENCE)
    _here.left = GIVES_WAY
    try:
        yield
    finally:
        _here.__dict__.pop("left", None)
        if mine:
            _turns.give_back()


def answering() -> AbstractContextManager[None]:
    """What is drawn now answers a control, unless it is part of a page that is being opened."""
    return nullcontext() if hasattr(_here, "left") else _moves.first()


def give_way() -> None:
    """A page that is being opened lets those go first who move a control."""
    left = getattr(_here, "left", 0.0)
    if left > 0:
        _here.left = left - _moves.give_way(left)
