"""Thirty visitors at once, and a hundred: real sessions on one server, without browsers, that all wait for trainings
and poll for them.

First thirty ask for the same training, which must run once: its measured seconds stand on every page. Then each asks
for another one, while one more visitor moves a slider; how long those moves take is held against moves on the idle
server. Then a hundred ask for three dozen trainings. What a session shows at the end is held against the same
experiment in this process. All of it is bounded in time: who has not got everything by then has failed.
"""

import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from multiprocessing import get_context
from statistics import median, quantiles
from typing import Any

from websockets.exceptions import WebSocketException

from core.exhibits.training_loop.four_ways import begin
from core.exhibits.training_loop.settings import RATES, Settings
from core.exhibits.training_loop.versions import WAYS
from core.settings import to_params
from tests.bench.memory import resident
from tests.bench.pages import figure, say
from tests.bench.sessions import FailedError, Session
from tests.browser.serving import Server

NAMES = (
    "slider_p95_under_load_vs_idle",
    "slider_p95_with_100_vs_idle",
    "load_memory_after_vs_before",
    "load_failed_sessions",
    "load_mixed_sessions",
    "load_same_training_runs",
)
VISITORS, CLASS = 30, 100
PAGE = "training-loop"
EPOCHS = (2, 3, 4, 5)
SLIDER_PAGE, SLIDER = "relu", "seed"  # the slider that one more visitor moves
IDLE, BUSY, FULL = range(100, 165), range(200, 1000), range(1000, 2000)  # its positions, none of them twice
FIRST = 5  # moves that are not counted: they warm up
NICE = 5  # how far visitors stand back who have computers of their own
PAUSE = 0.1  # seconds between two moves
LIMIT = 180.0  # seconds for each part
SECONDS = re.compile(r"· (\d+\.\d+) s,")

Shown = tuple[str, tuple[str, ...]]
"""What a session shows of a training: its first finding, and the seconds of each way."""


def measure() -> dict[str, dict[str, Any]]:
    """Every figure of this file."""
    with Server() as server, Session(server.url) as mover:
        mover.visit(SLIDER_PAGE)
        with Session(server.url) as first:  # brings fastai in
            first.visit(PAGE, epochs=1).finish(LIMIT)
        idle = moves(mover, IDLE, lambda: True)
        before = resident(server)
        say(f"idle: {len(idle)} moves, {1000 * median(idle):.0f} ms; {before:.0f} MB")
        same = crowd(server.url, [Settings(epochs=EPOCHS[0])] * VISITORS)
        say(f"the same training: {len(same)} of {VISITORS} sessions have it")
        different = [Settings(learning_rate=rate, epochs=epochs) for epochs, rate in product(EPOCHS, RATES)]
        each, busy = among(server, different[:VISITORS], lambda go_on: moves(mover, BUSY, go_on))
        say(f"different trainings: {len(each)} of {VISITORS} sessions have theirs")
        wanted = [replace(settings, shuffle=False) for settings in different] * 3
        full, crowded = among(server, wanted[:CLASS], lambda go_on: moves(mover, FULL, go_on))
        after = resident(server)
        say(f"a class: {len(full)} of {CLASS} sessions have theirs; {after:.0f} MB")
    sessions = 2 * VISITORS + CLASS
    failed = sessions - len(same) - len(each) - len(full)
    wrong, runs = mixed(same) + mixed(each) + mixed(full), len({seconds for _, seconds in same.values()})
    words = {
        "slider_p95_under_load_vs_idle": (*slowed(busy, idle, VISITORS), 2.0),
        "slider_p95_with_100_vs_idle": (*slowed(crowded, idle, CLASS), 4.0),
    }
    return {name: figure(value, "ratio", goal, peer) for name, (value, peer, goal) in words.items()} | figures(
        after / before, failed, wrong, runs, sessions
    )


