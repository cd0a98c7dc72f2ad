"""One batch on its way through fastai's own DataLoader: every transform that was called, and what it resampled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.data.pets import load
from core.exhibits.presizing.loupe import SIZE
from core.exhibits.presizing.resamplings import WORDS, Resampling, recorded
from core.nn.seeded import seeded

PRESIZED, STANDARD, PETS, ONCE = "presized", "standard", "pets", "pets once"
RECIPES = {
    PRESIZED: "the figure, presized",
    STANDARD: "the figure, standard",
    PETS: "the pets, min_scale 0.75",
    ONCE: "the pets, min_scale 1",
}
ITEMS = 4  # in the batch


@dataclass(frozen=True, eq=False)
class Called:
    """One transform's call, on one item or on the whole batch."""

    name: str
    batch: bool
    device: str
    before: str
    after: str
    calls: tuple[Resampling, ...]
    picture: np.ndarray | None  # (height, width, 3) uint8, of the first item after it


class Noting:
    """Stands in a pipeline for a transform: calls it, and notes what came in, what went out and what was resampled."""

    def __init__(self, tfm: Any, steps: list[Called], calls: list[Resampling], batch: bool):
        self.tfm, self.steps, self.calls, self.batch = tfm, steps, calls, batch

    def __call__(self, x: Any, **kwargs: Any) -> Any:
        start, before = len(self.calls), shape_of(x)
        made = self.tfm(x, **kwargs)
        image = input_of(made)
        device = image.device.type if isinstance(image, Tensor) else "cpu"
        done = tuple(self.calls[start:])
        self.steps.append(Called(name_of(self.tfm), self.batch, device, before, shape_of(made), done, pixels(image)))
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tfm, name)


def input_of(x: Any) -> Any:
    """The input of an (input, target) pair."""
    return x[0] if isinstance(x, tuple) else x


def in_words(n: int) -> str:
    """once, twice, 4 times."""
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def shape_of(x: Any) -> str:
    """A picture's size or a tensor's shape in words."""
    x = input_of(x)
    if isinstance(x, Tensor):
        return "×".join(str(n) for n in x.shape) + (" in 0–1" if x.is_floating_point() else " in 0–255")
    return f"{x.width}×{x.height} picture" if hasattr(x, "width") else "file"


def name_of(tfm: Any) -> str:
    """The transform's class, with those that were composed into it."""
    composed = ("aff_fs", "coord_fs", "fs")
    inside = [part_name(part) for name in composed for part in getattr(tfm, name, ())]
    if len(inside) > 1:
        return f"{' + '.join(inside)}, composed"
    name = type(tfm).__name__
    return str(getattr(tfm, "name", name)) if name == "Transform" else name


def part_name(part: Any) -> str:
    """rotate_mat → rotate, _WarpCoord → warp, _BrightnessLogit → brightness."""
    raw = getattr(getattr(part, "func", part), "__name__", type(part).__name__)
    return raw.removesuffix("_mat").removesuffix("Coord").removesuffix("Logit").strip("_").lower()


def pixels(image: Any) -> np.ndarray | None:
    """The first picture in uint8; None where there is none yet."""
    if not isinstance(image, Tensor):
        return np.array(image) if hasattr(image, "width") else None
    one = (image[0] if image.dim() == 4 else image).detach().cpu().as_subclass(Tensor)
    one = (one.clamp(0, 1) * 255).round().byte() if one.is_floating_point() else one
    return one.permute(1, 2, 0).numpy()


def batch_transforms(recipe: str) -> list[Any]:
    """The book's: those of the comparison figure (chapter 5), composed or one by one, and those of the pets."""
    from fastai.vision.augment import AffineCoordTfm, Rotate, Warp, Zoom, aug_transforms, setup_aug_tfms

    if recipe in (PETS, ONCE):
        return list(aug_transforms(size=SIZE, min_scale=0.75 if recipe == PETS else 1.0))
    size = SIZE if recipe == PRESIZED else None
    three = [
        Rotate(draw=30, p=1.0, size=size),
        Zoom(draw=1.2, p=1.0, size=size),
        Warp(draw_x=-0.2, draw_y=0.2, p=1.0, size=size),
    ]
    return (
        list(setup_aug_tfms(three)) if recipe == PRESIZED else [AffineCoordTfm(size=SIZE, align_corners=True), *three]
    )


