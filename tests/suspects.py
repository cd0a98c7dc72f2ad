"""A small set of pets for tests of the top losses: flat pictures, features that tell breeds apart, wrong labels."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from core.data.labelled import Pets
from core.data.pets import split, uploads
from core.exhibits.top_losses import judging, waiting
from core.exhibits.top_losses.settings import Settings
from core.exhibits.top_losses.suspects import Fit, Judged, fitting, judge, labels_of

BREEDS = ("Birman", "Sphynx", "beagle", "pug")
NAME = "own:suspects"
SEED = 7


def some_pets(folder: Path, count: int = 60, planted: int = 4, name: str = NAME) -> Pets:
    """`count` pictures of four breeds in turn; the labels of some are planted."""
    shown = [BREEDS[i % len(BREEDS)] for i in range(count)]
    labels = [BREEDS[(i + 1) % len(BREEDS)] if i < planted else breed for i, breed in enumerate(shown)]
    names = tuple(f"{label}_{i}.jpg" for i, label in enumerate(labels))
    for i, file in enumerate(names):
        Image.new("RGB", (60, 40), (4 * i % 256, 90, 160)).save(folder / file)
    truth = {names[i]: shown[i] for i in range(planted)}
    return Pets(name=name, folder=folder, names=names, labels=tuple(labels), planted=truth)


def some_features(pets: Pets, spread: float = 0.5, width: int = 12) -> np.ndarray:
    """(N, width) features: each true breed has a middle of its own."""
    draw = np.random.default_rng(SEED)
    middles = draw.normal(size=(len(BREEDS), width))
    true = [BREEDS.index(pets.planted.get(n, label)) for n, label in zip(pets.names, pets.labels, strict=True)]
    return (middles[true] + spread * draw.normal(size=(len(pets), width))).astype(np.float32)


def judged_by(pets: Pets, x: np.ndarray, wrong: int = 0, seed: int = SEED) -> tuple[Judged, Fit]:
    labels = labels_of(pets, wrong, seed)
    fit = fitting(x, len(labels[2]))
    return judge(pets, labels, split(pets), fit, seed), fit


def install(pets: Pets, x: np.ndarray, patch: pytest.MonkeyPatch) -> Settings:
    """Let these pets be the ones of that name, with these features ready; the settings that show them."""
    uploads[pets.name] = pets
    rows = np.arange(len(pets))
    patch.setattr(judging, "features", lambda *_, **__: SimpleNamespace(array=x, rows=rows))
    patch.setattr(judging, "ready", lambda *_: True)
    patch.setattr(waiting, "ready", lambda *_: True)
    return Settings(pets=pets.name, seed=SEED)