def slowed(busy: list[float], idle: list[float], visitors: int) -> tuple[float | None, str]:
    """The moves' p95 over that of idle ones, and how that came about."""
    if not busy:
        return None, "no move was made in that time"
    busy_ms, idle_ms = (1000 * p95(times) for times in (busy, idle))
    return busy_ms / idle_ms, (
        f"p95 of {len(busy)} moves while {visitors} visitors wait for trainings, {busy_ms:.0f} ms, over that of "
        f"{len(idle)} idle ones, {idle_ms:.0f} (medians {1000 * median(busy):.0f} and {1000 * median(idle):.0f})"
    )


def figures(memory: float, failed: int, wrong: int, runs: int, sessions: int) -> dict[str, dict[str, Any]]:
    """The other results by name."""
    words = {
        "load_memory_after_vs_before": (memory, "ratio", 1.1, f"after {sessions} sessions have left, over before"),
        "load_failed_sessions": (
            failed,
            "sessions",
            0.0,
            f"of {sessions}: an error, or no result in {LIMIT:.0f} s",
        ),
        "load_mixed_sessions": (wrong, "sessions", 0.0, "that show another training than the one they asked for"),
        "load_same_training_runs": (runs, "trainings", 1.0, f"for {VISITORS} sessions that asked for the same one"),
    }
    return {name: figure(*row) for name, row in words.items()}


def p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else float("nan")


def crowd(server: str, wanted: Sequence[Settings]) -> dict[tuple[int, Settings], Shown]:
    """A session for each of the settings, all at once; what those show that got their training."""
    with ExitStack() as stack, ThreadPoolExecutor(len(wanted)) as pool:
        sessions = [stack.enter_context(Session(server)) for _ in wanted]
        visits = {
            (i, settings): pool.submit(visit, session, settings)
            for i, (session, settings) in enumerate(zip(sessions, wanted, strict=True))
        }
        return {who: visit.result() for who, visit in visits.items() if not failure(visit)}


def among(
    server: Server, wanted: Sequence[Settings], meanwhile: Callable[[Callable[[], bool]], list[float]]
) -> tuple[dict[tuple[int, Settings], Shown], list[float]]:
    """Such a crowd in a process of its own, which stands back behind the server since its visitors are elsewhere;
    and what `meanwhile` gave, which is told when to end: when all have got theirs."""
    with ProcessPoolExecutor(1, get_context("spawn"), os.nice, (NICE,)) as elsewhere:
        visits = elsewhere.submit(crowd, server.url, wanted)
        told = meanwhile(lambda: not visits.done())
        return visits.result(), told


def visit(session: Session, settings: Settings) -> Shown:
    """Open the page with these settings and stay until everything has arrived."""
    session.visit(PAGE, **to_params(settings)).finish(LIMIT)
    texts = session.texts.values()
    finding = next(text.split("\n")[0] for text in texts if ":blue[accuracy]" in text and "epoch" in text)
    return finding, tuple(found[1] for text in texts if (found := SECONDS.search(text)))


def failure(visit: Future[Shown]) -> BaseException | None:
    """Why a session failed, said on the error stream; None if it did not."""
    failed = visit.exception()
    if failed:
        say(f"a session failed: {failed}")
        if not isinstance(failed, FailedError | WebSocketException | OSError | StopIteration):
            raise failed
    return failed


def moves(mover: Session, positions: Sequence[int], go_on: Callable[[], bool]) -> list[float]:
    """Seconds of each move of the slider, as long as it shall go on."""
    times = []
    for position in positions:
        if not go_on():
            break
        times.append(mover.move(SLIDER, position))
        time.sleep(PAUSE)
    return times[FIRST:]


def mixed(shown: dict[tuple[int, Settings], Shown]) -> int:
    """How many sessions show another finding than their own settings give in this process, or not all four ways."""
    wrong = 0
    for (_, settings), (finding, seconds) in shown.items():
        own = begin(replace(settings, digits="built-in")).findings()[0]
        wrong += finding != own or len(seconds) != len(WAYS)
    return wrong