def run_batch(recipe: str, train: bool, pets: str, presize: int, device: str, seed: int) -> "Ran":
    """One batch of ITEMS pets through a DataBlock's loader; every transform in it is noted as it is called."""
    from fastai.data.block import CategoryBlock, DataBlock
    from fastai.data.transforms import IndexSplitter
    from fastai.vision.augment import Resize
    from fastai.vision.data import ImageBlock

    chosen = load(pets)
    files = [chosen.path(number) for number in range(min(2 * ITEMS, len(chosen)))]
    breeds = dict(zip(files, chosen.labels, strict=False))
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=chosen.vocab)),
        get_y=lambda file: breeds[file],
        splitter=IndexSplitter(list(range(len(files) // 2))),
        item_tfms=Resize(presize),
        batch_tfms=batch_transforms(recipe),
    )
    steps: list[Called] = []
    with seeded(seed):
        dls = block.dataloaders(files, bs=ITEMS, num_workers=0, device=torch.device(device))
        loader = dls.train if train else dls.valid
        with recorded() as calls:
            for pipeline, batch in (
                (loader.dataset.tls[0].tfms, False),
                (loader.after_item, False),
                (loader.after_batch, True),
            ):
                pipeline.fs = type(pipeline.fs)([Noting(tfm, steps, calls, batch) for tfm in pipeline.fs])
            loader.one_batch()
    steps = [step for step in steps if step.name != "noop"]
    of_items = [step for step in steps if not step.batch]
    once = of_items[: len(of_items) // ITEMS]  # the other items' steps are the same
    return Ran(recipe, train, presize, (*once, *(step for step in steps if step.batch)))


@dataclass(frozen=True, eq=False)
class Ran:
    """The first item's steps, then the batch's."""

    recipe: str
    train: bool
    presize: int
    steps: tuple[Called, ...]

    def count(self, batch: bool, name: str = "") -> int:
        """Resamplings on an item or on the batch, of that kind or of any."""
        return sum(c.name == name or not name for step in self.steps if step.batch == batch for c in step.calls)

    def findings(self) -> list[str]:
        """Where the pixels were resampled, from the calls."""
        item, looked, averaged = self.count(False), self.count(True, "grid_sample"), self.count(True, "interpolate")
        sentences = [
            f"On the batch the pixels were interpolated **{in_words(looked)}** (`grid_sample`), on the item {in_words(item)} "
            "(Pillow's `resize`): counted while fastai ran."
        ]
        if averaged:
            step = next(c for s in self.steps if s.batch for c in s.calls if c.name == "interpolate")
            sentences.append(
                f"`grid_sample` looks at four pixels only, so where a picture shrinks fastai first averages it, here from "
                f"{step.before[0]} to {step.after[0]}: one more resampling that no recipe names."
            )
        if self.recipe in (PETS, ONCE) and self.train:
            sentences.append(
                "The affine transforms work at the full size, then the random crop resizes: `min_scale` below 1 costs a second interpolation."
                if looked > 1
                else "With `min_scale` 1 there is no random crop: flip, warp, rotation and zoom go to the final size in one look-up."
            )
        where = {step.device for step in self.steps if step.batch}
        sentences.append(
            f"The item's transforms run on the CPU, picture by picture; the batch's ran on the {'/'.join(sorted(where)).upper()}, "
            f"{ITEMS} pictures at once. "
            + (
                "In training the square is cut at random."
                if self.train
                else "In validation the square is the centre's, and nothing is random."
            )
        )
        return sentences

    def numbers(self) -> dict[str, Any]:
        """The counts, for the page's export."""
        return {
            "resamplings of an item": self.count(False),
            "interpolations of the batch": self.count(True, "grid_sample"),
            "averagings of the batch": self.count(True, "interpolate"),
            "steps": len(self.steps),
        }

    def table(self) -> dict[str, Sequence[Any]]:
        """Every step."""
        return {
            "transform": [step.name for step in self.steps],
            "on": [f"{'the batch' if step.batch else 'an item'}, {step.device.upper()}" for step in self.steps],
            "in": [step.before for step in self.steps],
            "out": [step.after for step in self.steps],
            "resampled by": [", ".join(WORDS[c.name] for c in step.calls) or "–" for step in self.steps],
        }
