"""What the DataBlock doctor finds: where a block fails and why, how to mend it, and what `summary()` prints of it."""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.data.cache import cache_folder
from core.data.labelled import Pets
from core.data.pets import split
from core.errors import UserError
from core.exhibits.pets_data.data_block import (
    BATCH,
    BATCH_RESIZE,
    EXPECTED,
    FIRST,
    HTML,
    ITEM_AUGMENT,
    LAST,
    NO_LABEL,
    NO_RESIZE,
    NONE,
    NOT_IMAGE,
    PLACES,
    REGEX,
    SPLIT_SEED,
    WalkStep,
    data_block,
    examine,
)
from core.exhibits.pets_data.shots import Shot, on_disk
from core.nn.seeded import seeded

DRAW = 7  # seed of the random transforms

WHY = {
    NO_RESIZE: "Pictures have different sizes, and a batch is one tensor: sizes that differ cannot be stacked. Nothing is wrong "
    "with any one item, so it shows only here.",
    BATCH_RESIZE: "`Resize` stands among the batch transforms, but there is no batch before the items are collated, and they cannot "
    "be while their sizes differ. `Resize` works on single pictures, before.",
    ITEM_AUGMENT: "`aug_transforms` work on a batch of floats. A single item is still bytes: `IntToFloatTensor` comes with the batch.",
    REGEX: "The pattern has only lower-case letters, so it finds no breed in the name of a cat. The label of every training file is "
    "asked for at once, to learn the vocabulary, long before there is a batch.",
    NOT_IMAGE: "The file has a picture's name, but a web page is in it, which is what a failed download often leaves behind.",
}  # fmt: skip
MEND = {
    NO_RESIZE: "give `item_tfms=Resize(460)`",
    BATCH_RESIZE: "move `Resize` to `item_tfms`",
    ITEM_AUGMENT: "move `aug_transforms` to `batch_tfms`",
    REGEX: "the book's pattern, which takes any letters",
    NOT_IMAGE: "`verify_images(files)` finds such files; then `.unlink()` them",
    NO_LABEL: "say where the label is: `get_y=using_attr(RegexLabeller(…), 'name')`",
}


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
    import fastai.data.block  # noqa: F401 - gives a DataBlock its summary

    with printed() as text:
        try:
            block.summary(folder, bs=BATCH)
        except expected as error:
            return text.getvalue(), error
    return text.getvalue(), None


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


def no_image_folder() -> Path:
    """Where the files lie that have a picture's name and are none."""
    return cache_folder("no-image")


def pick_files(pets: Pets, fault: str, place: str) -> list[Path]:
    """The files of all the pets; those of the first batch are there, and one may be no image."""
    train, _ = split(pets)
    if len(train) < BATCH:
        raise UserError(f"A batch takes {BATCH} training pictures, and here are {len(train)}: choose pets with more.")
    files = [pets.folder / name for name in pets.files or pets.names]
    for i in train[:BATCH]:
        files[i] = pets.path(int(i))
    if fault == NOT_IMAGE:
        at = int(train[PLACES[place]])
        files[at] = no_image_folder() / pets.names[at]
        files[at].write_bytes(HTML)
    return files


