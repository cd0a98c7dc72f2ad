"""Pets as data anew: names by Python's `re`, sizes by Pillow, lists by fastcore, the batch by fastai directly."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from core.data.pets import load

PATTERNS = {
    "the book's": r"(.+)_\d+.jpg$",
    "first word": r"([^_]+)_",
    "lower case": r"^([a-z_]+)_\d+.jpg$",
    "no group": r".+_\d+.jpg$",
    "no underscore": r"(.+)\d+.jpg$",
    "png": r"(.+)_\d+.png$",
    "unclosed": r"(.+_\d+.jpg$",
    "never ends": None,
}


def expected(settings: Any, _result: Any) -> dict[str, Any]:
    """Every number of the view that the settings choose."""
    views = {"files": files, "regex lab": regex_lab, "DataBlock doctor": doctor, "one batch": one_batch}
    return views[settings.view](settings)


def breed_of(name: str) -> str:
    return name.rpartition("_")[0]


def files(settings: Any) -> dict[str, Any]:
    """What fastcore's own `coll_repr` writes of longer and longer lists."""
    from fastcore.foundation import L, coll_repr

    names = load(settings.pets).names
    cats = [name for name in names if name[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    dogs = [name for name in names if name not in set(cats)]
    return {
        "files": len(names),
        "cats": len(cats),
        "breeds of cats": len(set(map(breed_of, cats))),
        "breeds of dogs": len(set(map(breed_of, dogs))),
        "coll_repr(files, 10) tells the number from": next(
            n for n in range(1, 13) if coll_repr(L(names[:n]), 10)[0] == "("
        ),
    }


def regex_lab(settings: Any) -> dict[str, Any]:
    names, pattern = load(settings.pets).names, PATTERNS.get(settings.pattern, settings.own)
    try:
        found = [re.search(pattern, name) for name in names] if pattern else None
    except re.error:
        found = None
    if found is None or pattern is None:
        return {"names": len(names), "usable": False}
    groups = re.compile(pattern).groups
    labels = [match[1] if match and groups else None for match in found]
    return {
        "names": len(names),
        "matched": sum(match is not None for match in found),
        "groups": groups,
        "different labels": len(set(labels) - {None}),
        "labels that are the breed": sum(a == breed_of(name) for a, name in zip(labels, names, strict=True)),
    }


def split(count: int) -> tuple[list[int], list[int]]:
    """`RandomSplitter(seed=42)`: to train on, and to validate."""
    from fastai.data.transforms import RandomSplitter

    with from_seed(0):
        train, valid = RandomSplitter(seed=42)(range(count))
    return list(train), list(valid)


def doctor(settings: Any) -> dict[str, Any]:
    """The steps of `summary()` by hand: how many pictures each gives, and the one where each fault must fail."""
    pets, fault = load(settings.pets), settings.fault
    train, valid = split(len(pets))
    sizes = {Image.open(pets.path(i)).size for i in train[:4]}
    assert len(sizes) > 1
    labels = 1 if fault == "no get_y" else 2
    augment = ["Flip", "RandomResizedCropGPU", "Brightness"]
    items = {"no Resize": [], "Resize on the batch": [], "augment the item": ["Resize"]}.get(fault, ["Resize"])
    inside = augment if fault == "augment the item" else []
    after = {"augment the item": [], "Resize on the batch": ["Resize", *augment]}.get(fault, augment)
    names = ["get_items", "splitter", "set up", "create", *["y"] * labels]
    names += [*items, "ToTensor", *inside, "more", "collate", "IntToFloatTensor", *after]
    broken = {"first": "set up", "third": "more", "last": None}[settings.place]
    fails = {
        "no Resize": "collate",
        "Resize on the batch": "collate",
        "augment the item": "Flip",
        "wrong regex": "set up",
        "not an image": broken,
    }.get(fault)
    end = names.index(fails) if fails else len(names) - 1
    labels_seen = len(train) if fault == "no get_y" else len({breed_of(pets.names[i]) for i in train})
    numbers = {
        "training files": len(train),
        "validation files": len(valid),
        "labels": labels_seen,
        "steps": len(names),
        "ended at step": end + 1,
        "failed": fails is not None,
    }
    for step, name in enumerate(names[: end if fails else None], 1):
        if step > 3 and name != "y":
            numbers[f"sizes after step {step}"] = len(sizes) if name == "more" and not items else 1
    return numbers


@contextmanager
def from_seed(seed: int) -> Iterator[None]:
    """The three generators that fastai draws from, put back afterwards."""
    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        yield
    random.setstate(python)
    np.random.set_state(numpy)


def first_items(pets: Any, size: int) -> list[int]:
    """Which pictures a shuffled loader of fastai's takes first: its generator starts from what Python draws."""
    train, _ = split(len(pets))
    loader = random.Random(random.Random(7).randint(0, 2**32 - 1))
    return loader.sample(train, len(train))[:size]


def one_batch(settings: Any) -> dict[str, Any]:
    """Pillow's pictures, cut where Python's `random` says, and fastai's transforms on the stacked batch."""
    from fastai.torch_core import TensorImage
    from fastai.vision.augment import aug_transforms
    from fasttransform import Pipeline

    pets = load(settings.pets)
    order = first_items(pets, settings.size)
    squares = [square(Image.open(pets.path(index)).convert("RGB"), 7 + at) for at, index in enumerate(order)]
    x = TensorImage(torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 255)
    with from_seed(7):
        x = Pipeline(aug_transforms(size=224, min_scale=0.75), split_idx=0)(x).as_subclass(torch.Tensor).double()
    breeds = sorted(set(map(breed_of, pets.names)))
    near = {"x.min()": x.min(), "x.max()": x.max(), "x.mean()": x.mean()}
    return {
        **{f"x.shape[{i}]": side for i, side in enumerate((settings.size, 3, 224, 224))},
        **{name: pytest.approx(value.item(), abs=1e-5) for name, value in near.items()},
        **{f"y[{at}]": breeds.index(breed_of(pets.names[index])) for at, index in enumerate(order)},
    }


def square(image: Image.Image, seed: int) -> np.ndarray:
    """A random square over the full width or height, in 460×460."""
    draw, side = random.Random(seed), int(min(image.width / 460, image.height / 460) * 460)
    left, top = int(draw.random() * (image.width - side)), int(draw.random() * (image.height - side))
    return np.asarray(image.crop((left, top, left + side, top + side)).resize((460, 460), Image.Resampling.BILINEAR))
