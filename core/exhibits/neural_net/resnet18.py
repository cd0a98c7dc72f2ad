"""The book's last step in chapter 4: a resnet18 with fastai, one cycle on the digits at hand (claim 47)."""

import platform
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.device import DEVICES, exactly, give_back, let_go
from core.exhibits.neural_net.judges import PIXELS_ALONE, Judges, judges_of
from core.exhibits.neural_net.net import counted, standard_error
from core.exhibits.neural_net.settings import Settings
from core.nn.seeded import SeededSteps, data_loader, seeded

BATCH = {"built-in": 16, "full": 64}
"""Items in a mini-batch: 64 as the book's 194 steps an epoch have it; 16 of the built-in digits, for 50 steps."""

BOOK = 12_396  # digits that the book's was trained on
RATE = 0.01
EVERY = 0.7  # seconds between two reports of a training that goes on


@dataclass(frozen=True, kw_only=True)
class Report:
    """How far the training is."""

    losses: tuple[float, ...]  # of the mini-batches since the last report
    done: int  # steps, all together
    steps: int  # that the whole training takes
    seconds: float  # since its first step began
    parameters: int
    device: str
    accuracy: float | None = None  # on the validation digits, once trained


@dataclass(frozen=True, kw_only=True)
class DeepNet:
    """resnet18 beside the two models of the lesson."""

    judges: Judges  # the linear model and the net, trained
    lesson_accuracy: dict[str, float]  # of these two
    train: int  # images it is trained on
    valid: int  # and measured on
    asked: bool  # whether its training was asked for
    reports: tuple[Report, ...] = ()

    @property
    def losses(self) -> Array:
        """Of every mini-batch so far."""
        return np.array([loss for report in self.reports for loss in report.losses], np.float32)

    @property
    def accuracy(self) -> float | None:
        """Its accuracy, once it is trained."""
        return self.reports[-1].accuracy if self.reports else None

    def findings(self) -> list[str]:
        models = ", ".join(f"{name} {share:.1%}" for name, share in self.lesson_accuracy.items())
        if not self.reports:
            call = " Switch on **Train resnet18** to see what a deep one reaches: it takes a while, and can be stopped."
            call = "" if self.asked else call
            return [f":blue[Accuracy] of the lesson's models on {self.valid:,} digits: {models}.{call}"]
        last = self.reports[-1]
        if last.accuracy is None:
            return [_pace(last)]
        error = standard_error(last.accuracy, self.valid)
        sentences = [
            f"resnet18 reached an :blue[accuracy] of **{last.accuracy:.1%}**, ± {error * 100:.1f} points (one standard "
            f"error on {self.valid:,} images), after {last.steps} steps in {_duration(last.seconds)}: {_size(last)}.",
            f"The lesson's models: {models}. {self._compared(last.accuracy, error)}",
        ]
        if self.train < BOOK:
            sentences.append(f"A deep net needs many pictures: this one saw {self.train:,}, the book's {BOOK:,}.")
        return sentences

    def _compared(self, accuracy: float, error: float) -> str:
        best = max(self.lesson_accuracy, key=lambda name: self.lesson_accuracy[name])
        gap = accuracy - self.lesson_accuracy[best]
        by_chance = 2 * float(np.hypot(error, standard_error(self.lesson_accuracy[best], self.valid)))
        side = "better" if gap > 0 else "worse"
        if abs(gap) < by_chance:
            return f"The difference to {best}, {abs(gap) * 100:.1f} points, is within chance."
        return f"It is {abs(gap) * 100:.1f} points {side} than {best}, which is more than chance explains."

    def numbers(self) -> Numbers:
        numbers: Numbers = {f"accuracy, {name}": share for name, share in self.lesson_accuracy.items()}
        return numbers if self.accuracy is None else numbers | {"accuracy, resnet18": self.accuracy}

    def table(self) -> Table:
        if not len(self.losses):
            return {"model": list(self.lesson_accuracy), "accuracy": list(self.lesson_accuracy.values())}
        return {"step": np.arange(1, len(self.losses) + 1), "loss": self.losses}


def _size(report: Report) -> str:
    return f"{report.parameters:,} :green[parameters], on {report.device}"


