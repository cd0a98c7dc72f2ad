"""Jobs on a Dask cluster: the same work over the same settings, its parts brought back one by one.

The workers must be able to import this program: start them in its folder, as `dask worker ADDRESS --nthreads 1`.
What comes back is unpickled, so whoever answers in a scheduler's place can run code here: over tls:// both sides prove
who they are, plain tcp:// is for this computer and for networks that nobody else can reach.

A worker that dies loses nothing: the work starts again on another one, and the parts that are here already are not
taken twice, since work is a pure function of its settings.
"""

import pickle
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from core import environment
from core.environment import DASK, DASK_CA, DASK_CERT, DASK_KEY
from core.errors import UserError
from core.jobs.job import FORGOTTEN, LostError, Stop, Work

if TYPE_CHECKING:
    from distributed import Client, Queue, Security

CONNECT = 10.0  # seconds until a scheduler must have answered
ASK = 0.2  # seconds between two questions to the scheduler
NOBODY = 20.0  # seconds without any worker
ROOM = 8  # parts that may wait to be fetched

_clients: dict[str, "Client"] = {}
_lock = threading.Lock()


def on_cluster(address: str, work: Work) -> Work:
    """`work` as it is done on the cluster of the scheduler at `address`.

    LostError if the cluster does not answer, has no workers, or has lost several on this work; UserError if Dask is
    not installed here.
    """

    def elsewhere(settings: Any, stop: Stop) -> Iterator[Any]:
        return _parts(_client(address), work, settings, stop)

    return elsewhere


def _client(address: str) -> "Client":
    """The connection to that scheduler, made once; encrypted where the address says tls."""
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            f"{DASK} names a Dask cluster, but Dask is not installed here: run `pip install distributed`, "
            "or start Downhill without it."
        ) from None
    security = _security(address)
    with _lock:
        client = _clients.get(address)
        if client is None or client.status != "running":
            try:
                how: dict[str, Any] = {"timeout": CONNECT, "set_as_default": False, "security": security}
                client = _clients[address] = Client(address, **how)
            except (OSError, ValueError):
                raise _lost(address, "does not answer") from None
        return client


def _security(address: str) -> "Security | None":
    """What proves this side to a scheduler, and the scheduler to this side; None for plain tcp."""
    from distributed import Security

    if not address.startswith("tls://"):
        return None
    named = environment.cluster()
    if named is None or named.address != address:
        raise UserError(
            f"The Dask cluster at {address} asks for certificates: name their files in {DASK_CA}, {DASK_CERT} and "
            f"{DASK_KEY}, and start Downhill again."
        )
    return Security(tls_ca_file=named.ca, tls_client_cert=named.cert, tls_client_key=named.key, require_encryption=True)


def _lost(cluster: "Client | str", what: str) -> LostError:
    address = cluster if isinstance(cluster, str) else getattr(cluster.scheduler, "address", "the given address")
    return LostError(f"The Dask cluster at {address} {what}: see to it, then move a control to try again.")


def _parts(client: "Client", work: Work, settings: Any, stop: Stop) -> Iterator[Any]:
    """Start the work, give its parts in their order, and tell it when to stop."""
    from distributed import Event, KilledWorker, Queue

    name = f"downhill-{uuid4().hex}"
    try:
        queue, asked = Queue(name, client=client), Event(name, client=client)
        future = client.get_executor(pure=False).submit(do, work, settings, name)
    except OSError:
        raise _lost(client, "does not answer") from None
    try:
        yield from _fetched(client, queue, future, stop)
        if stop():
            return
        error = future.exception()
    except (OSError, CancelledError):
        raise _lost(client, "does not answer any more") from None
    finally:
        future.cancel()
        with suppress(OSError):  # a cluster that is gone need not be told
            asked.set()
            queue.close()
    if isinstance(error, KilledWorker):
        raise _lost(client, "lost one worker after the other on this")
    if error:
        raise error


def _fetched(client: "Client", queue: "Queue", future: "Future[None]", stop: Stop) -> Iterator[Any]:
    """The parts as they arrive, until the work has ended or shall stop."""
    taken, since = 0, time.monotonic()
    while not stop():
        ended = future.done()  # asked first: what was put before the end is there by now
        found = queue.get(batch=True)
        for number, part in found:
            if number == taken:
                taken += 1
                yield pickle.loads(part)
        if found:
            continue
        if ended:
            return
        if client.nthreads():
            since = time.monotonic()
        elif time.monotonic() - since > NOBODY:
            raise _lost(client, "has no workers")
        wait([future], ASK)


def do(work: Work, settings: Any, name: str) -> None:
    """On a worker: put the parts, numbered, into the queue of that name; end when the event of that name is set."""
    from distributed import Queue

    queue, stop = Queue(name), Asked(name)
    try:
        for number, part in enumerate(work(settings, stop)):
            if not _room(queue, stop):
                return
            queue.put((number, pickle.dumps(part)))
    finally:
        queue.close()


def _room(queue: "Queue", stop: Stop) -> bool:
    """Wait until there is room in the queue; False if the work shall stop, or nobody takes from it any more."""
    until = time.monotonic() + FORGOTTEN
    while not stop():
        if queue.qsize() < ROOM:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(ASK)
    return False


class Asked:
    """Whether the event of that name is set; the scheduler is asked every now and then."""

    def __init__(self, name: str) -> None:
        from distributed import Event

        self.event = Event(name)
        self.next = 0.0
        self.known = False

    def __call__(self) -> bool:
        if not self.known and time.monotonic() > self.next:
            self.known = self.event.is_set()
            self.next = time.monotonic() + ASK
        return self.known
