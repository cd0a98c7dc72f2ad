"""An innocent visitor among ten who send, over and over for a minute, what once slowed, filled or stopped the server.

Patterns that never end or want all memory, pictures of thousands of scans, of a giant tile, of 40 million pixels, zips
of two thousand labels and of large pictures, files put to the upload address that nobody asked for, trainings begun
and left. One more visitor moves a slider; how long that takes is held against the idle server. Memory is that of the
server and of all its processes together, pages that they share counted once; the server's health is asked for all the
while. The attackers have a process of their own, which stands back behind the server: they are elsewhere.
"""

import http.client
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from websockets.exceptions import WebSocketException

from core.exhibits.pet_classifier import settings as classifier
from core.exhibits.pets_data.settings import OWN, REGEX_LAB, Settings
from core.settings import to_params
from tests.bench.load import BUSY, IDLE, NICE, SLIDER_PAGE, moves, p95
from tests.bench.memory import resident
from tests.bench.pages import figure, say
from tests.bench.sessions import FailedError, Session
from tests.bench.uploading import MB, Visitor
from tests.browser.serving import Server
from tests.data.making import encoded, noise, zipped
from tests.data.test_costs import scans, tiff

NAMES = ("hostile_p95_vs_idle", "hostile_memory_mb", "hostile_health_failures")
MINUTE = 60.0  # seconds
HEALTHY = 5.0  # seconds within which the health check must be answered
OFTEN = 0.5  # seconds between two looks at memory and health
LARGE = (6300, 6300)  # pixels

PAGES = ("pets-data", "pet-classifier", "training-loop", "neural-net")
PATTERN = Settings(view=REGEX_LAB, pattern=OWN)
YOURS = classifier.Settings(view="own", subject=classifier.MINE)

Attack = Callable[[str, int], None]
"""One round of an attacker; the number is different each time."""


def patterns(server: str, number: int) -> None:
    """A pattern that never ends, or one that wants all memory."""
    own = rf"^(\w+_?)+!{{{number % 7 + 1}}}${number}" if number % 2 else f"(?:|a){{{4_294_967_294 - number}}}"
    with Session(server) as session:
        session.visit("pets-data", **to_params(replace(PATTERN, own=own)))


def pictures(server: str, number: int) -> None:
    """A picture that costs its reader much."""
    with Visitor(server) as visitor:
        visitor.visit("pet-classifier", **to_params(YOURS))
        for name in sorted(HOSTILE)[number % 2 :: 2]:
            visitor.upload(server, "own picture file", name, HOSTILE[name])


def zips(server: str, number: int) -> None:
    """A zip of very many labels, or of very large pictures."""
    with Visitor(server) as visitor:
        visitor.visit("pets-data")
        visitor.move("more pets", True)
        visitor.upload(server, "own zip 0", "a.zip", ZIPS[number % len(ZIPS)])
        visitor.poll()


def puts(server: str, number: int) -> None:
    """Files to the upload address: one that nobody asked for, and those that a session may have."""
    with Visitor(server) as visitor:
        visitor.visit("")
        for address in [*visitor.ask(4), f"/_stcore/upload_file/{number}/{number}"]:
            visitor.put(server, address, 95 * MB)


def trainings(server: str, number: int) -> None:
    """Long trainings, begun and left."""
    with Session(server) as session:
        session.visit("neural-net", view="resnet18", deep="true", deep_epochs=5, seed=number)
        session.visit("training-loop", epochs=40, seed=number)


HOSTILE = {
    "scans.jpg": scans(2000),
    "tile.tif": tiff(),
    "large.png": encoded(Image.new("RGBA", LARGE, (1, 2, 3, 4)), "PNG"),
    "float.tif": encoded(Image.new("F", LARGE), "TIFF", compression="tiff_adobe_deflate"),
}
ZIPS = (
    zipped({f"breed{n}_1.jpg": encoded(noise(2, 2, seed=n)) for n in range(2000)}),
    zipped({f"{'ab'[n % 2]}_{n}.png": HOSTILE["large.png"] for n in range(12)}),
    zipped({f"{'ab'[n % 2]}_{n}.jpg": encoded(noise(seed=n)) + bytes(39 * MB) for n in range(14)}),
)
ATTACKERS: tuple[Attack, ...] = (patterns, pictures, zips, puts, trainings) * 2


def measure() -> dict[str, dict[str, Any]]:
    """Every figure of this file."""
    with Server() as server, Session(server.url) as mover:
        for page in PAGES:  # what a server imports and computes once, it has by now
            with Session(server.url) as first:
                first.visit(page).finish()
        mover.visit(SLIDER_PAGE)
        idle = moves(mover, IDLE, lambda: True)
        say(f"idle: {len(idle)} moves, {1000 * median(idle):.0f} ms; {resident(server):.0f} MB")
        most, unwell, over = [0.0], [0], threading.Event()
        with ThreadPoolExecutor(1) as pool, ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
            watching = pool.submit(watch, server, over, most, unwell)
            attacks = elsewhere.submit(attack_all, server.url)
            busy = moves(mover, BUSY, lambda: not attacks.done())
            over.set()
            watching.result()
        say(f"rounds: {attacks.result()}; {most[0]:.0f} MB at most, {resident(server):.0f} MB at the end")
    idle_ms, busy_ms = 1000 * p95(idle), 1000 * p95(busy)
    peer = f"p95 of {len(busy)} moves among {len(ATTACKERS)} attackers, {busy_ms:.0f} ms, over that of {len(idle)} idle"
    peer += f" ones, {idle_ms:.0f} (medians {1000 * median(busy):.0f} and {1000 * median(idle):.0f})"
    return {
        "hostile_p95_vs_idle": figure(busy_ms / idle_ms, "ratio", 3.0, peer),
        "hostile_memory_mb": figure(most[0], "MB", 2500.0, "of the server and all its processes, at most"),
        "hostile_health_failures": figure(unwell[0], "times", 0.0, f"no answer to the health check in {HEALTHY:g} s"),
    }


def attack_all(server: str) -> dict[str, int]:
    """All attackers at once for a minute; how many rounds each kind came to."""
    os.nice(NICE)
    end = time.monotonic() + MINUTE
    with ThreadPoolExecutor(len(ATTACKERS)) as pool:
        rounds = pool.map(lambda number: attack(server, ATTACKERS[number], number, end), range(len(ATTACKERS)))
        by_kind: dict[str, int] = {}
        for work, made in zip(ATTACKERS, rounds, strict=True):
            by_kind[work.__name__] = by_kind.get(work.__name__, 0) + made
    return by_kind


def attack(server: str, work: Attack, number: int, end: float) -> int:
    """Attack until the minute is over; that the server refuses is what it may do."""
    made = 0
    while time.monotonic() < end:
        try:
            work(server, number + len(ATTACKERS) * made)
        except (FailedError, WebSocketException, OSError, TimeoutError) as refusal:
            say(f"{work.__name__} was refused: {refusal!r}"[:200])
        made += 1
    return made


def watch(server: Server, over: threading.Event, most: list[float], unwell: list[int]) -> None:
    """Look at memory and health until it is over."""
    while not over.wait(OFTEN):
        most[0] = max(most[0], resident(server))
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=HEALTHY)
        try:
            connection.request("GET", "/_stcore/health")
            unwell[0] += connection.getresponse().status != 200
        except OSError:
            unwell[0] += 1
        finally:
            connection.close()
