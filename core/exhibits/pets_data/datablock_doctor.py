"""The DataBlock doctor: where a block fails and why, how to mend it, and what `summary()` prints of it."""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.arrays import Numbers, Table
from core.data.labelled import Pets
from core.data.pets import load, split
from core.exhibits.pets_data.data_block import DRAW, SPLIT_SEED, data_block
from core.exhibits.pets_data.settings import (
    BATCH_RESIZE,
    ITEM_AUGMENT,
    LAST,
    NO_LABEL,
    NO_RESIZE,
    NONE,
    NOT_IMAGE,
    PLACES,
    WRONG_REGEX,
    Settings,
)
from core.exhibits.pets_data.shots import Shot, on_disk
from core.exhibits.pets_data.training_files import BATCH, no_image_folder, pick_files
from core.exhibits.pets_data.walk import WalkStep, examine
from core.nn.seeded import seeded

EXPECTED: dict[str, tuple[type[Exception], ...]] = {
    NO_RESIZE: (RuntimeError,),
    BATCH_RESIZE: (RuntimeError,),
    ITEM_AUGMENT: (RuntimeError, TypeError, IndexError),
    WRONG_REGEX: (AssertionError,),
    NOT_IMAGE: (OSError,),
}
"""What each fault may raise; anything else is a mistake of this program and is not swallowed."""

WHY = {
    NO_RESIZE: "Pictures have different sizes, and a batch is one tensor: sizes that differ cannot be stacked. Nothing "
    "is wrong with any one item, so it shows only here.",
    BATCH_RESIZE: "`Resize` stands among the batch transforms, but there is no batch before the items are collated, "
    "and they cannot be while their sizes differ. `Resize` works on single pictures, before.",
    ITEM_AUGMENT: "`aug_transforms` work on a batch of floats. A single item is still bytes: `IntToFloatTensor` comes "
    "with the batch.",
    WRONG_REGEX: "The pattern has only lower-case letters, so it finds no breed in the name of a cat. The label of "
    "every training file is asked for at once, to learn the vocabulary, long before there is a batch.",
    NOT_IMAGE: "The file has a picture's name, but a web page is in it, which is what a failed download often leaves "
    "behind.",
}
MEND = {
    NO_RESIZE: "give `item_tfms=Resize(460)`",
    BATCH_RESIZE: "move `Resize` to `item_tfms`",
    ITEM_AUGMENT: "move `aug_transforms` to `batch_tfms`",
    WRONG_REGEX: "the book's pattern, which takes any letters",
    NOT_IMAGE: "`verify_images(files)` finds such files; then `.unlink()` them",
    NO_LABEL: "say where the label is: `get_y=using_attr(RegexLabeller(…), 'name')`",
}

BEFORE, COLLATED, NOWHERE = "when a picture is opened", "when four are made one tensor", "nowhere"


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """A walk through the block with a fault, and its end."""

    fault: str
    place: str  # of the file that is no image
    steps: tuple[WalkStep, ...]
    error: str | None
    first: tuple[Shot, ...]  # the first files of the training set, as they lie on disk
    training_files: int
    validation_files: int
    labels: int
    breeds: int
    reseeds: bool  # whether the splitter's seed reseeds torch
    overlooked: bool  # a file that is no image was not looked at, but verify_image refuses it

    @property
    def at(self) -> int:
        """The step where it ended: the one that failed, or the last."""
        states = [step.state for step in self.steps]
        return states.index("failed") if "failed" in states else len(states) - 1

    def findings(self) -> list[str]:
        if self.error:
            return [self._failure(self.error)]
        if self.fault == NO_LABEL:
            return [
                "Nothing fails, and that is the trap: without `get_y` the label is the file's own path, so there are "
                f"**{self.labels} labels**, one for every training file, instead of {self.breeds} breeds. "
                "`summary()` shows the number; only you can know that it is wrong."
            ]
        if self.overlooked:
            return [
                "`summary()` finds nothing, and yet there is a file that is no image: it opens only the "
                f"{BATCH} items of its one batch, and this is the last of {self.training_files:,}. Training would stop "
                f"in the middle of an epoch. To find it before: {MEND[NOT_IMAGE]}."
            ]
        if self.fault != NONE:
            return ["This fault has no effect on these pictures: the four that are looked at already agree in size."]
        return self._sound()

    def _failure(self, error: str) -> str:
        kind, step = error.partition(":")[0], self.steps[self.at]
        tried = " Setting up tries the first item." if (self.fault, step.part) == (NOT_IMAGE, "setup") else ""
        return f"**Expected failure** at step {self.at + 1}, `{step.name}`: `{kind}`. {WHY[self.fault]}{tried}"

    def _sound(self) -> list[str]:
        """Of a block without a fault."""
        sentences = [
            f"All {len(self.steps)} steps give something: {BATCH} pictures of different sizes become one `x` of "
            f"{self.steps[-1].gives} numbers. `RandomSplitter(seed={SPLIT_SEED})` leaves {self.training_files:,} files "
            f"for training and {self.validation_files:,} for validation."
        ]
        if self.reseeds:
            sentences.append(
                "That splitter has a side effect: its seed reseeds torch **globally**, so whatever draws next draws "
                "the same as in every other program that split with 42."
            )
        return sentences

    def numbers(self) -> Numbers:
        sizes = {
            f"sizes after step {i}": len({shot.size for shot in step.pictures})
            for i, step in enumerate(self.steps, 1)
            if step.pictures
        }
        return {
            "training files": self.training_files,
            "validation files": self.validation_files,
            "labels": self.labels,
            "steps": len(self.steps),
            "ended at step": self.at + 1,
            "failed": bool(self.error),
            **sizes,
        }

    def table(self) -> Table:
        return {
            "part": [step.part for step in self.steps],
            "name": [step.name for step in self.steps],
            "state": [step.state for step in self.steps],
            "gives": [step.gives for step in self.steps],
            "says": [step.message for step in self.steps],
        }


