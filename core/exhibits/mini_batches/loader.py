"""fastai's own DataLoader, recorded: which items it puts into which batch (fastbook chapter 4, "SGD and Mini-Batches").

Importing fastai takes seconds, so what needs it stands in functions that a job calls.
"""

import math
import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from core.arrays import Array
from core.data.digits import COUNTS, Digits
from core.nn.models import flatten, gradients, init_params
from core.nn.training import Recipe, validate

DATASETS = {"digits": "digits", "numbers": "range(15)", "letters": "the alphabet"}
USUAL = {"digits": 16, "numbers": 5, "letters": 6}
"""The batch sizes of the lesson's small examples; 16 digits are about as many steps an epoch as the book's 256."""

WORDS = {"shuffled": "shuffled", "in order": "in order", "again": "drawn with replacement"}
ORDERS = {"shuffled": "shuffle=True", "in order": "shuffle=False", "again": "with replacement"}
BOOKS_SIZE = 256  # the book's mini-batches, of the full sample


@dataclass(frozen=True)
class Loaded:
    """What came out of one DataLoader: item numbers, epoch by epoch, batch by batch."""

    epochs: tuple[tuple[Array, ...], ...]
    shown: tuple[tuple[str, ...], ...]  # each batch as Python writes it; shapes where it is large
    first: str  # what first(dl) gives
    same_first: bool  # whether a second first(dl) gives the same


@dataclass(frozen=True)
class Loading:
    """What a loader does in some epochs; before it has answered, `loaded` is None."""

    dataset: str  # a key of DATASETS
    order: str  # a key of ORDERS
    size: int
    names: tuple[str, ...]  # of the items
    images: Array  # (n, 784) of digits; (0, 784) of other items
    threes: Array  # (n,) bool; (0,)
    loaded: Loaded | None = None
    accuracy: tuple[Array, ...] = ()  # (steps + 1,) on the validation digits, digits only: by this loader, by the other
    valid: int = 0

    @property
    def other_order(self) -> str:
        """The order of the loader that this one is compared with."""
        return "in order" if self.order == "shuffled" else "shuffled"

    @property
    def batches(self) -> list[Array]:
        """All batches of all epochs."""
        return [batch for epoch in self.loaded.epochs for batch in epoch] if self.loaded else []

    def answered(self, loaded: Sequence[Loaded], digits: Digits, seed: int) -> "Loading":
        """With what this loader gave and, for digits, the other one; and what training on their batches comes to."""
        epochs = [[batch for epoch in one.epochs for batch in epoch] for one in loaded]
        trained = self.dataset == "digits"
        accuracy = tuple(train_on(batches, digits, seed) for batches in epochs) if trained else ()
        return replace(self, loaded=loaded[0], accuracy=accuracy)

    def counts(self, epoch: int) -> Array:
        """How often each item came in one epoch, (n,)."""
        return np.bincount(np.concatenate(self.loaded.epochs[epoch]), minlength=len(self.names))

    def findings(self) -> list[str]:
        if self.loaded is None:
            return [
                f"The {len(self.names)} items of this data set stand in their own order, waiting for fastai's `DataLoader`."
            ]
        return [_counted(self), _first(self), *([_trained(self)] if self.accuracy else [])]

    def numbers(self) -> dict[str, float]:
        if self.loaded is None:
            return {}
        counts = self.counts(0)
        found: dict[str, float] = {
            "items": len(self.names),
            "batches in an epoch": len(self.loaded.epochs[0]),
            "items in the last batch": len(self.loaded.epochs[0][-1]),
            "items that came in the first epoch": int(np.count_nonzero(counts)),
            "most often in the first epoch": int(counts.max()),
        }
        steps = len(self.loaded.epochs[0])
        for name, accuracy in zip(("", ", compared"), self.accuracy, strict=False):
            found[f"accuracy after epoch 1{name}"] = float(accuracy[steps])
            found[f"accuracy at the end{name}"] = float(accuracy[-1])
        return found

    def table(self) -> dict[str, Sequence[Any]]:
        """Every item of every batch."""
        rows = [
            (epoch + 1, number + 1, self.names[item])
            for epoch, batches in enumerate(self.loaded.epochs if self.loaded else ())
            for number, batch in enumerate(batches)
            for item in batch
        ]
        columns = zip(*rows, strict=True) if rows else ((), (), ())
        return {name: list(column) for name, column in zip(("epoch", "batch", "item"), columns, strict=True)}


