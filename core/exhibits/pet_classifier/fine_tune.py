"""Fine-tuning as in the lesson, by fastai's `fine_tune` (fastbook chapter 5): what has arrived, and what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.download import Stop
from core.data.pets import load, split
from core.exhibits.pet_classifier.settings import Settings, TuneSettings
from core.exhibits.pet_classifier.tuner import FIND, FROZEN, PHASES, UNFROZEN, Finished, Part, RateSearch, Report, tune
from core.nn.backbone import BACKBONES
from core.nn.confusion import wilson

LESSON = 5912  # photographs that the lesson trains on


@dataclass(frozen=True, kw_only=True, eq=False)
class Tuning:
    """A fine-tuning and what has arrived of it."""

    settings: TuneSettings
    train: int  # pictures to learn from
    valid: int  # held-out pictures
    breeds: int
    switched_on: bool
    parts: tuple[Part, ...] = ()

    def reports(self, *phases: str) -> list[Report]:
        """The reports of these phases, or of all."""
        return [part for part in self.parts if isinstance(part, Report) and part.phase in (phases or PHASES)]

    @property
    def search(self) -> RateSearch | None:
        """What lr_find saw, once it has ended."""
        return next((part for part in self.parts if isinstance(part, RateSearch)), None)

    @property
    def finished(self) -> Finished | None:
        """The end, once it is there."""
        return next((part for part in self.parts if isinstance(part, Finished)), None)

    @property
    def losses(self) -> Array:
        """(steps,) float32: the loss of every mini-batch since lr_find."""
        return np.array([loss for report in self.reports(FROZEN, UNFROZEN) for loss in report.losses], np.float32)

    @property
    def rates(self) -> Array:
        """(steps, 2) float32: learning rates of the body's first layers and of the head."""
        rates = [pair for report in self.reports(FROZEN, UNFROZEN) for pair in report.rates]
        return np.array(rates, np.float32).reshape(-1, 2)

    @property
    def epochs(self) -> list[tuple[float, float]]:
        """Loss and accuracy on the held-out pictures after every epoch."""
        return [epoch for report in self.reports(FROZEN, UNFROZEN) for epoch in report.epochs]

    def findings(self) -> list[str]:
        if not self.switched_on:
            return [
                f"`vision_learner({BACKBONES[self.settings.body]})` and `fine_tune({self.settings.epochs})` "
                f"on {self.train:,} pictures of {self.breeds} breeds at {self.settings.size} pixels: "
                "switch on **Train it**. "
                "First lr_find tries ever larger learning rates; then the head is trained alone; then everything."
            ]
        if not self.parts:
            return ["Importing fastai and building the Learner…"]
        return [*self._suggestions(), *self._time_left(), *self._accuracies(), *self._end()]

    def _suggestions(self) -> list[str]:
        search = self.search
        if not search:
            return []
        suggested = ", ".join(f"{name} {rate:.2g}" for name, rate in search.suggestions.items())
        return [
            f"lr_find suggests {suggested or 'nothing: its curve is too short'}. "
            f"The head alone is trained with up to **{search.used:.2g}**; "
            "then, unfrozen, the head with half of that and the body’s first layers with a two-hundredth."
        ]

    def _time_left(self) -> list[str]:
        reports = self.reports()
        if not reports or self.finished:
            return []
        last = reports[-1]
        left = last.seconds / max(1, last.done) * (last.total - last.done)
        phase = {FIND: "lr_find", FROZEN: "the head alone", UNFROZEN: "all layers"}[last.phase]
        return [
            f"{phase}: mini-batch {last.done} of {last.total}, about {format_minutes(left)} left at the pace so far."
        ]

    def _accuracies(self) -> list[str]:
        steps = [
            f"{'frozen' if i == 0 else f'unfrozen {i}'}: {accuracy:.1%} (loss {loss:.3g})"
            for i, (loss, accuracy) in enumerate(self.epochs)
        ]
        return [f":blue[Accuracy] on {self.valid} held-out pictures, {', '.join(steps)}."] if steps else []

    def _end(self) -> list[str]:
        end = self.finished
        if not end:
            return []
        low, high = wilson(end.right, end.items)
        return [
            f"Kept are the weights of the lowest :red[loss] on these: **{end.right / end.items:.1%}** right "
            f"({end.right} of {end.items}; 95% sure only of {low:.0%} to {high:.0%}), "
            f"after {format_minutes(end.seconds)}, {end.pictures_per_second:.0f} pictures a second, {end.precision}.",
            f"These were {len(self.losses)} steps on {self.train:,} pictures; one epoch of the lesson’s {LESSON:,} "
            f"photographs is {LESSON // 64} steps of 64. "
            "On few pictures more epochs help, or the head alone, on features.",
        ]

    def numbers(self) -> Numbers:
        accuracies = {f"accuracy after epoch {i + 1}": accuracy for i, (_, accuracy) in enumerate(self.epochs)}
        return accuracies or {"pictures": self.train}

    def table(self) -> Table:
        if not len(self.losses):
            return {"pictures learned from": [self.train], "pictures held out": [self.valid]}
        return {
            "step": np.arange(1, len(self.losses) + 1),
            "loss": self.losses,
            "rate of the first layers": self.rates[:, 0],
            "rate of the head": self.rates[:, 1],
        }


def format_minutes(seconds: float) -> str:
    """Whole seconds, from 90 on whole minutes."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def begin(settings: Settings) -> Tuning:
    """Before anything has arrived."""
    pets = load(settings.pets)
    train, valid = split(pets)
    return Tuning(
        settings=settings.tuned,
        train=len(train),
        valid=len(valid),
        breeds=len(pets.vocab),
        switched_on=settings.tune,
    )


def work(settings: Settings, stop: Stop) -> Iterator[Part]:
    """Fine-tune; what is best when `stop` says so is kept."""
    return tune(settings.tuned, load(settings.pets), stop)


def join(result: Tuning, parts: Sequence[Part]) -> Tuning:
    """With all that has arrived."""
    return replace(result, parts=tuple(parts))


def experiment(settings: Settings) -> Tuning:
    """The whole fine-tuning, where it is switched on."""
    result = begin(settings)
    return join(result, list(work(settings, lambda: False))) if settings.tune else result
