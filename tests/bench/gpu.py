"""How long the work that may run on a GPU takes there, and on the CPU of the same machine.

`python -m tests.bench --only gpu`; where there is no GPU, each figure says so in words. Every time is the median of
ROUNDS after one that is not counted, the two devices in turns, and a GPU is waited for.
"""

import tempfile
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.data.labelled import Pets, breed
from core.device import DEVICES, available, exactly, wait_for
from core.exhibits.neural_net.resnet18 import device_name
from core.exhibits.pet_classifier.settings import TuneSettings
from core.exhibits.pet_classifier.tuner import Finished, tune
from core.exhibits.presizing.settings import PETS
from core.exhibits.presizing.speed import RECIPE, batch_work
from core.nn.backbone import Backbone, backbone
from core.nn.features import TOGETHER
from core.nn.models import ModelName, flatten, init_params
from core.nn.surfaces import loss_surface, random_plane
from tests.bench.surfaces import SIZE, digits

ROUNDS = 3
PHOTOGRAPHS, SIDE = 7390, 224  # Oxford's, at the pixels that a body sees
BLOCK = 64  # pictures at once that a GPU is given
CPU_SHARE = 64  # of the photographs that the CPU computes, scaled
TUNED, BREEDS = 370, 37
TUNED_SIZE = 160  # pixels, as the page has it at first
PRESIZED = 460  # pixels a side before the batch transforms

Row = dict[str, Any]
Work = Callable[[str], float]
"""Seconds of the work on a device."""


def measure() -> dict[str, Row]:
    """Every figure by name: value, unit, goal and what it is compared with."""
    figures: dict[str, tuple[str, Callable[[str], Row]]] = {
        "gpu_surface_linear_s": ("s", lambda gpu: surface(gpu, "linear")),
        "gpu_surface_relu_s": ("s", lambda gpu: surface(gpu, "relu")),
        "gpu_features_per_s": ("images/s", features),
        "gpu_fine_tune_s": ("s", fine_tune),
        "gpu_augmentation_per_s": ("images/s", augmentation),
    }
    gpu = next((device for device in available() if device != "cpu"), None)
    return {name: work(gpu) if gpu else missing(unit) for name, (unit, work) in figures.items()}


NAMES = (
    "gpu_surface_linear_s",
    "gpu_surface_relu_s",
    "gpu_features_per_s",
    "gpu_fine_tune_s",
    "gpu_augmentation_per_s",
)


def missing(unit: str) -> Row:
    """What is said of any figure without a GPU."""
    return {
        "value": None,
        "unit": unit,
        "goal": None,
        "peer": "there is no GPU on this machine, so nothing is compared",
    }


def seconds(device: str, work: Callable[[], object]) -> float:
    """On the clock, until the device has done all of it."""
    wait_for(device)
    started = time.perf_counter()
    work()
    wait_for(device)
    return time.perf_counter() - started


