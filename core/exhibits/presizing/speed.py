"""How many pictures a second the transforms take: item by item on the CPU, batch by batch on the CPU and on a GPU."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import Any

import torch

from core.arrays import Numbers, Table
from core.data.pets import load
from core.device import DEVICES, available, wait_for
from core.exhibits.presizing.recipes import batch_transforms
from core.exhibits.presizing.settings import PETS, Settings
from core.exhibits.presizing.two_ways import BOOK_DRAW, Ways, presize, standard
from core.nn.seeded import seeded

SECONDS = 0.6  # that each is measured for, at least
FEWEST_CALLS = 3  # calls
FILES = 8

OPEN, RESIZE, ALONE = "open the file", "Resize, ToTensor", "presized, one by one"
ONE, FOUR, RECIPE = "presized, batch", "standard, batch", "pets' recipe, batch"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One kind of work, timed."""

    name: str
    device: str
    batch: int  # pictures at once
    calls: int
    seconds: float  # of a call, the median

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.batch / self.seconds


@dataclass(frozen=True)
class Speeds:
    """What has been measured so far; seconds are never the same twice, so no export repeats them."""

    threads: int
    devices: tuple[str, ...]
    rates: tuple[Rate, ...] = ()

    def findings(self) -> list[str]:
        if not self.rates:
            return ["Nothing is measured yet."]
        threads = f"{self.threads} thread{'s' * (self.threads != 1)}"
        sentences = [
            f"Measured on this machine just now, with torch on {threads}.",
            self._items(),
            *map(self._ways, self.devices),
            self._recipe(),
        ]
        return [sentence for sentence in sentences if sentence]

    def _rate(self, name: str, device: str) -> float | None:
        """Pictures a second, where that is measured."""
        return next((rate.rate for rate in self.rates if (rate.name, rate.device) == (name, device)), None)

    def _items(self) -> str:
        opened, resized = self._rate(OPEN, "cpu"), self._rate(RESIZE, "cpu")
        if not opened or not resized:
            return ""
        both = 1 / (1 / opened + 1 / resized)
        return f"Opening and resizing, item by item on the CPU: {both:,.0f} pictures a second for one process."

    def _ways(self, device: str) -> str:
        one, four = self._rate(ONE, device), self._rate(FOUR, device)
        if not one or not four:
            return ""
        return (
            f"The comparison in batches on the {DEVICES[device]}: {one:,.0f} a second presized, {four:,.0f} the "
            "standard way."
        )

    def _recipe(self) -> str:
        here = self._rate(RECIPE, "cpu")
        gpu = next((device for device in self.devices if device != "cpu"), None)
        if not here:
            return ""
        if not gpu:
            return (
                f"The pets' batch transforms: {here:,.0f} a second on the CPU. There is no GPU on this machine to "
                "compare with."
            )
        there = self._rate(RECIPE, gpu)
        if not there:
            return ""
        return f"The pets' batch transforms run {there / here:.1f} times as fast on the {DEVICES[gpu]}."

    def numbers(self) -> Numbers:
        return {"kinds of work": len(self.rates), "threads": self.threads}

    def table(self) -> Table:
        return {
            "work": [rate.name for rate in self.rates],
            "device": [rate.device for rate in self.rates],
            "pictures at once": [rate.batch for rate in self.rates],
            "calls": [rate.calls for rate in self.rates],
            "seconds a call": [rate.seconds for rate in self.rates],
            "pictures a second": [rate.rate for rate in self.rates],
        }


def measure(settings: Settings, stop: Callable[[], bool]) -> Iterator[Rate]:
    """Each kind of work in turn, for SECONDS each."""
    from fastai.torch_core import TensorImage
    from fastai.vision.augment import Resize
    from fastai.vision.core import PILImage, ToTensor
    from fasttransform import Pipeline

    pets = load(settings.pets)
    files = [pets.path(number) for number in range(min(FILES, len(pets)))]
    pictures = [PILImage.create(file) for file in files]
    item = Pipeline([Resize(settings.presize), ToTensor()], split_idx=1)  # from the centre: nothing is drawn
    yield timed(OPEN, "cpu", 1, cycle(PILImage.create, files))
    yield timed(RESIZE, "cpu", 1, cycle(lambda picture: item(picture), pictures))
    stacked = torch.stack([torch.as_tensor(item(picture)) for picture in pictures]).float() / 255
    batch = stacked[torch.arange(settings.batch) % len(stacked)]
    yield timed(ALONE, "cpu", 1, partial(presize, TensorImage(batch[:1]), BOOK_DRAW, Ways()))
    for device in available():
        for name, run in batch_work(TensorImage(batch.to(device))).items():
            if stop():
                return
            yield timed(name, device, settings.batch, run)


def batch_work(x: Any) -> dict[str, Callable[[], Any]]:
    """What is timed on a batch (n, 3, height, width), by its name."""
    from fasttransform import Pipeline

    recipe = Pipeline(batch_transforms(PETS), split_idx=0)
    return {
        ONE: partial(presize, x, BOOK_DRAW, Ways()),
        FOUR: partial(standard, x, BOOK_DRAW, Ways()),
        RECIPE: partial(with_draws, recipe, x),
    }


def with_draws(recipe: Callable[[Any], Any], x: Any) -> Any:
    """Random transforms, whose draws disturb nobody else's."""
    with seeded(0):
        return recipe(x)


def cycle(function: Callable[[Any], Any], things: Sequence[Any]) -> Callable[[], Any]:
    """A function that takes the next of `things` at each call."""
    turn = 0

    def call() -> Any:
        nonlocal turn
        turn += 1
        return function(things[turn % len(things)])

    return call


def timed(name: str, device: str, batch: int, run: Callable[[], Any]) -> Rate:
    """`run` repeated until SECONDS have passed, after one call that is not counted; GPUs are waited for."""
    run()
    wait_for(device)
    seconds: list[float] = []
    while sum(seconds) < SECONDS or len(seconds) < FEWEST_CALLS:
        start = time.perf_counter()
        run()
        wait_for(device)
        seconds.append(time.perf_counter() - start)
    return Rate(name=name, device=device, batch=batch, calls=len(seconds), seconds=median(seconds))


def begin(_settings: Settings) -> Speeds:
    """Nothing timed yet."""
    return Speeds(torch.get_num_threads(), tuple(available()))


def join(result: Speeds, arrived: Sequence[Rate]) -> Speeds:
    """What has been timed so far."""
    return replace(result, rates=tuple(arrived))


def experiment(settings: Settings) -> Speeds:
    """Every kind of work, timed."""
    return join(begin(settings), list(measure(settings, lambda: False)))


def progress(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Measuring, part by part…" if arrived else "Measuring…"
