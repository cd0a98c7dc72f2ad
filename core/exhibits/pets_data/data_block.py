"""The lesson's DataBlock (fastbook chapter 5) with typical faults, and its source as one would write it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.data.labelled import PATTERN
from core.exhibits.pets_data.settings import (
    BATCH_RESIZE,
    ITEM_AUGMENT,
    NO_LABEL,
    NO_RESIZE,
    NONE,
    NOT_IMAGE,
    PATTERNS,
    WRONG_REGEX,
)

ITEM, SIZE, MIN_SCALE, SPLIT_SEED = 460, 224, 0.75, 42  # the lesson's
DRAW = 7  # seed of the random transforms


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
    labeller = RegexLabeller(PATTERNS["lower case"] if fault == WRONG_REGEX else PATTERN)
    return DataBlock(
        blocks=(ImageBlock, CategoryBlock),
        get_items=lambda _folder: L(files),
        splitter=RandomSplitter(seed=SPLIT_SEED),
        get_y=None if fault == NO_LABEL else partial(label_of, labeller, names),
        item_tfms=item_tfms,
        batch_tfms=batch_tfms,
    )


def source_lines(fault: str = NONE) -> tuple[tuple[str, str], ...]:
    """The block's source as one would write it, line by line, with a note where the fault is."""
    augment = f"aug_transforms(size={SIZE}, min_scale={MIN_SCALE})"
    pattern = PATTERNS["lower case"] if fault == WRONG_REGEX else PATTERN
    label = "None" if fault == NO_LABEL else f"using_attr(RegexLabeller(r'{pattern}'), 'name')"
    items = {NO_RESIZE: "None", BATCH_RESIZE: "None", ITEM_AUGMENT: f"[Resize({ITEM}), *{augment}]"}
    batches = {BATCH_RESIZE: f"[Resize({ITEM}), *{augment}]", ITEM_AUGMENT: "None"}
    note = "the fault"
    return (
        ("pets = DataBlock(blocks=(ImageBlock, CategoryBlock),", ""),
        ("  get_items=get_image_files,", "one is no image" if fault == NOT_IMAGE else ""),
        (f"  splitter=RandomSplitter(seed={SPLIT_SEED}),", ""),
        (f"  get_y={label},", note if fault in (WRONG_REGEX, NO_LABEL) else ""),
        (f"  item_tfms={items.get(fault, f'Resize({ITEM})')},", note if fault in items else ""),
        (f"  batch_tfms={batches.get(fault, augment)})", note if fault in batches else ""),
        ("pets.summary(path/'images')", ""),
    )
