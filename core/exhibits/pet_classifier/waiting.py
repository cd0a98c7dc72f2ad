"""While the body looks at all pictures for the first time: how far it is, in place of what a head would show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.arrays import Numbers, Table
from core.data.download import Stop
from core.data.pets import load
from core.errors import UserError
from core.exhibits.pet_classifier.settings import Settings
from core.nn.backbone import BACKBONES, require
from core.nn.features import Features, Progress, adopt, features, ready, steps
from core.words import format_seconds


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The features are still being computed."""

    pets: str  # name of the pictures
    body: str
    epochs: int  # of the training that follows
    total: int  # pictures
    progress: Progress | None = None

    def findings(self) -> list[str]:
        start = f"{BACKBONES[self.body]} looks at {self.total:,} pictures, once: what it sees in them is kept."
        progress = self.progress
        if progress is None or not progress.per_second:
            return [f"{start} Then a head is trained in a blink, whatever you change."]
        return [
            f"{start} {progress.done:,} are done, {progress.per_second:.0f} a second, "
            f"about {format_seconds(progress.left)} left. "
            "Then a head is trained in a blink, whatever you change."
        ]

    def numbers(self) -> Numbers:
        return {"pictures": self.total}

    def table(self) -> Table:
        return {"pictures": [self.total]}


def wanted(settings: Settings) -> bool:
    """Whether this machine does not have the features yet."""
    try:
        return not ready(load(settings.pets), settings.body, settings.size)
    except UserError:  # what is wrong with the pictures is said where they are needed
        return True


def begin(settings: Settings) -> Waiting:
    """Before the first picture; MissingBodyError where the body must be downloaded first."""
    require(settings.body)
    total = len(load(settings.pets))
    return Waiting(pets=settings.pets, body=settings.body, epochs=settings.epochs, total=total)


def work(settings: Settings, stop: Stop) -> Iterator[Progress | Features]:
    """Compute the features, block by block; at the end they are given, and kept for the view's experiment."""
    yield from steps(load(settings.pets), settings.body, settings.size, stop)
    if not stop():
        yield features(load(settings.pets), settings.body, settings.size)


def keep(settings: Settings, part: Progress | Features) -> None:
    """Features that were computed elsewhere are those of this process too."""
    if isinstance(part, Features):
        adopt(load(settings.pets), part)


def join(result: Waiting, arrived: Sequence[Progress | Features]) -> Waiting:
    """With the last report."""
    reports = [part for part in arrived if isinstance(part, Progress)]
    return replace(result, progress=reports[-1])


def progress(arrived: int) -> str:
    """What happens while that many reports are there."""
    return "At work…" if arrived else "Getting the network ready…"
