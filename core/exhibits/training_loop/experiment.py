"""The training loop four times over, and two runs raced against each other (fastbook chapter 4).

The four ways walk the same batches from the same parameters, so they must agree to float32 rounding; the recorded run
of `core.nn.training` walks them too. What differs is who writes the loop.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.data.digits import DigitsName, load
from core.exhibits.training_loop.four_ways import WAYS, Way, agreement, four_ways
from core.fields import BATCHES, FIFTY, batch_field, batch_size, device_field, digits_field, seed_field
from core.nn.models import InitName, ModelName
from core.nn.training import Recipe, Run, train
from core.settings import choice, integer, ladder, toggle

RATES = (0.001, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0)
FOUR, RACE = "four ways", "race"
RACING = ("view", RACE)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; `other_…` are those of run B in a race."""

    view: str = choice(FOUR, {FOUR: "four ways", RACE: "race A against B"}, "What to look at")
    learning_rate: float = ladder(1.0, RATES, "Learning rate")
    epochs: int = integer(10, 1, 40, "Epochs")
    shuffle: bool = toggle(
        True, "Shuffle the items every epoch", "The book's notebook does not: all threes, then all sevens."
    )
    other_rate: float = ladder(1.0, RATES, "B: learning rate", when=RACING)
    other_shuffle: bool = toggle(False, "B: shuffle", when=RACING)
    init: InitName = choice(
        "uniform",
        {"uniform": "small uniform, as nn.Linear", "randn": "randn, as init_params"},
        "First parameters",
        more=True,
    )
    batch_size: int = batch_field()
    model: ModelName = choice(
        "linear", {"linear": "linear", "relu": "linear, ReLU, linear"}, "A: model", more=True, when=RACING
    )
    other_model: ModelName = choice(
        "linear", {"linear": "linear", "relu": "linear, ReLU, linear"}, "B: model", more=True, when=RACING
    )
    other_batch: int = choice(FIFTY, BATCHES, "B: batch size", more=True, when=RACING)
    digits: DigitsName = digits_field()
    seed: int = seed_field()
    device: str = device_field()

    def recipe(self) -> Recipe:
        """The run of the four ways, and A of a race."""
        size = batch_size(self.batch_size, self.digits)
        rate, seed, device = self.learning_rate, self.seed, self.device
        return Recipe(model=self.model, init=self.init, learning_rate=rate, epochs=self.epochs, batch_size=size, shuffle=self.shuffle, seed=seed, device=device)

    def other(self) -> Recipe:
        """B of a race: the same start where the models are the same."""
        return replace(
            self.recipe(),
            model=self.other_model,
            learning_rate=self.other_rate,
            shuffle=self.other_shuffle,
            batch_size=batch_size(self.other_batch, self.digits),
        )


@dataclass(frozen=True)
class Result:
    settings: Settings
    runs: tuple[Run, ...]  # the recorded run; A and B in a race
    ways: tuple[Way, ...] = ()  # those that have arrived


def wants_ways(settings: Settings) -> bool:
    return settings.view == FOUR


def experiment(settings: Settings) -> Result:
    """The recorded run, or both runs of a race; the four ways come as a job."""
    digits = load(settings.digits)
    recipes = [settings.recipe()] if wants_ways(settings) else [settings.recipe(), settings.other()]
    return Result(settings, tuple(train(recipe, digits) for recipe in recipes))


def ways(settings: Settings, stop: Callable[[], bool]) -> Iterator[Way]:
    """The four ways, one by one."""
    return four_ways(settings.recipe(), load(settings.digits), stop=stop)


def doing(arrived: int) -> str:
    """What happens while that many ways are there."""
    return f"Training, way {arrived + 1} of {len(WAYS)}: {WAYS[arrived].name}…" if arrived < len(WAYS) else "Done"


def join(result: Result, arrived: Sequence[Way]) -> Result:
    return replace(result, ways=tuple(arrived))


