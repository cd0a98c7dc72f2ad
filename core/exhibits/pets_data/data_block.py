"""The DataBlock doctor: the lesson's block and typical faults, walked one thing at a time as `summary()` walks it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from core.data.labelled import PATTERN
from core.exhibits.pets_data.regex_lab import PATTERNS
from core.exhibits.pets_data.shots import Shot, shots_of

BATCH = 4  # summary()'s default
ITEM, SIZE, MIN_SCALE, SPLIT_SEED = 460, 224, 0.75, 42  # the lesson's

NONE, NO_RESIZE, BATCH_RESIZE, ITEM_AUGMENT, REGEX, NOT_IMAGE, NO_LABEL = (
    "none", "no Resize", "Resize on the batch", "augment the item", "wrong regex", "not an image", "no get_y",
)  # fmt: skip
WRONG = (NO_RESIZE, BATCH_RESIZE, ITEM_AUGMENT, REGEX, NOT_IMAGE, NO_LABEL)
FIRST, THIRD, LAST = "first", "third", "last"
PLACES = {FIRST: 0, THIRD: 2, LAST: -1}
"""Where the file that is no image stands among the training items."""

EXPECTED: dict[str, tuple[type[Exception], ...]] = {
    NO_RESIZE: (RuntimeError,),
    BATCH_RESIZE: (RuntimeError,),
    ITEM_AUGMENT: (RuntimeError, TypeError, IndexError),
    REGEX: (AssertionError,),
    NOT_IMAGE: (OSError,),
}
"""What each fault may raise; anything else is a mistake of this program and is not swallowed."""

HTML = b"<!doctype html><title>404 Not Found</title><p>The picture you asked for has moved.</p>\n"
"""What a download that failed often leaves behind under a picture's name."""


def label_of(labeller: Callable[[str], str], names: dict[Path, str], path: Path) -> str:
    """As `using_attr(labeller, "name")`, also for files that are not called by their names."""
    return labeller(names[path])


def data_block(files: Sequence[Path], names: dict[Path, str], fault: str = NONE, item: int = ITEM) -> Any:
    """The lesson's DataBlock (fastbook chapter 5) on these files, with this fault in it."""
    from fastai.data.block import CategoryBlock, DataBlock
    from fastai.data.transforms import RandomSplitter, RegexLabeller
    from fastai.vision.augment import Resize, aug_transforms
    from fastai.vision.data import ImageBlock
    from fastcore.foundation import L

    resize, augment = Resize(item), aug_transforms(size=SIZE, min_scale=MIN_SCALE)
    item_tfms = {NO_RESIZE: None, BATCH_RESIZE: None, ITEM_AUGMENT: [resize, *augment]}.get(fault, resize)
    batch_tfms = {BATCH_RESIZE: [resize, *augment], ITEM_AUGMENT: None}.get(fault, augment)
    labeller = RegexLabeller(PATTERNS["lower case"] if fault == REGEX else PATTERN)
    return DataBlock(
        blocks=(ImageBlock, CategoryBlock),
        get_items=lambda _folder: L(files),
        splitter=RandomSplitter(seed=SPLIT_SEED),
        get_y=None if fault == NO_LABEL else partial(label_of, labeller, names),
        item_tfms=item_tfms,
        batch_tfms=batch_tfms,
    )


