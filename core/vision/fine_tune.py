"""Fine-tuning as in the lesson, with fastai: lr_find, one epoch with the body frozen, then all of it at smaller rates.

It takes minutes on a CPU, so it is a job: reported while it goes on, stopped when asked, the best so far kept.
"""

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.data.pets import Pets, split
from core.vision.backbone import BACKBONES
from core.vision.confusion import wilson
from core.vision.seeded import seeded
from core.vision.tuned_learner import evaluated, pet_learner, remember

EPOCHS = (1, 2, 3, 5)
SIZES_TUNED = (96, 128, 160, 224)
TRIES = 100  # mini-batches of lr_find, as fastai has it
EVERY = 0.7  # seconds between two reports
LESSON = 5912  # photographs that the lesson trains on
FIND, FROZEN, UNFROZEN = PHASES = ("lr_find", "frozen", "unfrozen")


@dataclass(frozen=True)
class TuneSettings:
    """All that decides a fine-tuning, besides the pictures; `rate` 0 takes lr_find's valley."""

    body: str = "lite0"
    size: int = 128
    epochs: int = 1
    rate: float = 0.0
    seed: int = 42
    device: str = "cpu"


@dataclass(frozen=True)
class Found:
    """What lr_find saw, and what it suggests by fastai's three rules."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggestions: dict[str, float]
    used: float


@dataclass(frozen=True)
class Report:
    """How far it is: the steps since the last report, and every epoch that ended."""

    phase: str
    losses: tuple[float, ...]
    rates: tuple[tuple[float, float], ...]  # of the body's first layers, and of the head
    epochs: tuple[tuple[float, float], ...]  # loss and accuracy on the held-out pictures
    done: int  # mini-batches, lr_find's among them
    total: int
    seconds: float


@dataclass(frozen=True)
class Finished:
    """The best weights' result; the Learner itself is remembered as long as its pictures."""

    right: int
    items: int
    seconds: float
    pictures_per_second: float
    precision: str


Part = Found | Report | Finished


@dataclass(frozen=True, eq=False)
class Tuning:
    """A fine-tuning and what has arrived of it."""

    settings: TuneSettings
    train: int  # pictures
    valid: int
    breeds: int
    asked: bool
    parts: tuple[Part, ...] = ()

    def joined(self, arrived: Sequence[Part]) -> "Tuning":
        return replace(self, parts=tuple(arrived))

    def reports(self, *phases: str) -> list[Report]:
        return [part for part in self.parts if isinstance(part, Report) and part.phase in (phases or PHASES)]

    @property
    def find(self) -> Found | None:
        return next((part for part in self.parts if isinstance(part, Found)), None)

    @property
    def finished(self) -> Finished | None:
        return next((part for part in self.parts if isinstance(part, Finished)), None)

    @property
    def losses(self) -> np.ndarray:
        """Of every mini-batch of the training, float32."""
        return np.array([x for part in self.reports(FROZEN, UNFROZEN) for x in part.losses], np.float32)

    @property
    def rates(self) -> np.ndarray:
        """(steps, 2) float32: what the body's first layers and the head were trained with."""
        found = [x for part in self.reports(FROZEN, UNFROZEN) for x in part.rates]
        return np.array(found, np.float32).reshape(-1, 2)

    @property
    def epochs(self) -> list[tuple[float, float]]:
        """Loss and accuracy on the held-out pictures after every epoch."""
        return [epoch for part in self.reports(FROZEN, UNFROZEN) for epoch in part.epochs]

    def findings(self) -> list[str]:
        if not self.asked:
            return [
                f"`vision_learner({BACKBONES[self.settings.body]})` and `fine_tune({self.settings.epochs})` on {self.train:,} "
                f"pictures of {self.breeds} breeds at {self.settings.size} pixels: switch on **Train it**. "
                "First lr_find tries ever larger learning rates; then the head is trained alone; then everything."
            ]
        if not self.parts:
            return ["Importing fastai and building the Learner…"]
        return [*self._searched(), *self._progress(), *self._reached()]

    def _searched(self) -> list[str]:
        found = self.find
        if not found:
            return []
        said = ", ".join(f"{name} {rate:.2g}" for name, rate in found.suggestions.items())
        return [
            f"lr_find suggests {said or 'nothing: its curve is too short'}. The head alone is trained with up to **{found.used:.2g}**; "
            "then, unfrozen, the head with half of that and the body’s first layers with a two-hundredth."
        ]

    def _progress(self) -> list[str]:
        reports = self.reports()
        if not reports or self.finished:
            return []
        last = reports[-1]
        left = last.seconds / max(1, last.done) * (last.total - last.done)
        doing = {FIND: "lr_find", FROZEN: "the head alone", UNFROZEN: "all layers"}[last.phase]
        return [f"{doing}: mini-batch {last.done} of {last.total}, about {duration(left)} left at the pace so far."]

    def _reached(self) -> list[str]:
        steps = [
            f"{'frozen' if i == 0 else f'unfrozen {i}'}: {accuracy:.1%} (loss {loss:.3g})"
            for i, (loss, accuracy) in enumerate(self.epochs)
        ]
        found = [f":blue[Accuracy] on {self.valid} held-out pictures, {', '.join(steps)}."] if steps else []
        if end := self.finished:
            low, high = wilson(end.right, end.items)
            found.append(
                f"Kept are the weights of the lowest :red[loss] on these: **{end.right / end.items:.1%}** right ({end.right} of "
                f"{end.items}; 95% sure only of {low:.0%} to {high:.0%}), after {duration(end.seconds)}, "
                f"{end.pictures_per_second:.0f} pictures a second, {end.precision}."
            )
            found.append(
                f"These were {len(self.losses)} steps on {self.train:,} pictures; one epoch of the lesson’s {LESSON:,} "
                f"photographs is {LESSON // 64} steps of 64. On few pictures more epochs help, or the head alone, on features."
            )
        return found

    def numbers(self) -> dict[str, float]:
        found = {f"accuracy after epoch {i + 1}": accuracy for i, (_, accuracy) in enumerate(self.epochs)}
        return found or {"pictures": self.train}

    def table(self) -> dict[str, Any]:
        if not len(self.losses):
            return {"pictures learned from": [self.train], "pictures held out": [self.valid]}
        steps = np.arange(1, len(self.losses) + 1)
        return {
            "step": steps,
            "loss": self.losses,
            "rate of the first layers": self.rates[:, 0],
            "rate of the head": self.rates[:, 1],
        }


def duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def tuning(settings: TuneSettings, pets: Pets, asked: bool) -> Tuning:
    """A fine-tuning of which nothing has arrived yet."""
    train, valid = split(pets)
    return Tuning(settings, len(train), len(valid), len(pets.vocab), asked)


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