def _pace(report: Report) -> str:
    """How far a training is that goes on."""
    left = report.seconds / max(1, report.done) * (report.steps - report.done)
    return (
        f"resnet18, {_size(report)}: step {report.done} of {report.steps} after {_duration(report.seconds)}, about "
        f"{_duration(left)} left at the pace so far."
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def device_name(device: str) -> str:
    """The device in words: its kind, and what is known of it."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    if device == "cpu":
        return f"the {DEVICES[device]} ({platform.machine()}, {counted(torch.get_num_threads(), 'thread')})"
    return f"the {DEVICES[device]}"


def coloured(images: Tensor) -> Tensor:
    """Grey pictures (n, 784) as the three equal channels that resnet18 takes: (n, 3, 28, 28)."""
    return images.view(-1, 1, 28, 28).expand(-1, 3, -1, -1)


def deep_learner(digits: Digits, device: str, seed: int) -> Any:
    """The book's `vision_learner(dls, resnet18, pretrained=False, …)`, from random parameters; classes are 3 and 7."""
    from fastai.data.core import DataLoaders
    from fastai.vision.learner import vision_learner
    from torch.nn.functional import cross_entropy
    from torchvision.models import resnet18

    sets = ((digits.x_train, digits.y_train), (digits.x_valid, digits.y_valid))
    train, valid = (list(zip(coloured(x), (1 - y[:, 0]).long(), strict=True)) for x, y in sets)
    size = BATCH[digits.name]
    loaders = (
        data_loader(train, random.Random(seed), bs=size, shuffle=True, drop_last=True),
        data_loader(valid, random.Random(seed), bs=4 * size),
    )
    exactly(device)
    dls = DataLoaders(*loaders, device=torch.device(device))
    return vision_learner(dls, resnet18, pretrained=False, n_out=2, loss_func=cross_entropy, normalize=False)


def train_deep(digits: Digits, epochs: int, device: str, seed: int, stop: Callable[[], bool]) -> Iterator[Report]:
    """One cycle of so many epochs, reported while it goes on; `stop` is asked at every mini-batch.

    fastai's loop runs in a thread of its own, since it calls back but cannot be iterated.
    """
    arrived: queue.Queue[Report | BaseException | None] = queue.Queue()
    given_up = threading.Event()

    def work() -> None:
        try:
            fit_once(digits, epochs, device, seed, lambda: stop() or given_up.is_set(), arrived.put)
            arrived.put(None)
        except BaseException as problem:
            let_go(problem)
            arrived.put(problem)

    thread = threading.Thread(target=work, name="resnet18", daemon=True)
    thread.start()
    try:
        while (report := arrived.get()) is not None:
            if isinstance(report, BaseException):
                raise report
            yield report
    finally:
        given_up.set()
        thread.join()
        give_back(device)


def fit_once(
    digits: Digits, epochs: int, device: str, seed: int, stop: Callable[[], bool], put: Callable[[Report], None]
) -> None:
    """Train a new resnet18, giving each report to `put`."""
    with seeded(seed):
        learn = deep_learner(digits, device, seed)
    reporter = Reporter(learn, epochs, device, seed, stop, put)
    reporter.fit()
    if not reporter.stopped:
        reporter.report(accuracy_of(learn, digits, device))
    learn.model.cpu()


class Reporter:
    """Fits a Learner for one cycle and reports it, mini-batch by mini-batch."""

    def __init__(
        self, learn: Any, epochs: int, device: str, seed: int, stop: Callable[[], bool], put: Callable[[Report], None]
    ):
        self.learn, self.epochs, self.stop, self.put, self.device = learn, epochs, stop, put, device_name(device)
        self.seed, self.steps = seed, SeededSteps()  # dropout draws
        self.parameters = sum(p.numel() for p in learn.model.parameters())
        self.losses: list[float] = []
        self.done, self.stopped = 0, False

    def fit(self) -> None:
        import fastai.callback.schedule  # noqa: F401 - gives a Learner its fit_one_cycle
        from fastai.callback.core import Callback

        bars = [callback for callback in self.learn.cbs if callback.name == "progress"]
        self.started = self.reported = time.perf_counter()
        self.next_step()
        try:
            with self.learn.no_logging(), self.learn.removed_cbs(bars):
                self.learn.fit_one_cycle(self.epochs, RATE, cbs=Callback(after_batch=self.after_batch))
        finally:
            self.steps.end()

    def next_step(self) -> None:
        self.steps.begin(1000 * self.seed + self.done)

    def after_batch(self, callback: Any) -> None:
        from fastai.callback.core import CancelFitException

        if callback.training:
            self.done += 1
            self.losses.append(callback.loss.item())
        if time.perf_counter() - self.reported > EVERY:
            self.report()
        if self.stop():
            self.stopped = True
            raise CancelFitException
        self.next_step()

    def report(self, accuracy: float | None = None) -> None:
        self.reported = time.perf_counter()
        seconds, total = self.reported - self.started, self.epochs * len(self.learn.dls.train)
        self.put(
            Report(
                losses=tuple(self.losses),
                done=self.done,
                steps=total,
                seconds=seconds,
                parameters=self.parameters,
                device=self.device,
                accuracy=accuracy,
            )
        )
        self.losses.clear()


def accuracy_of(learn: Any, digits: Digits, device: str) -> float:
    """Its accuracy on the validation digits."""
    learn.model.eval()
    right = []
    with torch.no_grad():
        for x, y in zip(digits.x_valid.split(256), digits.y_valid.split(256), strict=True):
            threes = learn.model(coloured(x).to(device)).argmax(1).cpu() == 0
            right.append(threes == (y[:, 0] == 1))
    return float(torch.cat(right).float().mean())


def begin(settings: Settings) -> DeepNet:
    """The lesson's models alone."""
    by, digits = judges_of(settings), load(settings.digits)
    models = {name: share for name, share in by.accuracy.items() if name != PIXELS_ALONE}
    return DeepNet(judges=by, lesson_accuracy=models, train=len(digits.y_train), valid=by.valid, asked=settings.deep)


def training_reports(settings: Settings, stop: Callable[[], bool]) -> Iterator[Report]:
    """The training of resnet18."""
    return train_deep(load(settings.digits), settings.deep_epochs, settings.device, settings.seed, stop)


def join(result: DeepNet, arrived: Sequence[Report]) -> DeepNet:
    """The result with the reports so far."""
    return replace(result, reports=tuple(arrived))


def experiment(settings: Settings) -> DeepNet:
    """The lesson's models, and resnet18 where it was asked for."""
    result = begin(settings)
    return join(result, list(training_reports(settings, lambda: False))) if settings.deep else result
