"""Fine-tuning as in the lesson, with fastai: lr_find, one epoch with the body frozen, then all of it at smaller rates.

It takes minutes on a CPU, so it is a job: reported while it goes on, stopped when asked, the best so far kept.
"""

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.data.pets import Pets
from core.exhibits.pet_classifier.tuned_learner import evaluated, pet_learner, remember
from core.exhibits.pet_classifier.tuning import FIND, FROZEN, UNFROZEN, Finished, Found, Part, Report, TuneSettings
from core.nn.seeded import seeded

TRIES = 60  # mini-batches of lr_find; fastai's own default is 100
EVERY = 0.7  # seconds between two reports


def fine_tune(settings: TuneSettings, pets: Pets, stop: Callable[[], bool]) -> Iterator[Part]:
    """Fine-tune and report; `stop` is asked at every mini-batch, and what is best by then is kept.

    fastai's loop runs in a thread of its own, since it calls back but cannot be iterated.
    """
    arrived: queue.Queue[Part | BaseException | None] = queue.Queue()
    given_up = threading.Event()

    def work() -> None:
        try:
            _Tuner(settings, pets, lambda: stop() or given_up.is_set(), arrived.put).run()
            arrived.put(None)
        except BaseException as problem:
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


class _Tuner:
    """Runs lr_find and fine_tune, mini-batch by mini-batch.

    fastai draws from global generators, which all who use them share under one lock: it is given up and taken again
    between mini-batches, each of which starts from a seed of its own, so others wait for a mini-batch at most.
    """

    def __init__(self, settings: TuneSettings, pets: Pets, stop: Callable[[], bool], put: Callable[[Part], None]):
        self.settings, self.pets, self.stop, self.put = settings, pets, stop, put
        self.phase, self.stopped = FIND, False
        self.losses: list[float] = []
        self.rates: list[tuple[float, float]] = []
        self.epochs: list[tuple[float, float]] = []
        self.done = self.seen = 0
        self.best: tuple[float, dict[str, torch.Tensor]] | None = None
        self.turn: AbstractContextManager[None] | None = None

    def run(self) -> None:
        self._next_turn()
        try:
            self.learn = pet_learner(self.pets, self.settings.body, self.settings.size, self.settings.device)
            self._train()
        finally:
            self._end_turn()

    def _train(self) -> None:
        from fastai.callback.core import Callback

        learn, own = self.learn, self.settings
        steps = len(learn.dls.train)
        self.total = TRIES + steps * (1 + own.epochs)
        watch = Callback(after_batch=self.after_batch, after_epoch=self.after_epoch)
        watch.order = 60  # after the Recorder
        bars = [callback for callback in learn.cbs if callback.name == "progress"]
        self.started = self.reported = time.perf_counter()
        with learn.no_logging(), learn.removed_cbs(bars), learn.added_cbs(watch):
            learn.freeze()
            rate = self._find() if not self.stop() else 0.0
            if not self.stopped:
                self.phase = FROZEN
                learn.fine_tune(own.epochs, rate, freeze_epochs=1)
        self._finish()

    def _find(self) -> float:
        """fastai's lr_find, and the rate to train the head with."""
        from fastai.callback.schedule import LRFinder, minimum, steep, valley

        learn = self.learn
        with tempfile.TemporaryDirectory() as folder:  # where LRFinder keeps the weights that it goes back to
            learn.path = Path(folder)
            learn.fit(TRIES // len(learn.dls.train) + 1, cbs=LRFinder(start_lr=1e-6, end_lr=10, num_it=TRIES))
            learn.path = Path()
        rates, losses = (np.array([float(x) for x in values]) for values in (learn.recorder.lrs, learn.recorder.losses))
        sound = np.isfinite(losses)
        rates, losses = rates[sound], losses[sound]
        first, last = TRIES // 10, max(len(rates) - 5, 0)
        suggestions = {}
        if last - first >= 6:  # as lr_find cuts the ends off
            part = torch.tensor(rates[first:last]), torch.tensor(losses[first:last])
            suggestions = {f.__name__: float(f(*part, TRIES)[0]) for f in (valley, minimum, steep)}
        used = self.settings.rate or suggestions.get("valley", 2e-3)
        self.done = TRIES
        if not self.stopped:
            self.put(Found(tuple(rates.tolist()), tuple(losses.tolist()), suggestions, used))
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
        self._next_turn()

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
        found = tuple(self.losses), tuple(self.rates), tuple(self.epochs)
        self.put(Report(self.phase, *found, self.done, self.total, self.reported - self.started))
        for each in (self.losses, self.rates, self.epochs):
            each.clear()

    def _finish(self) -> None:
        if self.best is None:
            return
        seconds = time.perf_counter() - self.started
        self.learn.model.load_state_dict(self.best[1])
        right, items = evaluated(self.learn)
        remember(self.pets, self.settings, self.learn)
        mixed = "mixed precision" if self.settings.device == "cuda" else "full precision"
        self.put(Finished(right, items, seconds, self.seen / seconds, mixed))

    def _next_turn(self) -> None:
        self._end_turn()
        time.sleep(0.001)  # whoever waits for the generators takes them now
        self.turn = seeded(1000 * self.settings.seed + self.done)
        self.turn.__enter__()

    def _end_turn(self) -> None:
        if self.turn is not None:
            self.turn.__exit__(None, None, None)
            self.turn = None
