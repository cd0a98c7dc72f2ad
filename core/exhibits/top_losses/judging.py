"""The losses of all pictures and the heads trained again: what the exhibit of the top losses asks for, and when."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.arrays import Array
from core.data.download import Stop
from core.data.pets import choice_of_pets, load, split
from core.data.shelf import Shelf
from core.errors import UserError
from core.exhibits.top_losses.cleaning import DELETE, Log, Marks, cleaned, marks_of, one_step
from core.exhibits.top_losses.retrain import Retrained, predictions, retrain
from core.exhibits.top_losses.suspects import (
    ALL,
    FIT,
    FOLD,
    TRAIN,
    VALID,
    Judged,
    fitting,
    judge,
    labels_of,
)
from core.fields import seed_field
from core.nn.features import Progress, features, ready, steps
from core.settings import choice, integer, ladder

FIND, RETRAIN = "find", "retrain"
MINE, FIRST, RANDOM, WRONG = "mine", "first", "random", "wrong"
KEPT = 12  # judgements of a set of pictures
FEW = 1000  # pictures on which heads are trained while one waits


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; `ready` says whether its answer takes no long wait."""

    view: str = choice(FIND, {FIND: "find suspects", RETRAIN: "retrain without them"}, "What to look at")
    split: str = choice(ALL, {ALL: "all", TRAIN: "training", VALID: "validation"}, "Pictures", when=("view", FIND))
    judged: str = choice(
        FOLD,
        {FOLD: "heads that never saw it", FIT: "the head trained on it"},
        "A training picture is judged by",
        "fastai shows the losses of the very model that was trained on these labels.",
        when=("view", FIND),
    )
    looked: int = integer(50, 10, 200, "You look at the first", when=("view", FIND))
    cleaning: str = choice(
        MINE,
        {MINE: "my marks", FIRST: "first by loss", RANDOM: "as many at random", WRONG: "known wrong labels"},
        "What to clean",
        when=("view", RETRAIN),
    )
    first: int = ladder(50, (5, 10, 20, 50, 100, 200), "Left out", when=("cleaning", (FIRST, RANDOM)))
    wrong: int = ladder(
        0, (0, 10, 20, 50, 100), "More labels made wrong", "In memory only: no file is touched.", more=True
    )
    seed: int = seed_field()
    pets: str = choice_of_pets()
    ready: bool = False

    def prepared(self) -> "Settings":
        """With `ready` as it is on this computer just now."""
        try:
            return replace(self, ready=available(self))
        except UserError:  # said when the pictures are needed
            return replace(self, ready=False)


@dataclass(frozen=True, eq=False)
class Result:
    """The page's result; `judged` is missing until the features are there, `retrained` in the other view."""

    settings: Settings
    judged: Judged | None = None
    retrained: Retrained | None = None
    marks: Marks = Marks()
    pending: bool = False  # heads are being trained with a visitor's marks
    progress: Progress | None = None

    @property
    def order(self) -> Array:
        """Indices of the chosen pictures by descending loss."""
        assert self.judged
        return self.judged.ranked(self.settings.judged, self.settings.split)


Later = Callable[[Callable[[Any, Stop], Iterator[Any]], tuple[Settings, Marks]], Any]
"""Does a piece of work aside, once for the same argument; its last part, or None until that is there."""


@dataclass(frozen=True)
class Mine:
    """What a visitor brings: logs of marks by set of pictures, and a way to have work done meanwhile."""

    logs: Mapping[str, Log]
    later: Later


_shelf = Shelf(KEPT)


def judgement(settings: Settings, stop: Stop = lambda: False) -> Judged:
    """All pictures with their losses."""
    pets, seed = load(settings.pets), settings.seed
    labels = labels_of(pets, settings.wrong, seed)

    def make() -> Judged:
        return judge(pets, labels, split(pets), fitting(features(pets, stop=stop).array, len(labels[2])), seed)

    return _shelf.get(pets, ("judged", settings.wrong, seed), make)


