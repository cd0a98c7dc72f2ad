"""A DataBlock walked one thing at a time, as `summary()` walks it: what each step gives, and where it fails."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from core.exhibits.pets_data.shots import Shot, shots_of
from core.exhibits.pets_data.training_files import BATCH

State = Literal["done", "failed", "not reached"]


@dataclass(frozen=True, kw_only=True)
class WalkStep:
    """One step of the walk."""

    part: str  # the argument of DataBlock behind it
    name: str
    state: State
    message: str = ""  # what fastai prints of it, or raises
    gives: str = ""  # what it gives, in short
    pictures: tuple[Shot, ...] = ()


def plan(block: Any) -> list[tuple[str, str]]:
    """What `walk` will do, before it is done: the argument of DataBlock behind each step, and the step's name."""
    from fastai.data.core import Pipeline

    x, y = ([name_of(f) for f in Pipeline(fs).fs if f.name != "noop"] for fs in block._combine_type_tfms())
    items, batches = ([name_of(f) for f in Pipeline(fs).fs] for fs in (block.item_tfms, block.batch_tfms))
    steps = [("get_items", ["get_items"]), ("splitter", ["splitter"]), ("setup", ["set up"]), ("x", x), ("y", y)]
    steps += [("item_tfms", items), ("more", [f"{BATCH - 1} more items"]), ("collate", ["collate"])]
    return [(part, name) for part, names in [*steps, ("batch_tfms", batches)] for name in names]


def name_of(transform: Any) -> str:
    """A transform's name as `summary()` prints it, without its arguments."""
    return str(transform.name).split(" -- ")[0]


def walk(block: Any, folder: Path) -> Iterator[Any]:
    """Do what `DataBlock.summary` does, one thing at a time, and yield what each gives; raises as fastai raises.

    The transforms get `split_idx=0`, as from a training loader.
    """
    from fastai.data.core import TfmdDL, retain_types

    files = block.get_items(folder)
    yield files
    yield block.splitter(files)
    sets = block.datasets(folder).train  # here every label is asked for, to learn the vocabulary
    yield sets
    for pipeline in sets.tls:
        value = sets.items[0]
        for transform in pipeline.tfms.fs:
            value = transform(value, split_idx=0)
            if transform.name != "noop":
                yield value
    loader = TfmdDL(
        sets, bs=BATCH, num_workers=0, do_setup=False, after_item=block.item_tfms, after_batch=block.batch_tfms
    )
    item = sets[0]
    for transform in loader.after_item.fs:
        item = transform(item, split_idx=0)
        yield item
    items = [item, *(loader.after_item(sets[i]) for i in range(1, BATCH))]
    yield items
    batch = retain_types(loader.create_batch(items), item)
    yield batch
    for transform in loader.after_batch.fs:
        batch = transform(batch, split_idx=0)
        yield batch


def examine(
    block: Any, folder: Path, expected: tuple[type[Exception], ...], share: float
) -> tuple[list[WalkStep], Exception | None]:
    """Walk through the block, with pictures reduced to `share`; its steps, and the failure if an expected one came."""
    steps: list[WalkStep] = []
    planned, walking = plan(block), walk(block, folder)
    for at, (part, name) in enumerate(planned):
        try:
            value = next(walking)
        except expected as error:
            failed = WalkStep(part=part, name=name, state="failed", message=str(error))
            rest = [WalkStep(part=p, name=n, state="not reached") for p, n in planned[at + 1 :]]
            return [*steps, failed, *rest], error
        message, gives = described(part, name, value)
        pictures = shots_of(value, share) if part in PICTURED else ()
        steps.append(WalkStep(part=part, name=name, state="done", message=message, gives=gives, pictures=pictures))
    return steps, None


PICTURED = ("x", "y", "item_tfms", "more", "collate", "batch_tfms")
"""Parts whose values may be pictures."""


def described(part: str, name: str, value: Any) -> tuple[str, str]:
    """What `summary()` prints of a step that gave `value`, and the value in short."""
    from fastai.data.block import _short_repr

    if part == "get_items":
        return f"Found {len(value)} items", f"{len(value):,} files"
    if part == "splitter":
        train, valid = map(len, value)
        return f"2 datasets of sizes {train},{valid}", f"{train:,} + {valid:,}"
    if part == "setup":
        labels = len(value.tls[1].tfms.vocab)
        return f"the vocabulary has {labels} labels", f"{labels} labels"
    if part == "more":
        return f"Adding the next {BATCH - 1} samples", sizes_of(value)
    return f"applying {name} gives\n  {_short_repr(value)}", in_short(part, name, value)


def in_short(part: str, name: str, value: Any) -> str:
    """A value's size or shape, and what its numbers are where that is new."""
    x = value[0] if isinstance(value, tuple) else value
    if isinstance(x, Image.Image):
        return f"{x.width}×{x.height}"
    if part == "y":
        return x if isinstance(x, str) else f"number {int(x)}" if hasattr(x, "dtype") else "a path"
    return "×".join(map(str, x.shape)) + number_type(name, x)


def sizes_of(items: Sequence[Any]) -> str:
    """The sizes of several items, once if they agree."""
    shapes = {tuple(item[0].shape) for item in items}
    return "×".join(map(str, shapes.pop())) if len(shapes) == 1 else f"{len(shapes)} different sizes"


def number_type(name: str, x: Any) -> str:
    """The type of the numbers, after the transforms that decide it."""
    return f" {str(x.dtype).removeprefix('torch.')}" if name in ("ToTensor", "IntToFloatTensor") else ""
