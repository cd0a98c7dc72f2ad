"""How many pictures a second the transforms take: item by item on the CPU, batch by batch on the CPU and on a GPU."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import torch

from core.data.pets import load
from core.device import DEVICES, available
from core.exhibits.presizing.loupe import Draw, Ways, presize, standard
from core.exhibits.presizing.pipeline import PETS, batch_transforms
from core.nn.seeded import seeded

SECONDS = 0.6  # that each is measured for, at least
FEWEST_CALLS = 3  # calls
FILES = 8
BOOK_DRAW = Draw(30, 1.2, -0.2, 0.2)


@dataclass(frozen=True)
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
        """Who is slow, as measured here and now."""
        if not self.rates:
            return ["Nothing is measured yet."]
        found = {(rate.name, rate.device): rate for rate in self.rates}
        sentences = [
            f"Measured on this machine just now, with torch on {self.threads} thread{'s' * (self.threads != 1)}."
        ]
        item = [rate for rate in self.rates if rate.batch == 1 and rate.name in (OPEN, RESIZE)]
        if len(item) == 2:
            both = 1 / sum(1 / rate.rate for rate in item)
            sentences.append(
                f"Opening and resizing, item by item on the CPU: {both:,.0f} pictures a second for one process."
            )
        for device in self.devices:
            if (one := found.get((ONE, device))) and (four := found.get((FOUR, device))):
                sentences.append(
                    f"The comparison in batches on the {DEVICES[device]}: {one.rate:,.0f} a second presized, {four.rate:,.0f} the "
                    f"standard way."
                )
        gpu = next((d for d in self.devices if d != "cpu"), None)
        here, there = found.get((RECIPE, "cpu")), found.get((RECIPE, gpu or ""))
        if here and there:
            sentences.append(
                f"The pets' batch transforms run {there.rate / here.rate:.1f} times as fast on the {DEVICES[there.device]}."
            )
        elif here and gpu is None:
            sentences.append(
                f"The pets' batch transforms: {here.rate:,.0f} a second on the CPU. There is no GPU on this machine to compare with."
            )
        return sentences

    def numbers(self) -> dict[str, Any]:
        """How much was measured; no two runs take the same time."""
        return {"kinds of work": len(self.rates), "threads": self.threads}

    def table(self) -> dict[str, Sequence[Any]]:
        """Every measurement."""
        return {
            "work": [rate.name for rate in self.rates],
            "device": [rate.device for rate in self.rates],
            "pictures at once": [rate.batch for rate in self.rates],
            "calls": [rate.calls for rate in self.rates],
            "seconds a call": [rate.seconds for rate in self.rates],
            "pictures a second": [rate.rate for rate in self.rates],
        }


OPEN, RESIZE, ALONE = "open the file", "Resize, ToTensor", "presized, one by one"
ONE, FOUR, RECIPE = "presized, batch", "standard, batch", "pets' recipe, batch"


def measure(pets: str, size: int, batch: int, stop: Callable[[], bool]) -> Iterator[Rate]:
    """Each kind of work in turn, for SECONDS each."""
    from fastai.torch_core import TensorImage
    from fastai.vision.augment import Resize
    from fastai.vision.core import PILImage, ToTensor
    from fasttransform import Pipeline

    chosen = load(pets)
    files = [chosen.path(number) for number in range(min(FILES, len(chosen)))]
    pictures = [PILImage.create(file) for file in files]
    item = Pipeline([Resize(size), ToTensor()], split_idx=1)  # from the centre: nothing is drawn
    yield timed(OPEN, "cpu", 1, cycle(PILImage.create, files))
    yield timed(RESIZE, "cpu", 1, cycle(lambda picture: item(picture), pictures))
    stacked = torch.stack([torch.as_tensor(item(picture)) for picture in pictures]).float() / 255
    few = stacked[torch.arange(batch) % len(stacked)]
    yield timed(ALONE, "cpu", 1, partial(presize, TensorImage(few[:1]), BOOK_DRAW, Ways()))
    for device in available():
        x = TensorImage(few.to(device))
        recipe = Pipeline(batch_transforms(PETS), split_idx=0)
        work: dict[str, Callable[[], Any]] = {
            ONE: partial(presize, x, BOOK_DRAW, Ways()),
            FOUR: partial(standard, x, BOOK_DRAW, Ways()),
            RECIPE: partial(with_draws, recipe, x),
        }
        for name, run in work.items():
            if stop():
                return
            yield timed(name, device, batch, run)


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
    took: list[float] = []
    while sum(took) < SECONDS or len(took) < FEWEST_CALLS:
        start = time.perf_counter()
        run()
        wait_for(device)
        took.append(time.perf_counter() - start)
    return Rate(name, device, batch, len(took), median(took))


def wait_for(device: str) -> None:
    """Wait until the device has done all it was asked for."""
    if device != "cpu":
        getattr(torch, device).synchronize()
