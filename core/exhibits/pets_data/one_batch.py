"""One mini-batch of pets: what `dls.one_batch()` gives, and what `dls.show_batch()` shows of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.data.labelled import Pets
from core.data.pets import split
from core.exhibits.pets_data.data_block import ITEM, SIZE, data_block
from core.exhibits.pets_data.doctor import DRAW, pick_files
from core.exhibits.pets_data.shots import Shot, shots_of
from core.nn.seeded import seeded

SHOW_BATCH = 9  # what show_batch shows
TOGETHER = 8  # items that arrive at once
ITEM_SHARE = SIZE / ITEM  # so that items are shown as large as they will be in the batch


@dataclass(frozen=True)
class Items:
    """Some more items have been opened and resized."""

    done: int
    pictures: tuple[Shot, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Batch:
    """The batch: shapes, types and range of `x`, the numbers in `y`, and the pictures that `show_batch` shows."""

    shape: tuple[int, ...]
    dtype: str
    kinds: tuple[str, str]
    low: float
    high: float
    mean: float
    targets: tuple[int, ...]
    target_dtype: str
    pictures: tuple[Shot, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class OneBatch:
    """A batch of `size`, while its items arrive and once it is there."""

    size: int
    breeds: int
    items: tuple[Items, ...] = ()
    batch: Batch | None = None

    @property
    def pictures(self) -> tuple[Shot, ...]:
        """What can be shown now, at most nine."""
        if self.batch:
            return self.batch.pictures
        return tuple(picture for items in self.items for picture in items.pictures)[:SHOW_BATCH]

    @property
    def labels(self) -> tuple[str, ...]:
        if self.batch:
            return self.batch.labels
        return tuple(label for items in self.items for label in items.labels)[:SHOW_BATCH]

    def findings(self) -> list[str]:
        if not self.batch:
            done = self.items[-1].done if self.items else 0
            return [f"{done} of {self.size} pictures are opened and resized; then they become one batch."]
        b = self.batch
        return [
            f"`x` is one tensor, {b.shape}: {b.shape[0]} pictures of {b.shape[1]} colours, {b.shape[2]} rows and {b.shape[3]} "
            f"columns, {b.dtype} between {b.low:.2g} and {b.high:.2g}. `y` is {len(b.targets)} whole numbers, the places of the "
            f"breeds in `dls.vocab`, from 0 to {self.breeds - 1}.",
            f"It is a batch of the *training* loader, which shuffles and augments anew each time. `show_batch` shows {len(b.pictures)} of it, "
            "with the numbers of `y` turned back into names.",
        ]

    def numbers(self) -> dict[str, Any]:
        if not self.batch:
            return {"batch size": self.size}
        b = self.batch
        found: dict[str, Any] = {f"x.shape[{i}]": size for i, size in enumerate(b.shape)}
        found |= {"x.min()": b.low, "x.max()": b.high, "x.mean()": b.mean}
        return found | {f"y[{i}]": target for i, target in enumerate(b.targets)}

    def table(self) -> dict[str, list[Any]]:
        if not self.batch:
            return {"item": [], "y": []}
        return {"item": list(range(len(self.batch.targets))), "y": list(self.batch.targets)}


def make_batch(pets: Pets, size: int, stop: Callable[[], bool]) -> Iterator[Items | Batch]:
    """What `dls.one_batch()` does: take shuffled items one by one, collate them, transform the batch."""
    import torch

    train, _ = split(pets)
    files = pick_files(pets, "none", "first")
    block = data_block(files, dict(zip(files, pets.names, strict=True)))
    with seeded(DRAW):
        dls = block.dataloaders(pets.folder, bs=size, num_workers=0, device=torch.device("cpu"))
        order = list(dls.train.get_idxs())[:size]
    items: list[Any] = []
    for at, index in enumerate(order):
        if stop():
            return
        pets.path(int(train[index]))  # is there, drawn if need be
        with seeded(DRAW + at):
            items.append(dls.train.do_item(index))
        if len(items) % TOGETHER == 0 and len(items) < len(order):
            fresh = items[-TOGETHER:]
            names = tuple(dls.vocab[int(item[1])] for item in fresh)
            yield Items(len(items), shots_of(list(fresh), ITEM_SHARE) if at < SHOW_BATCH else (), names)
    with seeded(DRAW):
        x, y = dls.train.after_batch(dls.train.create_batch(dls.train.before_batch(items)))
    yield Batch(
        tuple(x.shape), str(x.dtype).removeprefix("torch."), (type(x).__name__, type(y).__name__),
        x.min().item(), x.max().item(), x.mean().item(), tuple(y.tolist()), str(y.dtype).removeprefix("torch."),
        shots_of(x[:SHOW_BATCH], 1.0), tuple(dls.vocab[int(target)] for target in y[:SHOW_BATCH]),
    )  # fmt: skip


def join_parts(found: OneBatch, arrived: Sequence[Items | Batch]) -> OneBatch:
    """The view with what has arrived."""
    for part in arrived:
        found = replace(found, batch=part) if isinstance(part, Batch) else replace(found, items=(*found.items, part))
    return found


def one_batch(pets: Pets, size: int, *, whole: bool) -> OneBatch:
    """A batch of `size`; its frame only where a job is to bring the rest."""
    found = OneBatch(min(size, len(split(pets)[0])), len(pets.vocab))
    return join_parts(found, list(make_batch(pets, size, lambda: False))) if whole else found
