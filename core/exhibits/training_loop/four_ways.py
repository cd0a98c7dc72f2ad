"""One training, run in all four ways to write it, beside the recorded run (fastbook chapter 4).

The four ways walk the same batches from the same parameters, so they must agree to float32 rounding; the recorded run
of `core.nn.training` walks them too. What differs is who writes the loop.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Numbers, Table
from core.data.digits import load
from core.exhibits.training_loop.recorded import (
    FirstEpoch,
    first_epoch,
    one_class_sentence,
    recorded_numbers,
    recorded_table,
)
from core.exhibits.training_loop.settings import Settings
from core.exhibits.training_loop.versions import WAYS, Way, agreement, train_ways
from core.nn.training import Run, train

SAME = 1e-3
"""Parameters that differ by less than this share of the largest are those of one training."""


@dataclass(frozen=True, kw_only=True)
class FourWays:
    """The recorded run, and those of the four ways that have been trained so far."""

    runs: tuple[Run]
    firsts: tuple[FirstEpoch]
    ways: tuple[Way, ...] = ()

    def findings(self) -> list[str]:
        (run,), (first,) = self.runs, self.firsts
        ending = (
            f"After {run.recipe.epochs} epochs the :blue[accuracy] on the validation digits is "
            f"{run.valid_accuracy[-1]:.1%}."
        )
        sentences = [one_class_sentence(run, first) or ending]
        if len(self.ways) > 1:
            sentences += [self._how_far_apart(), self._two_averages()]
        return sentences

    def _how_far_apart(self) -> str:
        apart = agreement(self.ways)["parameters"]
        recorded = float(np.abs(self.ways[0].parameters - self.runs[0].parameters[-1]).max())
        largest = float(np.abs(self.ways[0].parameters).max())
        verdict = (
            "the same training."
            if max(apart, recorded) <= SAME * largest
            else "the same training but for rounding, which steps this long make larger and larger. "
            "Where it ends, to the last digits, is this computer's answer alone."
        )
        return (
            f"The {len(self.ways)} ways end "
            f"{'exactly equal' if apart == 0 else f'within {apart:.1e} of each other'} in all 785 "
            f":green[parameters], and within {recorded:.1e} of the recorded run, whose gradient is written out: "
            f"{verdict}"
        )

    def _two_averages(self) -> str:
        last = self.ways[-1]
        gap = float(np.abs(last.epoch_accuracy - last.batch_mean_accuracy).max())
        return (
            "Averaging the batches' accuracies, as the lesson's `validate_epoch` does, instead of all items, as the "
            f"Learner does, differs by up to {gap * 100:.2f} points here: "
            "a short last batch weighs as much as a full one."
        )

    def numbers(self) -> Numbers:
        """Seconds are not among them, since no two runs take the same."""
        numbers = recorded_numbers(self.runs, self.firsts)
        for way in self.ways:
            numbers |= {
                f"{way.name}: accuracy before training": float(way.epoch_accuracy[0]),
                f"{way.name}: accuracy after epoch 1": float(way.epoch_accuracy[1]),
                f"{way.name}: mean of the batches' accuracies after epoch 1": float(way.batch_mean_accuracy[1]),
                f"{way.name}: last accuracy": float(way.epoch_accuracy[-1]),
            }
        return numbers

    def table(self) -> Table:
        """Every epoch of every way; before the first one is there, every recorded step."""
        if not self.ways:
            return recorded_table(self.runs)
        columns: Table = {"epoch": np.arange(len(self.ways[0].epoch_accuracy))}
        for way in self.ways:
            columns |= {f"accuracy, {way.name}": way.epoch_accuracy, f"loss, {way.name}": way.epoch_loss}
        return columns


def begin(settings: Settings) -> FourWays:
    """The recorded run."""
    recipe, digits = settings.recipe(), load(settings.digits)
    return FourWays(runs=(train(recipe, digits),), firsts=(first_epoch(recipe, digits),))


def all_ways(settings: Settings, stop: Callable[[], bool]) -> Iterator[Way]:
    """The four ways, one by one."""
    return train_ways(settings.recipe(), load(settings.digits), stop=stop)


def join(result: FourWays, arrived: Sequence[Way]) -> FourWays:
    """The recorded run with the ways that have arrived."""
    return replace(result, ways=tuple(arrived))


def experiment(settings: Settings) -> FourWays:
    """The recorded run and all four ways."""
    return join(begin(settings), list(all_ways(settings, lambda: False)))


def progress(arrived: int) -> str:
    """What happens while that many ways are there."""
    return f"Training, way {arrived + 1} of {len(WAYS)}: {WAYS[arrived].name}…" if arrived < len(WAYS) else "Done"