@dataclass(frozen=True, eq=False)
class Doctor:
    """A walk and its end. `first` are the first files of the training set as they lie on disk."""

    fault: str
    place: str
    steps: tuple[WalkStep, ...]
    error: str | None
    first: tuple[Shot, ...]
    sizes: tuple[int, int]
    labels: int
    breeds: int
    reseeds: bool
    overlooked: bool  # a file that is no image was not looked at, but verify_image refuses it

    @property
    def at(self) -> int:
        """The step where it ended: the one that failed, or the last."""
        states = [step.state for step in self.steps]
        return states.index("failed") if "failed" in states else len(states) - 1

    def findings(self) -> list[str]:
        if self.error:
            kind, step = self.error.partition(":")[0], self.steps[self.at]
            tried = " Setting up tries the first item." if (self.fault, step.part) == (NOT_IMAGE, "setup") else ""
            return [f"**Expected failure** at step {self.at + 1}, `{step.name}`: `{kind}`. {WHY[self.fault]}{tried}"]
        if self.fault == NO_LABEL:
            return [
                f"Nothing fails, and that is the trap: without `get_y` the label is the file's own path, so there are **{self.labels} "
                f"labels**, one for every training file, instead of {self.breeds} breeds. `summary()` shows the number; only you "
                "can know that it is wrong."
            ]
        if self.overlooked:
            return [
                f"`summary()` finds nothing, and yet there is a file that is no image: it opens only the {BATCH} items of its one "
                f"batch, and this is the last of {self.sizes[0]:,}. Training would stop in the middle of an epoch. "
                f"To find it before: {MEND[NOT_IMAGE]}."
            ]
        if self.fault != NONE:
            return ["This fault has no effect on these pictures: the four that are looked at already agree in size."]
        last = self.steps[-1]
        sentences = [
            f"All {len(self.steps)} steps give something: {BATCH} pictures of different sizes become one `x` of {last.gives} numbers. "
            f"`RandomSplitter(seed={SPLIT_SEED})` leaves {self.sizes[0]:,} files for training and {self.sizes[1]:,} for validation."
        ]
        if self.reseeds:
            sentences.append(
                "That splitter has a side effect: its seed reseeds torch **globally**, so whatever draws next draws the same as in "
                "every other program that split with 42."
            )
        return sentences

    def numbers(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "training files": self.sizes[0],
            "validation files": self.sizes[1],
            "labels": self.labels,
        }
        found |= {"steps": len(self.steps), "ended at step": self.at + 1, "failed": bool(self.error)}
        return found | {f"sizes after step {i}": len({shot.size for shot in s.pictures}) for i, s in self._showing()}

    def _showing(self) -> list[tuple[int, WalkStep]]:
        """The steps that have pictures, with their numbers."""
        return [(i, step) for i, step in enumerate(self.steps, 1) if step.pictures]

    def table(self) -> dict[str, list[Any]]:
        columns = ("part", "name", "state", "gives", "says")
        return {column: [getattr(step, column) for step in self.steps] for column in columns}


def doctor(pets: Pets, fault: str = NONE, place: str = FIRST) -> Doctor:
    """Walk through the lesson's block with this fault."""
    files = pick_files(pets, fault, place)
    names = dict(zip(files, pets.names, strict=True))
    train, valid = split(pets)
    first = tuple(files[i] for i in train[:BATCH])
    shots, share = on_disk(first)
    with seeded(DRAW):
        steps, error = examine(data_block(files, names, fault), pets.folder, EXPECTED.get(fault, ()), share)
    labels = {pets.labels[i] for i in train} if fault != NO_LABEL else set(train)
    steps = [replace(step, says=brief(step.says, pets)) for step in steps]
    return Doctor(
        fault, place, tuple(steps), brief(f"{type(error).__name__}: {error}", pets) if error else None,
        shots, (len(train), len(valid)), len(labels), len(pets.vocab), reseeds(),
        fault == NOT_IMAGE and place == LAST and not image_is_fine(files[train[PLACES[LAST]]]),
    )  # fmt: skip


def summary_says(pets: Pets, fault: str, place: str) -> tuple[str, str | None]:
    """What `summary()` of the same block prints, word for word, and the error it raises in the end."""
    files = pick_files(pets, fault, place)
    block = data_block(files, dict(zip(files, pets.names, strict=True)), fault)
    with seeded(DRAW):
        said, error = ask_summary(block, pets.folder, EXPECTED.get(fault, ()))
    raised = f"{type(error).__name__}: {error}" if error else None
    return brief(said, pets), raised and brief(raised, pets)


def brief(text: str, pets: Pets) -> str:
    """The text without the folders of this computer."""
    for folder in (pets.folder, no_image_folder()):
        text = text.replace(str(folder), "images")
    return text


def image_is_fine(path: Path) -> bool:
    """What fastai's `verify_image` says of a file."""
    from fastai.vision.utils import verify_image

    return bool(verify_image(path))
