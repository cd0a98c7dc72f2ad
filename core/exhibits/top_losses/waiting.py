"""While the body looks at all pictures for the first time: how far it is, and losses of those it has seen so far."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.arrays import Numbers, Table
from core.data.pets import UPLOADED, load
from core.errors import UserError
from core.exhibits.top_losses import find_suspects
from core.exhibits.top_losses.by_loss import VisitorMarks
from core.exhibits.top_losses.find_suspects import Suspects
from core.exhibits.top_losses.judging import available
from core.exhibits.top_losses.settings import Settings
from core.nn import looking
from core.nn.features import Progress, ready
from core.nn.looking import Looking
from core.words import format_seconds

ENOUGH = 48  # pictures: with fewer, a breed whose only picture is left out is unknown to a head


@dataclass(frozen=True)
class Waiting:
    """The features, or after them the heads, are still being computed."""

    settings: Settings
    progress: Progress | None = None  # of the features

    def findings(self) -> list[str]:
        progress = self.progress
        start = "EfficientNet-Lite0 looks at every picture, once: what it sees in them is kept."
        if progress is None or not progress.per_second:
            return [f"{start} Then heads are trained in a few seconds."]
        if progress.done == progress.total:
            return [f"All {progress.total:,} pictures have been looked at. Now heads are trained."]
        return [
            f"{start} {progress.done:,} of {progress.total:,} are done, {progress.per_second:.0f} a second, "
            f"about {format_seconds(progress.left)} left."
        ]

    def numbers(self) -> Numbers:
        return {"pictures looked at": self.progress.done if self.progress else 0}

    def table(self) -> Table:
        return {name: [number] for name, number in self.numbers().items()}

    def drawn_marks(self) -> Hashable:
        """Nothing: there is nothing to mark yet."""
        return None

    def with_marks_of(self, _: VisitorMarks) -> "Waiting":
        """Itself: there is nothing to mark yet."""
        return self


def for_pictures(settings: Settings) -> bool:
    """Whether this machine does not have the features yet."""
    try:
        return not ready(load(settings.pets))
    except UserError:  # what is wrong with the pictures is said where they are needed
        return True


def about(settings: Settings) -> Looking:
    """What of the settings decides the features."""
    return looking.looking(settings.pets)


def unless_kept(*keys: Callable[[Settings], Hashable]) -> Callable[[Settings], bool]:
    """A job's `wanted`: whether a view that needs what is kept under these keys takes a long wait on this machine."""

    def wanted(settings: Settings) -> bool:
        return not available(settings.pets, [key(settings) for key in keys])

    return wanted


def leaves(settings: Settings) -> bool:
    """Whether heads can be trained in another process: it finds the features on the disk, but those of uploads."""
    return not settings.pets.startswith(UPLOADED)


def begin(settings: Settings) -> Waiting:
    """Before the first picture."""
    return Waiting(settings)


def join(result: Waiting, parts: Sequence[Progress]) -> Waiting | Suspects:
    """With the last report; once enough pictures have been seen, the losses of these."""
    settings, progress = result.settings, parts[-1]
    if settings.view == "find" and progress.early >= ENOUGH:
        return replace(find_suspects.early(settings, progress.early), progress=progress)
    return replace(result, progress=progress)


def join_heads(_: Waiting, parts: Sequence[Any]) -> Any:
    """The view's result."""
    return parts[-1]


def progress(parts: int) -> str:
    """What happens while that many parts are there."""
    return "A network looks at every picture, once…" if parts else "Getting ready…"


def training(_parts: int) -> str:
    """What happens after that."""
    return "Heads are being trained…"
