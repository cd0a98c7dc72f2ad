"""Runs fastai's fine-tuning: lr_find, one epoch with the body frozen, then all layers at smaller learning rates.

It takes minutes on a CPU, so it reports while it runs and can be stopped; the best weights so far are kept.
"""

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.arrays import Array
from core.data.download import Stop
from core.data.pets import Pets
from core.device import give_back, let_go
from core.exhibits.pet_classifier.settings import TuneSettings
from core.exhibits.pet_classifier.tuned_learner import at_rest, evaluated, pet_learner, remember
from core.nn.seeded import SeededSteps

TRIES = 60  # mini-batches of lr_find; fastai's own default is 100
EVERY = 0.7  # seconds between two reports
FIND, FROZEN, UNFROZEN = PHASES = ("lr_find", "frozen", "unfrozen")


@dataclass(frozen=True, kw_only=True)
class RateSearch:
    """What lr_find saw, and what it suggests by three of fastai's rules."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]  # smoothed, one for each rate
    suggestions: dict[str, float]  # by the names of the rules
    used: float  # the learning rate that the head is trained with


@dataclass(frozen=True, kw_only=True)
class Report:
    """How far it is; losses, rates and epochs are those since the last report."""

    phase: str
    losses: tuple[float, ...]  # a mini-batch
    rates: tuple[tuple[float, float], ...]  # a mini-batch: of the body's first layers, and of the head
    epochs: tuple[tuple[float, float], ...]  # loss and accuracy on the held-out pictures
    done: int  # mini-batches so far, with those of lr_find
    total: int
    seconds: float  # since the start


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What the best weights reach; the Learner itself is kept with its pictures."""

    right: int  # held-out pictures
    items: int  # all held-out pictures
    seconds: float
    pictures_per_second: float
    precision: str


Part = RateSearch | Report | Finished


