"""One mini-batch of pets: what `dls.one_batch()` gives, and what `dls.show_batch()` shows of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.arrays import Numbers, Table
from core.data.labelled import Pets
from core.data.pets import load, split
from core.exhibits.pets_data.data_block import DRAW, ITEM, SIZE, data_block
from core.exhibits.pets_data.settings import Settings
from core.exhibits.pets_data.shots import Shot, shots_of
from core.exhibits.pets_data.training_files import pick_files
from core.nn.seeded import seeded

AT_ONCE = 16  # pictures of a batch that needs no job
SHOW_BATCH = 9  # what show_batch shows
TOGETHER = 8  # items that arrive at once
ITEM_SHARE = SIZE / ITEM  # so that items are shown as large as they will be in the batch


@dataclass(frozen=True)
class Items:
    """Some more items have been opened and resized."""

    done: int  # so far
    pictures: tuple[Shot, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The batch: shapes, types and range of `x`, the numbers in `y`, and the pictures that `show_batch` shows."""

    shape: tuple[int, ...]
    dtype: str
    kinds: tuple[str, str]  # the classes of x and y
    low: float
    high: float
    mean: float
    targets: tuple[int, ...]
    target_dtype: str
    pictures: tuple[Shot, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
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
        """The breeds of `pictures`."""
        if self.batch:
            return self.batch.labels
        return tuple(label for items in self.items for label in items.labels)[:SHOW_BATCH]

    def findings(self) -> list[str]:
        batch = self.batch
        if not batch:
            done = self.items[-1].done if self.items else 0
            return [f"{done} of {self.size} pictures are opened and resized; then they become one batch."]
        pictures, colours, rows, columns = batch.shape
        return [
            f"`x` is one tensor, {batch.shape}: {pictures} pictures of {colours} colours, {rows} rows and "
            f"{columns} columns, {batch.dtype} between {batch.low:.2g} and {batch.high:.2g}. `y` is "
            f"{len(batch.targets)} whole numbers, the places of the breeds in `dls.vocab`, "
            f"from 0 to {self.breeds - 1}.",
            "It is a batch of the *training* loader, which shuffles and augments anew each time. `show_batch` shows "
            f"{len(batch.pictures)} of it, with the numbers of `y` turned back into names.",
        ]

    def numbers(self) -> Numbers:
        if not self.batch:
            return {"batch size": self.size}
        sizes = {f"x.shape[{i}]": size for i, size in enumerate(self.batch.shape)}
        values = {"x.min()": self.batch.low, "x.max()": self.batch.high, "x.mean()": self.batch.mean}
        return sizes | values | {f"y[{i}]": target for i, target in enumerate(self.batch.targets)}

    def table(self) -> Table:
        targets = self.batch.targets if self.batch else ()
        return {"item": list(range(len(targets))), "y": list(targets)}


def training_loaders(pets: Pets, size: int) -> tuple[Any, list[int]]:
    """The lesson's `DataLoaders` with batches of `size`, and the items of the first training batch, in its order."""
    import torch

    files = pick_files(pets)
    block = data_block(files, dict(zip(files, pets.names, strict=True)))
    with seeded(DRAW):
        dls = block.dataloaders(pets.folder, bs=size, num_workers=0, device=torch.device("cpu"))
        dls.train.before_iter()  # as every iteration begins: it tells the transforms that they train
        return dls, list(dls.train.get_idxs())[:size]


def make_batch(settings: Settings, stop: Callable[[], bool]) -> Iterator[Items | Batch]:
    """What `dls.one_batch()` does: take shuffled items one by one, collate them, transform the batch."""
    pets = load(settings.pets)
    train, _ = split(pets)
    dls, order = training_loaders(pets, settings.size)
    items: list[Any] = []
    for at, index in enumerate(order):
        if stop():
            return
        pets.path(int(train[index]))  # is there, drawn if need be
        with seeded(DRAW + at):
            items.append(dls.train.do_item(index))
        if len(items) % TOGETHER == 0 and len(items) < len(order):
            fresh = items[-TOGETHER:]
            labels = tuple(dls.vocab[int(item[1])] for item in fresh)
            yield Items(len(items), shots_of(fresh, ITEM_SHARE) if at < SHOW_BATCH else (), labels)
    with seeded(DRAW):
        x, y = dls.train.after_batch(dls.train.create_batch(dls.train.before_batch(items)))
    yield described_batch(x, y, dls.vocab)


def described_batch(x: Any, y: Any, vocab: Sequence[str]) -> Batch:
    """The batch in numbers, with the pictures that `show_batch` shows: x (n, 3, 224, 224) floats, y (n,) integers."""
    return Batch(
        shape=tuple(x.shape),
        dtype=str(x.dtype).removeprefix("torch."),
        kinds=(type(x).__name__, type(y).__name__),
        low=x.min().item(),
        high=x.max().item(),
        mean=x.mean().item(),
        targets=tuple(y.tolist()),
        target_dtype=str(y.dtype).removeprefix("torch."),
        pictures=shots_of(x[:SHOW_BATCH], 1.0),
        labels=tuple(vocab[int(target)] for target in y[:SHOW_BATCH]),
    )


def begin(settings: Settings) -> OneBatch:
    """A batch of which nothing is there yet."""
    pets = load(settings.pets)
    return OneBatch(size=min(settings.size, len(split(pets)[0])), breeds=len(pets.vocab))


def join(result: OneBatch, arrived: Sequence[Items | Batch]) -> OneBatch:
    """The batch with what has arrived."""
    for part in arrived:
        if isinstance(part, Batch):
            result = replace(result, batch=part)
        else:
            result = replace(result, items=(*result.items, part))
    return result


def experiment(settings: Settings) -> OneBatch:
    """The batch with all its items."""
    return join(begin(settings), list(make_batch(settings, lambda: False)))


def progress(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Opening and resizing pictures, one by one, then all of them as one batch…" if arrived else "Starting…"