def data_set(dataset: str, order: str, size: int, digits: Digits) -> Loading:
    """The data set before any loader; `size` 0 is the usual batch size for it."""
    size = size or USUAL[dataset]
    if dataset == "digits":
        threes = digits.y_train[:, 0].numpy() == 1
        names = tuple(f"{3 if three else 7}, item {i}" for i, three in enumerate(threes))
        return Loading(dataset, order, size, names, digits.x_train.numpy(), threes, valid=len(digits.x_valid))
    names = tuple(map(str, range(15))) if dataset == "numbers" else tuple(string.ascii_lowercase)
    return Loading(dataset, order, size, names, np.empty((0, 784), np.float32), np.empty(0, bool))


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
    from fastai.data.load import DataLoader
    from fastcore.basics import first

    draws = random.Random(seed)
    again = {"shuffle_fn": lambda indices: draws.choices(indices, k=len(indices))} if order == "again" else {}
    dl = DataLoader(dataset, batch_size=size, shuffle=order != "in order", **again)
    dl.rng = random.Random(seed)  # else it seeds itself from Python's global generator
    firsts = [first(dl), first(dl)]
    dl.rng = random.Random(seed)
    draws.seed(seed)
    passes = [list(dl) for _ in range(epochs)]
    return Loaded(
        tuple(tuple(items(batch) for batch in batches) for batches in passes),
        tuple(tuple(show(batch) for batch in batches) for batches in passes),
        show(firsts[0]),
        bool((items(firsts[0]) == items(firsts[1])).all()),
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


def _counted(found: Loading) -> str:
    steps, last = len(found.loaded.epochs[0]), len(found.loaded.epochs[0][-1])
    counts = found.counts(0)
    rest = f", the last of {last}" if steps > 1 and last < found.size else ""
    start = f"An epoch is {steps} batch{'es' * (steps > 1)} of {min(found.size, len(found.names))}{rest}. "
    if (counts == 1).all():
        return f"{start}Each of the {len(found.names)} items came **exactly once**: they are drawn without replacement."
    never, most = int((counts == 0).sum()), int(counts.max())
    return (
        f"{start}**{never}** of the {len(found.names)} items ({never / len(counts):.0%}) never came in the first one, and one came {most} times: that "
        "is drawing with replacement, which a `DataLoader` does not do unless it is told to."
    )


def _first(found: Loading) -> str:
    call = "a second call gives the same" if found.loaded.same_first else "a second call gives other items"
    is_digits = found.dataset == "digits"
    what = f"two tensors of {found.loaded.first}" if is_digits else f"`{found.loaded.first}`"
    sentence = f"`first(dl)` is the first mini-batch, {what}, and not an item; {call}."
    if is_digits:
        full = COUNTS["train/3"] + COUNTS["train/7"]
        sentence += f" On the full sample's {full:,} digits, batches of {BOOKS_SIZE} make {math.ceil(full / BOOKS_SIZE)} steps an epoch."
    return sentence


def _trained(found: Loading) -> str:
    full = [batch for batch in found.loaded.epochs[0] if len(batch) == found.size]
    threes = [int(found.threes[batch].sum()) for batch in full]
    after = [float(accuracy[len(found.loaded.epochs[0])]) for accuracy in found.accuracy]
    ends = [float(accuracy[-1]) for accuracy in found.accuracy]
    errors = [100 * math.sqrt(value * (1 - value) / found.valid) for value in (*after, *ends)]
    names = [WORDS[found.order], WORDS[found.other_order]]
    return (
        f"A batch of {found.size} has {min(threes)} to {max(threes)} threes. :blue[Accuracy] after epoch 1: **{after[0]:.1%}** {names[0]}, "
        f"{after[1]:.1%} {names[1]}; at the end {ends[0]:.1%} and {ends[1]:.1%} (standard errors {min(errors):.1f} to {max(errors):.1f} points)."
    )
