"""fastai's own DataLoader, recorded: which items it puts into which batch (fastbook chapter 4, "SGD and Mini-Batches").

Importing fastai takes seconds, so what needs it stands in functions that a job calls.
"""

import math
import random
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.mini_batches.settings import DIGITS, Settings
from core.exhibits.mini_batches.steps import BOOKS_SIZE, FULL_SAMPLE, book_sentence, steps_an_epoch
from core.nn.models import flatten, gradients, init_params
from core.nn.seeded import data_loader
from core.nn.training import Recipe, validate

USUAL = {DIGITS: 16, "numbers": 5, "letters": 6}
"""The batch sizes of the lesson's small examples; 16 digits are about as many steps an epoch as the book's 256."""

WORDS = {"shuffled": "shuffled", "in order": "in order", "again": "drawn with replacement"}


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What came out of one DataLoader: item numbers, epoch by epoch, batch by batch."""

    epochs: tuple[tuple[Array, ...], ...]
    shown: tuple[tuple[str, ...], ...]  # each batch as Python writes it; shapes where it is large
    first: str  # what first(dl) gives
    same_first: bool  # whether a second first(dl) gives the same

    @property
    def batches(self) -> list[Array]:
        """All batches of all epochs."""
        return [batch for epoch in self.epochs for batch in epoch]


@dataclass(frozen=True)
class Answer:
    """What the chosen loader gave, and what training on its batches comes to."""

    loaded: Loaded
    accuracy: tuple[Array, ...]  # (steps + 1,) on the validation digits, digits only: by this loader, by the other


@dataclass(frozen=True, kw_only=True)
class Loading:
    """What a loader does in some epochs; before it has answered, `loaded` is None."""

    dataset: str  # a key of DATASETS
    order: str  # a key of ORDERS
    size: int  # of a batch
    names: tuple[str, ...]  # of the items
    images: Array  # (n, 784) of digits; (0, 784) of other items
    threes: Array  # (n,) bool; (0,)
    valid: int = 0  # validation digits
    loaded: Loaded | None = None
    accuracy: tuple[Array, ...] = ()  # as in Answer

    @property
    def other_order(self) -> str:
        """The order of the loader that this one is compared with."""
        return "in order" if self.order == "shuffled" else "shuffled"

    @property
    def epochs(self) -> tuple[tuple[Array, ...], ...]:
        """The loader's batches, epoch by epoch; none before it has answered."""
        return self.loaded.epochs if self.loaded else ()

    @property
    def batches(self) -> list[Array]:
        """All batches of all epochs."""
        return self.loaded.batches if self.loaded else []

    def counts(self, epoch: int) -> Array:
        """How often each item came in one epoch, (n,)."""
        return np.bincount(np.concatenate(self.epochs[epoch]), minlength=len(self.names))

    def findings(self) -> list[str]:
        if self.loaded is None:
            items = len(self.names)
            return [f"The {items} items of this data set stand in their own order, waiting for fastai's `DataLoader`."]
        return [self._counted(), self._first(self.loaded), *([self._trained()] if self.accuracy else [])]

    def _counted(self) -> str:
        steps, last, items = len(self.epochs[0]), len(self.epochs[0][-1]), len(self.names)
        rest = f", the last of {last}" if steps > 1 and last < self.size else ""
        start = f"An epoch is {steps} batch{'es' * (steps > 1)} of {min(self.size, items)}{rest}. "
        counts = self.counts(0)
        if (counts == 1).all():
            return f"{start}Each of the {items} items came **exactly once**: they are drawn without replacement."
        never, most = int((counts == 0).sum()), int(counts.max())
        return (
            f"{start}**{never}** of the {items} items ({never / items:.0%}) never came in the first one, and one came "
            f"{most} times: that is drawing with replacement, which a `DataLoader` does not do unless it is told to."
        )

    def _first(self, loaded: Loaded) -> str:
        call = "a second call gives the same" if loaded.same_first else "a second call gives other items"
        what = f"two tensors of {loaded.first}" if self.dataset == DIGITS else f"`{loaded.first}`"
        sentence = f"`first(dl)` is the first mini-batch, {what}, and not an item; {call}."
        return f"{sentence} {book_sentence()}" if self.dataset == DIGITS else sentence

    @property
    def threes_in_batches(self) -> list[int]:
        """Threes in every full batch of the first epoch."""
        return [int(self.threes[batch].sum()) for batch in self.epochs[0] if len(batch) == self.size]

    def _trained(self) -> str:
        threes = self.threes_in_batches
        after = [float(accuracy[len(self.epochs[0])]) for accuracy in self.accuracy]
        ends = [float(accuracy[-1]) for accuracy in self.accuracy]
        errors = [100 * math.sqrt(value * (1 - value) / self.valid) for value in (*after, *ends)]
        name, other_name = WORDS[self.order], WORDS[self.other_order]
        return (
            f"A batch of {self.size} has {min(threes)} to {max(threes)} threes. :blue[Accuracy] after epoch 1: "
            f"**{after[0]:.1%}** {name}, {after[1]:.1%} {other_name}; at the end {ends[0]:.1%} and {ends[1]:.1%} "
            f"(standard errors {min(errors):.1f} to {max(errors):.1f} points)."
        )

    def numbers(self) -> Numbers:
        if self.loaded is None:
            return {}
        counts, steps = self.counts(0), len(self.epochs[0])
        numbers: Numbers = {
            "items": len(self.names),
            "batches in an epoch": steps,
            "items in the last batch": len(self.epochs[0][-1]),
            "items that came in the first epoch": int(np.count_nonzero(counts)),
            "most often in the first epoch": int(counts.max()),
            "first batch": self.loaded.first,
            "a second call gives the same": self.loaded.same_first,
        }
        if self.dataset == DIGITS:
            numbers |= {
                "fewest threes in a full batch": min(self.threes_in_batches),
                "most threes in a full batch": max(self.threes_in_batches),
                "digits of the full sample": FULL_SAMPLE,
                f"steps an epoch of the full sample, batches of {BOOKS_SIZE}": steps_an_epoch(FULL_SAMPLE, BOOKS_SIZE),
            }
        for name, accuracy in zip(("", ", compared"), self.accuracy, strict=False):
            numbers[f"accuracy after epoch 1{name}"] = float(accuracy[steps])
            numbers[f"accuracy at the end{name}"] = float(accuracy[-1])
        return numbers

    def table(self) -> Table:
        """Every item of every batch."""
        rows = [
            (epoch + 1, number + 1, self.names[item])
            for epoch, batches in enumerate(self.epochs)
            for number, batch in enumerate(batches)
            for item in batch
        ]
        columns = zip(*rows, strict=True) if rows else ((), (), ())
        return {name: list(column) for name, column in zip(("epoch", "batch", "item"), columns, strict=True)}


