"""The lesson's pet classifier: a pretrained body, a head trained on its features in under a second, and fine-tuning.

fastbook chapter 5 trains resnet34 on 37 breeds with `fine_tune`. Here the frozen part of that is taken apart: features
once, then a head whose settings are free to change at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.data.pets import choice_of_pets, load
from core.errors import UserError
from core.exhibits.pet_classifier.fine_tune import fine_tune
from core.exhibits.pet_classifier.own_pet import OwnPet, chelsea_judged, own_pet
from core.exhibits.pet_classifier.tuning import EPOCHS, SIZES_TUNED, TuneSettings, Tuning, tuning
from core.fields import device_field, seed_field
from core.nn.backbone import BACKBONES, SIZES
from core.nn.features import Progress, ready, steps
from core.nn.head import HeadSettings
from core.nn.pet_heads import Choice, Trained, trained
from core.settings import choice, ladder, toggle
from core.words import format_seconds

HEAD, OWN, TUNE = "head", "own", "tune"
VIEWS = {HEAD: "train the head", OWN: "a picture of yours", TUNE: "fine_tune"}
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0)
CHELSEA, MINE = "chelsea", "mine"
HEADS = (HEAD, OWN)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; `ready` says whether the body's features are there already."""

    view: str = choice(HEAD, VIEWS, "What to look at")
    subject: str = choice(
        CHELSEA, {CHELSEA: "Chelsea, a real cat", MINE: "my picture"}, "What is judged", when=("view", OWN)
    )
    learning_rate: float = ladder(0.03, RATES, "Learning rate", when=("view", HEADS))
    epochs: int = ladder(30, (1, 3, 10, 30, 60, 100, 300), "Epochs", when=("view", HEADS))
    each: int = choice(
        0, {1: "1", 2: "2", 5: "5", 20: "20", 0: "all"}, "Pictures of each breed to learn from", when=("view", HEADS)
    )
    body: str = choice(
        "lite0", BACKBONES, "Body", "Trained on ImageNet; or with random weights, to see what that is worth."
    )
    tune: bool = toggle(False, "Train it", "It takes minutes on a CPU, and can be stopped.", when=("view", TUNE))
    tune_epochs: int = choice(
        1, EPOCHS, "Epochs unfrozen", "After one epoch with the body frozen.", when=("view", TUNE)
    )
    hidden: int = choice(
        0, {0: "none", 64: "64 units", 256: "256 units"}, "Hidden layer of the head", more=True, when=("view", HEADS)
    )
    batch_size: int = choice(
        64, {16: "16", 64: "64", 256: "256", 0: "all"}, "Batch size", more=True, when=("view", HEADS)
    )
    weight_decay: float = ladder(0.0, (0.0, 0.001, 0.01, 0.1, 1.0), "Weight decay", more=True, when=("view", HEADS))
    size: int = choice(224, SIZES, "Pixels that the body sees", more=True, when=("view", HEADS))
    tune_size: int = choice(160, SIZES_TUNED, "Pixels", "Fewer are faster.", more=True, when=("view", TUNE))
    tune_rate: float = choice(
        0.0,
        {0.0: "lr_find’s valley", 0.0005: "0.0005", 0.002: "0.002", 0.01: "0.01", 0.1: "0.1"},
        "Learning rate of the head",
        "The body's layers get smaller ones.",
        more=True,
        when=("view", TUNE),
    )
    seed: int = seed_field()
    pets: str = choice_of_pets()
    device: str = device_field()
    ready: bool = False

    def prepared(self) -> "Settings":
        """With `ready` as it is on this computer just now."""
        if self.view == TUNE:
            return self
        try:
            return replace(self, ready=ready(load(self.pets), self.body, self.size))
        except UserError:  # said when the pictures are needed
            return replace(self, ready=False)

    @property
    def choice(self) -> Choice:
        """What is trained on the features."""
        head = HeadSettings(self.learning_rate, self.epochs, self.batch_size, self.weight_decay, self.hidden, self.seed)
        return Choice(self.body, self.size, self.each, head)

    @property
    def tuned(self) -> TuneSettings:
        """What is fine-tuned."""
        return TuneSettings(self.body, self.tune_size, self.tune_epochs, self.tune_rate, self.seed, self.device)


