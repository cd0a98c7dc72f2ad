"""One batch on its way through fastai's own DataLoader: every transform that was called, and what it resampled."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from core.arrays import Numbers, Table
from core.data.pets import load
from core.device import DEVICES
from core.exhibits.presizing.recipes import batch_transforms
from core.exhibits.presizing.resamplings import WORDS, recorded
from core.exhibits.presizing.settings import ONCE, PETS, TRAIN, Settings
from core.exhibits.presizing.transform_calls import RecordingTransform, TransformCall
from core.nn.seeded import seeded
from core.words import how_often, join_words

ITEMS = 4  # in the batch


@dataclass(frozen=True, kw_only=True)
class BatchRun:
    """The first item's calls, then the batch's."""

    recipe: str
    train: bool
    calls: tuple[TransformCall, ...]

    def count(self, on_batch: bool, name: str = "") -> int:
        """Resamplings on an item or on the batch, of that kind or of any."""
        return sum(
            resampling.name == name or not name
            for call in self.calls
            if call.on_batch == on_batch
            for resampling in call.resamplings
        )

    def findings(self) -> list[str]:
        looked_up, averaged = self.count(True, "grid_sample"), self.count(True, "interpolate")
        sentences = [
            f"On the batch the pixels were interpolated **{how_often(looked_up)}** (`grid_sample`), on the item "
            f"{how_often(self.count(False))} (Pillow's `resize`): counted while fastai ran."
        ]
        if averaged:
            sentences.append(self._averaging())
        if self.recipe in (PETS, ONCE) and self.train:
            sentences.append(
                "The affine transforms work at the full size, then the random crop resizes: `min_scale` below 1 costs "
                "a second interpolation."
                if looked_up > 1
                else "With `min_scale` 1 there is no random crop: flip, warp, rotation and zoom go to the final size "
                "in one look-up."
            )
        return [*sentences, self._devices()]

    def _averaging(self) -> str:
        resamplings = (resampling for call in self.calls if call.on_batch for resampling in call.resamplings)
        first = next(resampling for resampling in resamplings if resampling.name == "interpolate")
        return (
            "`grid_sample` looks at four pixels only, so where a picture shrinks fastai first averages it, here from "
            f"{first.before[0]} to {first.after[0]}: one more resampling that no recipe names."
        )

    def _devices(self) -> str:
        devices = join_words(sorted({DEVICES[call.device] for call in self.calls if call.on_batch}))
        chance = (
            "In training the square is cut at random."
            if self.train
            else "In validation the square is the centre's, and nothing is random."
        )
        return (
            f"The item's transforms run on the CPU, picture by picture; the batch's ran on the {devices}, {ITEMS} "
            f"pictures at once. {chance}"
        )

    def numbers(self) -> Numbers:
        return {
            "resamplings of an item": self.count(False),
            "interpolations of the batch": self.count(True, "grid_sample"),
            "averagings of the batch": self.count(True, "interpolate"),
            "steps": len(self.calls),
        }

    def table(self) -> Table:
        resampled = [[WORDS[resampling.name] for resampling in call.resamplings] for call in self.calls]
        return {
            "transform": [call.name for call in self.calls],
            "on": [f"{'the batch' if call.on_batch else 'an item'}, {DEVICES[call.device]}" for call in self.calls],
            "in": [call.before for call in self.calls],
            "out": [call.after for call in self.calls],
            "resampled by": [", ".join(names) or "–" for names in resampled],
        }


def experiment(settings: Settings) -> BatchRun:
    """One batch of ITEMS pets through a DataBlock's loader; every transform in it is recorded as it is called."""
    block, files = pets_block(settings)
    calls: list[TransformCall] = []
    with seeded(settings.seed):
        dls = block.dataloaders(files, bs=ITEMS, num_workers=0, device=torch.device(settings.device))
        loader = dls.train if settings.split == TRAIN else dls.valid
        pipelines = ((loader.dataset.tls[0].tfms, False), (loader.after_item, False), (loader.after_batch, True))
        with recorded() as resamplings:
            for pipeline, on_batch in pipelines:
                recording = [RecordingTransform(tfm, calls, resamplings, on_batch) for tfm in pipeline.fs]
                pipeline.fs = type(pipeline.fs)(recording)
            loader.one_batch()
    calls = [call for call in calls if call.name != "noop"]
    of_items = [call for call in calls if not call.on_batch]
    first_item = of_items[: len(of_items) // ITEMS]  # the other items' calls are the same
    of_batch = [call for call in calls if call.on_batch]
    return BatchRun(recipe=settings.recipe, train=settings.split == TRAIN, calls=(*first_item, *of_batch))


def pets_block(settings: Settings) -> tuple[Any, list[Path]]:
    """The lesson's DataBlock with these batch transforms, and a few pets to train on and to validate."""
    from fastai.data.block import CategoryBlock, DataBlock
    from fastai.data.transforms import IndexSplitter
    from fastai.vision.augment import Resize
    from fastai.vision.data import ImageBlock

    pets = load(settings.pets)
    files = [pets.path(number) for number in range(min(2 * ITEMS, len(pets)))]
    breeds = dict(zip(files, pets.labels, strict=False))
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=pets.vocab)),
        get_y=lambda file: breeds[file],
        splitter=IndexSplitter(list(range(len(files) // 2))),
        item_tfms=Resize(settings.presize),
        batch_tfms=batch_transforms(settings.recipe),
    )
    return block, files