def whole(settings: Settings) -> Result:
    """The experiment with all four ways, for the exports."""
    return join(experiment(settings), list(ways(settings, lambda: False)))


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export; seconds are not among them, since no two runs take the same."""
    found = {
        f"recorded run {lane}: last accuracy": float(run.valid_accuracy[-1])
        for lane, run in zip("AB", result.runs, strict=False)
    }
    found |= {
        f"recorded run {lane}: last loss": float(run.valid_loss[-1])
        for lane, run in zip("AB", result.runs, strict=False)
    }
    for way in result.ways:
        found[f"{way.name}: last accuracy"] = float(way.epoch_accuracy[-1])
    return found


def table(result: Result) -> dict[str, np.ndarray]:
    """Every epoch of every way, or every recorded step of a race."""
    if result.ways:
        columns = {"epoch": np.arange(len(result.ways[0].epoch_accuracy))}
        for way in result.ways:
            columns |= {f"accuracy, {way.name}": way.epoch_accuracy, f"loss, {way.name}": way.epoch_loss}
        return columns
    run = result.runs[0]
    columns = {"epoch": run.epochs}
    for lane, each in zip("AB", result.runs, strict=False):
        columns[f"accuracy {lane}"] = np.interp(run.epochs, each.epochs, each.valid_accuracy)
        columns[f"loss {lane}"] = np.interp(run.epochs, each.epochs, each.valid_loss)
    return columns


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return _found_ways(result) if wants_ways(result.settings) else _found_race(result)


def _found_ways(result: Result) -> list[str]:
    run = result.runs[0]
    sentences = [
        _collapse(run, "")
        or f"After {run.recipe.epochs} epochs the :blue[accuracy] on the validation digits is {run.valid_accuracy[-1]:.1%}."
    ]
    if len(result.ways) > 1:
        apart = agreement(result.ways)["parameters"]
        recorded = float(np.abs(result.ways[0].parameters - run.parameters[-1]).max())
        sentences.append(
            f"The {len(result.ways)} ways end {'exactly equal' if apart == 0 else f'within {apart:.1e} of each other'} in all 785 "
            f":green[parameters], and within {recorded:.1e} of the recorded run, whose gradient is written out: the same training."
        )
        last = result.ways[-1]
        gap = float(np.abs(last.epoch_accuracy - last.batch_mean_accuracy).max())
        sentences.append(
            f"Averaging the batches' accuracies, as the lesson's `validate_epoch` does, instead of all items, as the Learner "
            f"does, differs by up to {gap * 100:.2f} points here: a short last batch weighs as much as a full one."
        )
    return sentences


def _found_race(result: Result) -> list[str]:
    a, b = result.runs
    ends = [float(run.valid_accuracy[-1]) for run in (a, b)]
    error = float(np.sqrt(np.mean(ends) * (1 - np.mean(ends)) / result_size(result)))
    gap = abs(ends[0] - ends[1])
    sentences = [f"At the end the :blue[accuracy] is {ends[0]:.1%} for A and {ends[1]:.1%} for B."]
    sentences += [sentence for run, lane in ((a, "A, "), (b, "B, ")) if (sentence := _collapse(run, lane))]
    if 0 < gap < 2 * error:
        sentences.append(
            f"That difference of {gap * 100:.1f} points is within chance: one standard error on "
            f"{result_size(result):,} validation images is {error * 100:.1f} points."
        )
    return sentences


def result_size(result: Result) -> int:
    """How many validation images the accuracies were measured on."""
    return len(load(result.settings.digits).y_valid)


def _collapse(run: Run, lane: str) -> str | None:
    """A sentence on a first epoch that ends in one class for all, as an unshuffled loader brings about."""
    first = run.frame_of_epoch(1)
    if abs(run.valid_accuracy[first] - 0.5) > 0.02:
        return None
    order = "unshuffled: all threes, then all sevens" if not run.recipe.shuffle else "shuffled"
    return (
        f"{lane}{order}: after one epoch the :blue[accuracy] is {run.valid_accuracy[first]:.1%}, everything taken for one class; "
        f"at the end it is {run.valid_accuracy[-1]:.1%}."
    )


def after_one_epoch(result: Result) -> str:
    """The answer to the page's question."""
    run = result.runs[0]
    accuracy = run.valid_accuracy[run.frame_of_epoch(1)]
    return "about 50%" if accuracy < 0.6 else "about 75%" if accuracy < 0.9 else "above 90%"