@dataclass(frozen=True, eq=False)
class Waiting:
    """The features are still being computed."""

    body: str
    total: int
    progress: Progress | None = None

    def findings(self) -> list[str]:
        start = f"{BACKBONES[self.body]} looks at {self.total:,} pictures, once: what it sees in them is kept."
        done = self.progress
        if done is None or not done.per_second:
            return [f"{start} Then a head is trained in a blink, whatever you change."]
        return [
            f"{start} {done.done:,} are done, {done.per_second:.0f} a second, about {format_seconds(done.left)} left. "
            "Then a head is trained in a blink, whatever you change."
        ]

    def numbers(self) -> dict[str, float]:
        return {"pictures": self.total}

    def table(self) -> dict[str, Sequence[Any]]:
        return {"pictures": [self.total]}


@dataclass(frozen=True, eq=False)
class Result:
    settings: Settings
    found: Trained | OwnPet | Tuning | Waiting


def experiment(settings: Settings) -> Result:
    """The chosen view; without the features, and without the fine-tuning, which a job brings."""
    pets = load(settings.pets)
    if settings.view == TUNE:
        return Result(settings, tuning(settings.tuned, pets, settings.tune))
    if not settings.ready:
        return Result(settings, Waiting(settings.body, len(pets)))
    found = trained(pets, settings.choice)
    if settings.view == HEAD:
        return Result(settings, found)
    return Result(settings, chelsea_judged(found) if settings.subject == CHELSEA else OwnPet(found, "Your picture"))


def wants_job(settings: Settings) -> bool:
    """Whether something is to be computed that takes longer than a blink."""
    return settings.tune if settings.view == TUNE else not settings.ready


def lane(settings: Settings) -> str:
    """Fine-tunings wait for each other: one takes all that the machine has."""
    return "fine_tune" if settings.view == TUNE else ""


def work(settings: Settings, stop: Callable[[], bool]) -> Iterator[Any]:
    """The features' progress, or the fine-tuning's."""
    pets = load(settings.pets)
    if settings.view == TUNE:
        return fine_tune(settings.tuned, pets, stop)
    return steps(pets, settings.body, settings.size, stop)


def doing(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "At work…" if arrived else "Getting the network ready…"


def join(result: Result, arrived: Sequence[Any]) -> Result:
    """The result with what a job has brought."""
    if isinstance(result.found, Waiting):
        return replace(result, found=replace(result.found, progress=arrived[-1]))
    if isinstance(result.found, Tuning):
        return replace(result, found=result.found.joined(arrived))
    return result


def whole(settings: Settings) -> Result:
    """The experiment with all that a job brings, for the exports."""
    if settings.view == TUNE:
        return join(experiment(settings), list(work(settings, lambda: False)))
    return experiment(replace(settings, ready=True))


def asks_picture(settings: Settings) -> bool:
    """Whether the visitor's own picture is judged."""
    return settings.view == OWN and settings.subject == MINE


def with_picture(result: Result, source: bytes | None) -> Result:
    """The result with what a visitor brought; UserError where that is no picture."""
    return replace(result, found=own_pet(source, result.found.trained)) if isinstance(result.found, OwnPet) else result


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, Any]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> dict[str, Any]:
    """The result in columns."""
    return dict(result.found.table())


def with_one_each(result: Result) -> str:
    """The answer to the page's question: how many are recognised with one picture of each breed."""
    share = _head(result).accuracy
    return (
        "nearly none"
        if share < 0.2
        else "about a third"
        if share < 0.45
        else "more than half"
        if share >= 0.5
        else "almost half"
    )


def because(result: Result) -> str:
    """What the answer rests on."""
    head = _head(result)
    return (
        f"{head.right} of {len(head.valid)} held-out pictures: the body had met cats, dogs and fur on ImageNet already."
    )


def _head(result: Result) -> Trained:
    """The trained head, computed here if it is still waited for."""
    found = result.found if isinstance(result.found, Trained) else whole(result.settings).found
    assert isinstance(found, Trained)
    return found