def in_turns(gpu: str, work: Work, rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of the work on either device, after one round that is not counted."""
    took: dict[str, list[float]] = {gpu: [], "cpu": []}
    for _ in range(rounds + 1):
        for device, times in took.items():
            times.append(work(device))
    return {device: median(times[1:]) for device, times in took.items()}


def both(gpu: str) -> str:
    """The two devices by their names."""
    return f"{device_name(gpu)} beside {device_name('cpu')}"


def surface(gpu: str, model: ModelName) -> Row:
    """A surface of SIZE x SIZE points over as many digits as the full sample trains on."""
    x, y, words = digits()
    like = init_params(model, "uniform", 0)
    plane = random_plane(flatten(like), like, 1)
    data = {device: (x.to(device), y.to(device)) for device in (gpu, "cpu")}
    took = in_turns(gpu, lambda at: seconds(at, lambda: loss_surface(model, plane, *data[at], SIZE, ("loss",))))
    rate = len(x) * SIZE**2 / took[gpu]
    return {
        "value": took[gpu],
        "unit": "s",
        "goal": None,
        "better": "lower",
        "peer": f"{took['cpu']:.3g} s on the CPU, {took['cpu'] / took[gpu]:.2g} times as long; {rate:.2g} digits times "
        f"points a second for {SIZE} x {SIZE} points over {words}; {both(gpu)}",
    }


def placed(body: Backbone, device: str) -> Backbone:
    """The same body on that device."""
    exactly(device)
    there = deepcopy(body.body).to(device)
    return replace(body, body=there, weight=body.weight.to(device), bias=body.bias.to(device))


def features(gpu: str) -> Row:
    """EfficientNet-Lite0's features of as many pictures as Oxford has photographs, from pixels in memory."""
    pixels = np.random.default_rng(0).integers(0, 256, (BLOCK, SIDE, SIDE, 3), dtype=np.uint8)
    bodies = {device: placed(backbone("lite0"), device) for device in (gpu, "cpu")}
    counts, together = {gpu: PHOTOGRAPHS, "cpu": CPU_SHARE}, {gpu: BLOCK, "cpu": TOGETHER}

    def work(device: str) -> float:
        def run() -> None:
            for start in range(0, counts[device], together[device]):
                bodies[device].features(pixels[: min(together[device], counts[device] - start)])

        return seconds(device, run)

    took = in_turns(gpu, work, rounds=1)
    rate = {device: counts[device] / took[device] for device in counts}
    return {
        "value": rate[gpu],
        "unit": "images/s",
        "goal": None,
        "peer": f"{rate['cpu']:.0f} a second on the CPU, {together['cpu']} at once, {torch.get_num_threads()} threads; "
        f"{PHOTOGRAPHS:,} pictures at {SIDE} pixels in {took[gpu]:.1f} s, {BLOCK} at once, their way to the card and "
        f"back included; on the pages features are computed on the CPU alone; {both(gpu)}",
    }


def noise(folder: Path) -> Pets:
    """TUNED pictures of noise in BREEDS breeds: as large as Oxford's, and right for the speed alone."""
    draw, names = np.random.default_rng(0), []
    for number in range(TUNED):
        names.append(f"Breed{number % BREEDS:02d}_{number}.jpg")
        Image.fromarray(draw.integers(0, 256, (375, 500, 3), dtype=np.uint8)).save(folder / names[-1])
    return Pets(name="noise", folder=folder, names=tuple(names), labels=tuple(str(breed(name)) for name in names))


def fine_tune(gpu: str) -> Row:
    """The page's fine_tune for one epoch unfrozen: lr_find, one epoch of the head, one of everything, and the end."""
    with tempfile.TemporaryDirectory() as folder:
        pets = noise(Path(folder))

        def run(device: str) -> Finished:
            parts = tune(TuneSettings(epochs=1, rate=0.002, size=TUNED_SIZE, device=device), pets, lambda: False)
            return next(part for part in parts if isinstance(part, Finished))

        run(gpu)  # which prepares the card's libraries
        ends = {device: run(device) for device in (gpu, "cpu")}
    there, here = ends[gpu], ends["cpu"]
    return {
        "value": there.seconds,
        "unit": "s",
        "goal": None,
        "better": "lower",
        "peer": f"{here.seconds:.1f} s on the CPU ({here.pictures_per_second:.0f} pictures a second to "
        f"{there.pictures_per_second:.0f}, {there.precision}); {TUNED} pictures of noise, once each; one "
        f"core opens the files in either case; {both(gpu)}",
    }


def augmentation(gpu: str) -> Row:
    """The lesson's `aug_transforms(size=224, min_scale=0.75)` on batches that lie on the device."""
    from fastai.torch_core import TensorImage

    batch: Tensor = torch.rand(BLOCK, 3, PRESIZED, PRESIZED, generator=torch.Generator().manual_seed(0))
    runs = {device: batch_work(TensorImage(batch.to(device)))[RECIPE] for device in (gpu, "cpu")}
    took = in_turns(gpu, lambda device: seconds(device, runs[device]))
    return {
        "value": BLOCK / took[gpu],
        "unit": "images/s",
        "goal": None,
        "peer": f"{BLOCK / took['cpu']:.0f} a second on the CPU with {torch.get_num_threads()} threads; the {PETS}' "
        f"batch transforms, {BLOCK} pictures of {PRESIZED} pixels at once; {DEVICES[gpu]}: {both(gpu)}",
    }


if __name__ == "__main__":
    for name, row in measure().items():
        value = "not measured" if row["value"] is None else f"{row['value']:.3g} {row['unit']}"
        print(f"{name}: {value}. {row['peer']}")
