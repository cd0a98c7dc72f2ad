"""A fine-tuning as it is seen: its settings, the parts that arrive while it goes on, and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.data.pets import Pets, split
from core.nn.backbone import BACKBONES
from core.nn.confusion import wilson

EPOCHS = (1, 2, 3, 5)
SIZES_TUNED = (96, 128, 160, 224)
LESSON = 5912  # photographs that the lesson trains on
FIND, FROZEN, UNFROZEN = PHASES = ("lr_find", "frozen", "unfrozen")


@dataclass(frozen=True)
class TuneSettings:
    """All that decides a fine-tuning, besides the pictures; `rate` 0 takes lr_find's valley."""

    body: str = "lite0"
    size: int = 160
    epochs: int = 1
    rate: float = 0.0
    seed: int = 42
    device: str = "cpu"


@dataclass(frozen=True)
class Found:
    """What lr_find saw, and what it suggests by fastai's three rules."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggestions: dict[str, float]
    used: float


@dataclass(frozen=True)
class Report:
    """How far it is: the steps since the last report, and every epoch that ended."""

    phase: str
    losses: tuple[float, ...]
    rates: tuple[tuple[float, float], ...]  # of the body's first layers, and of the head
    epochs: tuple[tuple[float, float], ...]  # loss and accuracy on the held-out pictures
    done: int  # mini-batches, lr_find's among them
    total: int
    seconds: float


@dataclass(frozen=True)
class Finished:
    """The best weights' result; the Learner itself is remembered as long as its pictures."""

    right: int
    items: int
    seconds: float
    pictures_per_second: float
    precision: str


Part = Found | Report | Finished


@dataclass(frozen=True, eq=False)
class Tuning:
    """A fine-tuning and what has arrived of it."""

    settings: TuneSettings
    train: int  # pictures
    valid: int
    breeds: int
    asked: bool
    parts: tuple[Part, ...] = ()

    def joined(self, arrived: Sequence[Part]) -> "Tuning":
        return replace(self, parts=tuple(arrived))

    def reports(self, *phases: str) -> list[Report]:
        return [part for part in self.parts if isinstance(part, Report) and part.phase in (phases or PHASES)]

    @property
    def find(self) -> Found | None:
        return next((part for part in self.parts if isinstance(part, Found)), None)

    @property
    def finished(self) -> Finished | None:
        return next((part for part in self.parts if isinstance(part, Finished)), None)

    @property
    def losses(self) -> np.ndarray:
        """Of every mini-batch of the training, float32."""
        return np.array([x for part in self.reports(FROZEN, UNFROZEN) for x in part.losses], np.float32)

    @property
    def rates(self) -> np.ndarray:
        """(steps, 2) float32: what the body's first layers and the head were trained with."""
        found = [x for part in self.reports(FROZEN, UNFROZEN) for x in part.rates]
        return np.array(found, np.float32).reshape(-1, 2)

    @property
    def epochs(self) -> list[tuple[float, float]]:
        """Loss and accuracy on the held-out pictures after every epoch."""
        return [epoch for part in self.reports(FROZEN, UNFROZEN) for epoch in part.epochs]

    def findings(self) -> list[str]:
        if not self.asked:
            return [
                f"`vision_learner({BACKBONES[self.settings.body]})` and `fine_tune({self.settings.epochs})` on {self.train:,} "
                f"pictures of {self.breeds} breeds at {self.settings.size} pixels: switch on **Train it**. "
                "First lr_find tries ever larger learning rates; then the head is trained alone; then everything."
            ]
        if not self.parts:
            return ["Importing fastai and building the Learner…"]
        return [*self._searched(), *self._progress(), *self._reached()]

    def _searched(self) -> list[str]:
        found = self.find
        if not found:
            return []
        said = ", ".join(f"{name} {rate:.2g}" for name, rate in found.suggestions.items())
        return [
            f"lr_find suggests {said or 'nothing: its curve is too short'}. The head alone is trained with up to **{found.used:.2g}**; "
            "then, unfrozen, the head with half of that and the body’s first layers with a two-hundredth."
        ]

    def _progress(self) -> list[str]:
        reports = self.reports()
        if not reports or self.finished:
            return []
        last = reports[-1]
        left = last.seconds / max(1, last.done) * (last.total - last.done)
        doing = {FIND: "lr_find", FROZEN: "the head alone", UNFROZEN: "all layers"}[last.phase]
        return [f"{doing}: mini-batch {last.done} of {last.total}, about {duration(left)} left at the pace so far."]

    def _reached(self) -> list[str]:
        steps = [
            f"{'frozen' if i == 0 else f'unfrozen {i}'}: {accuracy:.1%} (loss {loss:.3g})"
            for i, (loss, accuracy) in enumerate(self.epochs)
        ]
        found = [f":blue[Accuracy] on {self.valid} held-out pictures, {', '.join(steps)}."] if steps else []
        if end := self.finished:
            low, high = wilson(end.right, end.items)
            found.append(
                f"Kept are the weights of the lowest :red[loss] on these: **{end.right / end.items:.1%}** right ({end.right} of "
                f"{end.items}; 95% sure only of {low:.0%} to {high:.0%}), after {duration(end.seconds)}, "
                f"{end.pictures_per_second:.0f} pictures a second, {end.precision}."
            )
            found.append(
                f"These were {len(self.losses)} steps on {self.train:,} pictures; one epoch of the lesson’s {LESSON:,} "
                f"photographs is {LESSON // 64} steps of 64. On few pictures more epochs help, or the head alone, on features."
            )
        return found

    def numbers(self) -> dict[str, float]:
        found = {f"accuracy after epoch {i + 1}": accuracy for i, (_, accuracy) in enumerate(self.epochs)}
        return found or {"pictures": self.train}

    def table(self) -> dict[str, Any]:
        if not len(self.losses):
            return {"pictures learned from": [self.train], "pictures held out": [self.valid]}
        steps = np.arange(1, len(self.losses) + 1)
        return {
            "step": steps,
            "loss": self.losses,
            "rate of the first layers": self.rates[:, 0],
            "rate of the head": self.rates[:, 1],
        }


def duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def tuning(settings: TuneSettings, pets: Pets, asked: bool) -> Tuning:
    """A fine-tuning of which nothing has arrived yet."""
    train, valid = split(pets)
    return Tuning(settings, len(train), len(valid), len(pets.vocab), asked)
