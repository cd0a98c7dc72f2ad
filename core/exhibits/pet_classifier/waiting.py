"""While the body looks at all pictures for the first time: how far it is, and a head on those it has seen so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.arrays import Numbers, Table
from core.data.pets import load
from core.errors import UserError
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.train_the_head import TrainedHead, early_head
from core.nn import looking
from core.nn.backbone import BACKBONES, require
from core.nn.features import Progress, ready
from core.nn.looking import Looking
from core.words import format_seconds


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """There are no features yet, or too few."""

    settings: Settings
    total: int  # pictures
    progress: Progress | None = None

    def findings(self) -> list[str]:
        start = f"{BACKBONES[self.settings.body]} looks at {self.total:,} pictures, once: what it sees in them is kept."
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


def about(settings: Settings) -> Looking:
    """What of the settings decides the features."""
    require(settings.body)
    return looking.looking(settings.pets, settings.body, settings.size)


def begin(settings: Settings) -> Waiting:
    """Before the first picture; MissingBodyError where the body must be downloaded first."""
    require(settings.body)
    return Waiting(settings=settings, total=len(load(settings.pets)))


def join(result: Waiting, arrived: Sequence[Progress]) -> Waiting | TrainedHead:
    """With the last report; once enough pictures have been seen, a head on these."""
    settings, progress = result.settings, arrived[-1]
    if settings.view == "head" and progress.early:
        return replace(early_head(load(settings.pets), settings.recipe, progress.early), progress=progress)
    return replace(result, progress=progress)


def progress(arrived: int) -> str:
    """What happens while that many reports are there."""
    return "The network looks at the pictures…" if arrived else "Getting the network ready…"