def where_it_fails(result: Diagnosis) -> str:
    """The answer to the page's question."""
    if not result.error:
        return NOWHERE
    return COLLATED if result.steps[result.at].part == "collate" else BEFORE


def experiment(settings: Settings) -> Diagnosis:
    """Walk through the lesson's block with the chosen fault."""
    pets, fault, place = load(settings.pets), settings.fault, settings.place
    files = pick_files(pets, fault, place)
    train, valid = split(pets)
    first, share = on_disk(tuple(files[i] for i in train[:BATCH]))
    block = data_block(files, dict(zip(files, pets.names, strict=True)), fault)
    with seeded(DRAW):
        steps, error = examine(block, pets.folder, EXPECTED.get(fault, ()), share)
    labels = {pets.labels[i] for i in train} if fault != NO_LABEL else set(train)
    return Diagnosis(
        fault=fault,
        place=place,
        steps=tuple(replace(step, message=without_folders(step.message, pets)) for step in steps),
        error=printed_error(error, pets),
        first=first,
        training_files=len(train),
        validation_files=len(valid),
        labels=len(labels),
        breeds=len(pets.vocab),
        reseeds=reseeds(),
        overlooked=fault == NOT_IMAGE and place == LAST and not image_is_fine(files[train[PLACES[LAST]]]),
    )


def reseeds() -> bool:
    """Whether a `RandomSplitter(seed=42)` changes what torch draws next, for everybody."""
    import torch
    from fastai.data.transforms import RandomSplitter

    def next_after(split_first: bool) -> float:
        with seeded(1):
            if split_first:
                RandomSplitter(seed=SPLIT_SEED)(range(10))
            return torch.rand(1).item()

    return next_after(True) != next_after(False)


def image_is_fine(path: Path) -> bool:
    """What fastai's `verify_image` says of a file."""
    from fastai.vision.utils import verify_image

    return bool(verify_image(path))


def printed_error(error: Exception | None, pets: Pets) -> str | None:
    """As Python prints it, without the folders of this computer."""
    return without_folders(f"{type(error).__name__}: {error}", pets) if error else None


def without_folders(text: str, pets: Pets) -> str:
    """The text without the folders of this computer."""
    for folder in (pets.folder, no_image_folder()):
        text = text.replace(str(folder), "images")
    return text


class OwnThread(io.StringIO):
    """Keeps what the thread that made it prints; what others print meanwhile goes where it would have gone."""

    def __init__(self) -> None:
        super().__init__()
        self.owner, self.others = threading.get_ident(), sys.stdout

    def write(self, text: str) -> int:
        return super().write(text) if threading.get_ident() == self.owner else self.others.write(text)


@contextmanager
def printed() -> Iterator[OwnThread]:
    """What this thread prints inside; entered by one at a time, inside `seeded`."""
    kept, before = OwnThread(), sys.stdout
    sys.stdout = kept
    try:
        yield kept
    finally:
        sys.stdout = before


def ask_summary(block: Any, folder: Path, expected: tuple[type[Exception], ...]) -> tuple[str, Exception | None]:
    """What `block.summary(folder)` prints, and what it raises in the end."""
    # gives a DataBlock its summary
    import fastai.data.block  # noqa: F401

    with printed() as text:
        try:
            block.summary(folder, bs=BATCH)
        except expected as error:
            return text.getvalue(), error
    return text.getvalue(), None


def summary_of(settings: Settings) -> tuple[str, str | None]:
    """What `summary()` of the same block prints, word for word, and the error it raises in the end."""
    pets, fault = load(settings.pets), settings.fault
    files = pick_files(pets, fault, settings.place)
    block = data_block(files, dict(zip(files, pets.names, strict=True)), fault)
    with seeded(DRAW):
        text, error = ask_summary(block, pets.folder, EXPECTED.get(fault, ()))
    return without_folders(text, pets), printed_error(error, pets)