def begin(settings: Settings) -> Loading:
    """The data set, before any loader."""
    size = settings.bs or USUAL[settings.dataset]
    if settings.dataset == DIGITS:
        return _digits(settings.order, size, load("built-in"))
    return Loading(
        dataset=settings.dataset,
        order=settings.order,
        size=size,
        names=tuple(map(str, range(15))) if settings.dataset == "numbers" else tuple(string.ascii_lowercase),
        images=np.empty((0, 784), np.float32),
        threes=np.empty(0, bool),
    )


def _digits(order: str, size: int, digits: Digits) -> Loading:
    threes = digits.y_train[:, 0].numpy() == 1
    return Loading(
        dataset=DIGITS,
        order=order,
        size=size,
        names=tuple(f"{3 if three else 7}, item {i}" for i, three in enumerate(threes)),
        images=digits.x_train.numpy(),
        threes=threes,
        valid=len(digits.x_valid),
    )


def loaders(settings: Settings, stop: Callable[[], bool]) -> Iterator[Answer]:  # noqa: ARG001 (a part is short)
    """What fastai's loader gives, and for digits what training on it comes to, beside another one; one part."""
    data_set = begin(settings)
    size, passes, seed = data_set.size, settings.passes, settings.seed
    if settings.dataset != DIGITS:
        yield Answer(load_small(settings.dataset, settings.order, size, passes, seed), ())
        return
    digits, orders = load("built-in"), (data_set.order, data_set.other_order)
    loaded, other = (load_digits(digits, order, size, passes, seed) for order in orders)
    yield Answer(loaded, tuple(train_on(one.batches, digits, seed) for one in (loaded, other)))