def tune(settings: TuneSettings, pets: Pets, stop: Stop) -> Iterator[Part]:
    """Fine-tune and report; `stop` is asked at every mini-batch, and the best weights by then are kept.

    fastai's loop runs in a thread of its own, because it calls back and cannot be iterated.
    """
    arrived: queue.Queue[Part | BaseException | None] = queue.Queue()
    given_up = threading.Event()

    def work() -> None:
        try:
            Tuner(settings, pets, lambda: stop() or given_up.is_set(), arrived.put).run()
            arrived.put(None)
        except BaseException as problem:
            let_go(problem)
            arrived.put(problem)

    thread = threading.Thread(target=work, name="fine_tune", daemon=True)
    thread.start()
    try:
        while (part := arrived.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
    finally:
        given_up.set()
        thread.join()
        give_back(settings.device)


class Tuner:
    """Runs lr_find and fine_tune, mini-batch by mini-batch.

    fastai draws from the global random generators; each mini-batch has them for itself, from a seed of its own.
    """

    def __init__(self, settings: TuneSettings, pets: Pets, stop: Stop, put: Callable[[Part], None]):
        self.settings, self.pets, self.stop, self.put = settings, pets, stop, put
        self.phase, self.stopped = FIND, False
        self.losses: list[float] = []
        self.rates: list[tuple[float, float]] = []
        self.epochs: list[tuple[float, float]] = []
        self.done = self.seen = 0
        self.best: tuple[float, dict[str, torch.Tensor]] | None = None
        self.steps = SeededSteps()

    def run(self) -> None:
        self._next_step()
        try:
            self.learn = pet_learner(self.pets, self.settings.body, self.settings.size, self.settings.device)
            self._train()
        finally:
            self.steps.end()

    def _train(self) -> None:
        from fastai.callback.core import Callback

        learn, epochs = self.learn, self.settings.epochs
        self.total = TRIES + len(learn.dls.train) * (1 + epochs)
        watch = Callback(after_batch=self.after_batch, after_epoch=self.after_epoch)
        watch.order = 60  # after the Recorder
        bars = [callback for callback in learn.cbs if callback.name == "progress"]
        self.started = self.reported = time.perf_counter()
        with learn.no_logging(), learn.removed_cbs(bars), learn.added_cbs(watch):
            learn.freeze()
            rate = self._find() if not self.stop() else 0.0
            if not self.stopped:
                self.phase = FROZEN
                learn.fine_tune(epochs, rate, freeze_epochs=1)
        self._finish()

    def _find(self) -> float:
        """fastai's lr_find; the learning rate to train the head with."""
        from fastai.callback.schedule import LRFinder

        learn = self.learn
        with tempfile.TemporaryDirectory() as folder:  # for the weights that LRFinder restores at its end
            learn.path = Path(folder)
            learn.fit(TRIES // len(learn.dls.train) + 1, cbs=LRFinder(start_lr=1e-6, end_lr=10, num_it=TRIES))
            learn.path = Path()
        rates, losses = (np.array([float(x) for x in values]) for values in (learn.recorder.lrs, learn.recorder.losses))
        finite = np.isfinite(losses)
        rates, losses = rates[finite], losses[finite]
        suggestions = suggested_rates(rates, losses)
        used = self.settings.rate or suggestions.get("valley", 2e-3)
        self.done = TRIES
        if not self.stopped:
            rates_tried, smoothed = tuple(rates.tolist()), tuple(losses.tolist())
            self.put(RateSearch(rates=rates_tried, losses=smoothed, suggestions=suggestions, used=used))
        self.losses.clear()
        self.rates.clear()
        return used

    def after_batch(self, watch: Any) -> None:
        from fastai.callback.core import CancelFitException

        if watch.training:
            self.phase = self.phase if self.phase == FIND or watch.opt.frozen_idx else UNFROZEN
            self.done += 1
            self.seen += len(watch.xb[0])
            rates = [hyper["lr"] for hyper in watch.opt.hypers]
            self.losses.append(float(watch.loss.detach()))
            self.rates.append((float(rates[0]) if self.phase == UNFROZEN else 0.0, float(rates[-1])))
        if time.perf_counter() - self.reported > EVERY:
            self.report()
        if self.stop():
            self.stopped = True
            raise CancelFitException
        self._next_step()

    def after_epoch(self, watch: Any) -> None:
        if self.phase == FIND or self.stopped:
            return
        loss, accuracy = (float(value) for value in watch.recorder.values[-1][-2:])
        self.epochs.append((loss, accuracy))
        if self.best is None or loss < self.best[0]:
            state = {name: tensor.detach().cpu().clone() for name, tensor in self.learn.model.state_dict().items()}
            self.best = loss, state
        self.report()

    def report(self) -> None:
        self.reported = time.perf_counter()
        report = Report(
            phase=self.phase,
            losses=tuple(self.losses),
            rates=tuple(self.rates),
            epochs=tuple(self.epochs),
            done=self.done,
            total=self.total,
            seconds=self.reported - self.started,
        )
        self.put(report)
        for reported in (self.losses, self.rates, self.epochs):
            reported.clear()

    def _finish(self) -> None:
        if self.best is None:
            return
        seconds = time.perf_counter() - self.started
        self.learn.model.load_state_dict(self.best[1])
        right, items = evaluated(self.learn)
        at_rest(self.learn)
        remember(self.pets, self.settings, self.learn)
        precision = "mixed precision" if self.settings.device == "cuda" else "full precision"
        pace = self.seen / seconds
        end = Finished(right=right, items=items, seconds=seconds, pictures_per_second=pace, precision=precision)
        self.put(end)

    def _next_step(self) -> None:
        self.steps.begin(1000 * self.settings.seed + self.done)


def suggested_rates(rates: Array, losses: Array) -> dict[str, float]:
    """Learning rates by fastai's valley, minimum and steep, without both ends, as in `lr_find`; none if too short."""
    from fastai.callback.schedule import minimum, steep, valley

    first, last = TRIES // 10, max(len(rates) - 5, 0)
    if last - first < 6:
        return {}
    tried = torch.tensor(rates[first:last]), torch.tensor(losses[first:last])
    return {rule.__name__: float(rule(*tried, TRIES)[0]) for rule in (valley, minimum, steep)}