def written(fault: str = NONE) -> tuple[tuple[str, str], ...]:
    """The block's source as one would write it, line by line, with a note where the fault is."""
    augment = f"aug_transforms(size={SIZE}, min_scale={MIN_SCALE})"
    pattern = PATTERNS["lower case"] if fault == REGEX else PATTERN
    label = "None" if fault == NO_LABEL else f"using_attr(RegexLabeller(r'{pattern}'), 'name')"
    items = {NO_RESIZE: "None", BATCH_RESIZE: "None", ITEM_AUGMENT: f"[Resize({ITEM}), *{augment}]"}
    batches = {BATCH_RESIZE: f"[Resize({ITEM}), *{augment}]", ITEM_AUGMENT: "None"}
    wrong = "the fault"
    return (
        ("pets = DataBlock(blocks=(ImageBlock, CategoryBlock),", ""),
        ("  get_items=get_image_files,", "one is no image" if fault == NOT_IMAGE else ""),
        (f"  splitter=RandomSplitter(seed={SPLIT_SEED}),", ""),
        (f"  get_y={label},", wrong if fault in (REGEX, NO_LABEL) else ""),
        (f"  item_tfms={items.get(fault, f'Resize({ITEM})')},", wrong if fault in items else ""),
        (f"  batch_tfms={batches.get(fault, augment)})", wrong if fault in batches else ""),
        ("pets.summary(path/'images')", ""),
    )


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

    The transforms are told that they train, as a training loader tells them.
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


@dataclass(frozen=True, eq=False)
class WalkStep:
    """One step of the walk: the argument behind it, its name, what it gives in fastai's words and in short, its pictures."""

    part: str
    name: str
    state: str  # "done", "failed" or "not reached"
    says: str = ""
    gives: str = ""
    pictures: tuple[Shot, ...] = ()


def examine(
    block: Any, folder: Path, expected: tuple[type[Exception], ...], share: float
) -> tuple[list[WalkStep], Exception | None]:
    """Walk through the block; the steps, and the failure if it came to an expected one."""
    steps: list[WalkStep] = []
    planned, walking = plan(block), walk(block, folder)
    for at, (part, name) in enumerate(planned):
        try:
            value = next(walking)
        except expected as error:
            rest = [WalkStep(p, n, "not reached") for p, n in planned[at + 1 :]]
            return [*steps, WalkStep(part, name, "failed", str(error)), *rest], error
        steps.append(described(part, name, value, share))
    return steps, None


def described(part: str, name: str, value: Any, share: float) -> WalkStep:
    """A step that gave `value`, with pictures reduced to that share."""
    from fastai.data.block import _short_repr

    if part == "get_items":
        return WalkStep(part, name, "done", f"Found {len(value)} items", f"{len(value):,} files")
    if part == "splitter":
        sizes = [len(part) for part in value]
        return WalkStep(
            part, name, "done", f"2 datasets of sizes {sizes[0]},{sizes[1]}", f"{sizes[0]:,} + {sizes[1]:,}"
        )
    if part == "setup":
        count = len(value.tls[1].tfms.vocab)
        return WalkStep(part, name, "done", f"the vocabulary has {count} labels", f"{count} labels")
    if part == "more":
        return WalkStep(
            part, name, "done", f"Adding the next {BATCH - 1} samples", _sizes(value), pictures=shots_of(value, share)
        )
    return WalkStep(
        part,
        name,
        "done",
        f"applying {name} gives\n  {_short_repr(value)}",
        in_short(part, name, value),
        shots_of(value, share),
    )


def in_short(part: str, name: str, value: Any) -> str:
    """A value's size or shape, and what its numbers are where that is new."""
    x = value[0] if isinstance(value, tuple) else value
    if isinstance(x, Image.Image):
        return f"{x.width}×{x.height}"
    if part == "y":
        return x if isinstance(x, str) else f"number {int(x)}" if hasattr(x, "dtype") else "a path"
    return "×".join(map(str, x.shape)) + kind_of(name, x)


def _sizes(items: Sequence[Any]) -> str:
    """The sizes of several items, once if they agree."""
    shapes = {tuple(item[0].shape) for item in items}
    return "×".join(map(str, shapes.pop())) if len(shapes) == 1 else f"{len(shapes)} different sizes"


def kind_of(name: str, x: Any) -> str:
    """The type of the numbers, after the transforms that decide it."""
    return f" {str(x.dtype).removeprefix('torch.')}" if name in ("ToTensor", "IntToFloatTensor") else ""