def uncleaned(settings: Settings) -> Array:
    """(S, V) what heads trained on the labels as they stand predict for the validation pictures."""
    pets, judged = load(settings.pets), judgement(settings)
    fit = fitting(features(pets).array, len(judged.vocab))

    def make() -> Array:
        return predictions(fit, judged.targets, judged.train, judged.valid, settings.seed)

    return _shelf.get(pets, ("before", settings.wrong, settings.seed), make)


def by_rule(settings: Settings, judged: Judged) -> Marks:
    """The marks on training pictures that a rule makes in place of a person; none for "my marks"."""
    if settings.cleaning == MINE:
        return Marks()
    if settings.cleaning == WRONG:
        rows = judged.train[judged.wrong[judged.train]]
        return marks_of((one_step({int(i): int(judged.truth[i]) for i in rows}),))
    rows = judged.ranked(FOLD, TRAIN)
    if settings.cleaning == RANDOM:
        rows = np.random.default_rng(settings.seed).permutation(rows)
    most = min(settings.first, len(rows) // 2)
    return marks_of((one_step({int(i): DELETE for i in rows[:most]}),))


def with_marks(settings: Settings, marks: Marks) -> Retrained:
    """Heads trained with these marks, beside those before."""
    judged = judgement(settings)
    fit = fitting(features(load(settings.pets)).array, len(judged.vocab))
    return retrain(judged, fit, cleaned(judged.targets, judged.train, marks), uncleaned(settings), settings.seed)


def complete(result: Result, stop: Stop = lambda: False) -> Result:
    """The result with all that its settings show, computed now where it is not there yet."""
    settings = result.settings
    if result.judged is None:
        result = replace(result, judged=judgement(settings, stop), progress=None)
    if settings.view == RETRAIN and result.retrained is None:
        marks = by_rule(settings, judgement(settings))
        found = _shelf.get(load(settings.pets), _after(settings), lambda: with_marks(settings, marks))
        result = replace(result, retrained=found)
    return result


def available(settings: Settings) -> bool:
    """Whether the result is there without a long wait: with the features, on few pictures."""
    pets = load(settings.pets)
    return ready(pets) and (len(pets) <= FEW or all(_shelf.find(pets, key) is not None for key in keys(settings)))


def keys(settings: Settings) -> list[Hashable]:
    """What the view needs to be kept under."""
    judged: Hashable = ("judged", settings.wrong, settings.seed)
    return [judged, _after(settings)] if settings.view == RETRAIN else [judged]


def _after(settings: Settings) -> Hashable:
    """What heads trained after cleaning by a rule are kept under."""
    return ("after", replace(settings, ready=False))


def experiment(settings: Settings) -> Result:
    """The losses, and in their view the heads trained again: at once where that takes no job, or else left open."""
    return complete(Result(settings)) if settings.ready else Result(settings)


def wants_job(settings: Settings) -> bool:
    """Whether features or heads are still to be computed."""
    return not settings.ready


def work(settings: Settings, stop: Stop) -> Iterator[Progress | Result]:
    """The features' progress, and then the result."""
    yield from steps(load(settings.pets), stop=stop)
    if not stop():
        yield complete(Result(settings), stop)


def doing(parts: int) -> str:
    """What happens while that many parts are there."""
    return "A network looks at every picture, once…" if parts else "Getting ready…"


def join(result: Result, parts: Sequence[Progress | Result]) -> Result:
    """The result with what a job has brought."""
    last = parts[-1]
    return last if isinstance(last, Result) else replace(result, progress=last)


def whole(settings: Settings) -> Result:
    """The experiment with all that a job brings, for the exports."""
    return complete(Result(settings))


def with_mine(result: Result, mine: Mine) -> Result:
    """The result with a visitor's marks, and with the heads that were trained with them."""
    settings = result.settings
    if result.judged is None:
        return result
    marks = marks_of(mine.logs.get(result.judged.key, ()))
    if settings.view == RETRAIN and settings.cleaning == MINE and len(marks):
        again = mine.later(train_again, (settings, marks))
        return replace(result, marks=marks, retrained=again or result.retrained, pending=again is None)
    return replace(result, marks=marks)


def train_again(asked: tuple[Settings, Marks], stop: Stop) -> Iterator[Retrained]:
    """A job: heads trained with a visitor's marks."""
    if not stop():
        yield with_marks(*asked)
