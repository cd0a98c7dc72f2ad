"""What both views say of the recorded runs: one beside the four ways, A and B of a race."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Numbers, Table
from core.data.digits import Digits
from core.nn.models import forward
from core.nn.training import Recipe, Run, train

ONE_CLASS = 0.98
"""From this share on, the validation digits count as nearly all taken for one class."""

LONG_STEPS, LONG_STEPS_OF_THE_NET = 0.25, 0.01
"""Learning rate over batch size from which on rounding can decide where a run ends, the second for the net with ReLU
that starts from randn: there, starts that differ by 1e-7 were seen to part."""


@dataclass(frozen=True, kw_only=True)
class FirstEpoch:
    """A run's first epoch, trained for itself: of a longer run the step at its end may not be among those recorded."""

    run: Run
    threes: float  # share of the validation digits that are taken for threes after it

    @property
    def accuracy(self) -> float:
        """On the validation digits."""
        return float(self.run.valid_accuracy[-1])


def first_epoch(recipe: Recipe, digits: Digits) -> FirstEpoch:
    """The first epoch of `recipe`, and what its model takes the validation digits for."""
    run = train(replace(recipe, epochs=1), digits)
    logits = forward(recipe.model, digits.x_valid, run.tensors(-1))
    return FirstEpoch(run=run, threes=(logits > 0).float().mean().item())


def recorded_numbers(runs: Sequence[Run], firsts: Sequence[FirstEpoch]) -> Numbers:
    """Accuracy and loss of every run on the validation digits: at its end, and on the way there."""
    numbers: Numbers = {}
    for lane, run, first in zip("AB", runs, firsts, strict=False):
        numbers |= {
            f"recorded run {lane}: accuracy before training": float(run.valid_accuracy[0]),
            f"recorded run {lane}: accuracy after epoch 1": first.accuracy,
            f"recorded run {lane}: taken for threes after epoch 1": first.threes,
            f"recorded run {lane}: last accuracy": float(run.valid_accuracy[-1]),
            f"recorded run {lane}: last loss": float(run.valid_loss[-1]),
        }
    return numbers


def recorded_table(runs: Sequence[Run]) -> Table:
    """Every recorded step of the first run, with what the others had come to by then."""
    epochs = runs[0].epochs
    columns: Table = {"epoch": epochs}
    for lane, run in zip("AB", runs, strict=False):
        columns[f"accuracy {lane}"] = np.interp(epochs, run.epochs, run.valid_accuracy)
        columns[f"loss {lane}"] = np.interp(epochs, run.epochs, run.valid_loss)
    return columns


def rounding_decides(run: Run) -> bool:
    """Whether two computers, which round differently, may end this run apart."""
    recipe = run.recipe
    limit = LONG_STEPS_OF_THE_NET if (recipe.model, recipe.init) == ("relu", "randn") else LONG_STEPS
    return recipe.learning_rate / (recipe.batch_size or run.items) > limit


def after_one_epoch(first: FirstEpoch) -> str:
    """The answer to the page's question."""
    return "about 50%" if first.accuracy < 0.6 else "about 75%" if first.accuracy < 0.9 else "above 90%"


def one_class_sentence(run: Run, first: FirstEpoch, label: str = "") -> str | None:
    """A sentence on a first epoch that ends in one class for all, as an unshuffled loader brings about."""
    taken = max(first.threes, 1 - first.threes)
    if taken < ONE_CLASS:
        return None
    order = "unshuffled: all threes, then all sevens" if not run.recipe.shuffle else "shuffled"
    return (
        f"{label}{order}: after one epoch the :blue[accuracy] is {first.accuracy:.1%}, "
        f"{'' if taken == 1 else 'nearly '}everything taken for {'threes' if first.threes > 0.5 else 'sevens'}; "
        f"at the end it is {run.valid_accuracy[-1]:.1%}."
    )