def join(result: Loading, arrived: Sequence[Answer]) -> Loading:
    """The data set with what the loader has given."""
    return replace(result, loaded=arrived[0].loaded, accuracy=arrived[0].accuracy)


def experiment(settings: Settings) -> Loading:
    """The data set and what the loader gives, at once."""
    return join(begin(settings), list(loaders(settings, lambda: False)))


def progress(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Asking fastai's DataLoader…" if arrived == 0 else "Done"


def load_digits(digits: Digits, order: str, size: int, epochs: int, seed: int) -> Loaded:
    """`DataLoader(list(zip(x, y)), batch_size=…)`; which items came is read off the pixels."""
    rows = {image.tobytes(): i for i, image in enumerate(digits.x_train.numpy())}
    shapes = "{} and {}".format

    def items(batch: tuple[torch.Tensor, torch.Tensor]) -> Array:
        return np.array([rows[image.tobytes()] for image in batch[0].numpy()])

    def show(batch: tuple[torch.Tensor, torch.Tensor]) -> str:
        return shapes(*("×".join(map(str, tensor.shape)) for tensor in batch))

    return record(list(zip(digits.x_train, digits.y_train, strict=True)), order, size, epochs, seed, items, show)


def load_small(dataset: str, order: str, size: int, epochs: int, seed: int) -> Loaded:
    """The lesson's own small examples: `range(15)`, and the letters with their numbers."""
    if dataset == "numbers":
        return record(range(15), order, size, epochs, seed, lambda batch: batch.numpy(), str)
    letters = list(enumerate(string.ascii_lowercase))
    return record(letters, order, size, epochs, seed, lambda batch: batch[0].numpy(), str)


def record(
    dataset: Sequence[Any],
    order: str,
    size: int,
    epochs: int,
    seed: int,
    items: Callable[[Any], Array],
    show: Callable[[Any], str],
) -> Loaded:
    """Some epochs of fastai's DataLoader: `items` says which items a batch is made of, `show` how it is written."""
    from fastcore.basics import first

    draws = random.Random(seed)
    again = {"shuffle_fn": lambda indices: draws.choices(indices, k=len(indices))} if order == "again" else {}
    dl = data_loader(dataset, random.Random(seed), batch_size=size, shuffle=order != "in order", **again)
    firsts = [first(dl), first(dl)]
    dl.rng = random.Random(seed)
    draws.seed(seed)
    passes = [list(dl) for _ in range(epochs)]
    return Loaded(
        epochs=tuple(tuple(items(batch) for batch in batches) for batches in passes),
        shown=tuple(tuple(show(batch) for batch in batches) for batches in passes),
        first=show(firsts[0]),
        same_first=bool((items(firsts[0]) == items(firsts[1])).all()),
    )


def train_on(batches: Sequence[Array], digits: Digits, seed: int) -> Array:
    """Validation accuracy of nn.Linear's start after each step on these batches, learning rate 1: (batches + 1,)."""
    model = init_params("linear", "uniform", seed)
    frames = [flatten(model)]
    for batch in batches:
        rows = torch.from_numpy(batch)
        slopes = gradients("linear", digits.x_train[rows], digits.y_train[rows], model)
        model = [p - slope for p, slope in zip(model, slopes, strict=True)]
        frames.append(flatten(model))
    return validate(Recipe(), torch.stack(frames), [], digits)[1]
