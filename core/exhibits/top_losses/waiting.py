"""While the body looks at all pictures for the first time: how far it is, in place of the losses."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from core.arrays import Numbers, Table
from core.data.download import Stop
from core.data.pets import load
from core.errors import UserError
from core.exhibits.top_losses.by_loss import VisitorMarks
from core.exhibits.top_losses.judging import available
from core.exhibits.top_losses.settings import Settings
from core.nn.features import Features, Progress, features, steps
from core.words import format_seconds

R = TypeVar("R")


@dataclass(frozen=True)
class Waiting:
    """The features, and after them the heads, are still being computed."""

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


def unless_kept(*keys: Callable[[Settings], Hashable]) -> Callable[[Settings], bool]:
    """A job's `wanted`: whether a view that needs what is kept under these keys takes a long wait on this machine."""

    def wanted(settings: Settings) -> bool:
        try:
            return not available(settings.pets, [key(settings) for key in keys])
        except UserError:  # what is wrong with the pictures is said where they are needed
            return True

    return wanted


def begin(_: Settings) -> Waiting:
    """Before the first picture."""
    return Waiting()


def first_features(settings: Settings, stop: Stop) -> Iterator[Progress | Features]:
    """The features, after a report for every block; nothing more after a stop."""
    yield from steps(load(settings.pets), stop=stop)
    if not stop():
        yield features(load(settings.pets))


def join(result: Waiting, parts: Sequence[Progress | Features | R]) -> Waiting | R:
    """The wait with its last report, or what came after it."""
    last = next(part for part in reversed(parts) if not isinstance(part, Features))
    return replace(result, progress=last) if isinstance(last, Progress) else last


def progress(parts: int) -> str:
    """What happens while that many parts are there."""
    return "A network looks at every picture, once…" if parts else "Getting ready…"
