"""A few pictures of made-up breeds, which any body can tell apart: plain colours with some noise."""

from pathlib import Path

import numpy as np
from PIL import Image

from core.data.labelled import Pets, breed

BREEDS = {"Amber": (250, 190, 30), "Blue": (30, 60, 220), "crimson": (200, 10, 40)}


def few_pets(folder: Path, each: int = 8, size: tuple[int, int] = (120, 100)) -> Pets:
    """`each` pictures of every breed as files in `folder`, named by the lesson's rule."""
    draw = np.random.default_rng(4)
    names = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, colour in BREEDS.items():
        for number in range(1, each + 1):
            pixels = np.clip(np.array(colour) + draw.normal(0, 25, (size[1], size[0], 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{name}_{number}.jpg", quality=95)
            names.append(f"{name}_{number}.jpg")
    labels = tuple(str(breed(name)) for name in names)
    return Pets(name="few", folder=folder, names=tuple(names), labels=labels)
