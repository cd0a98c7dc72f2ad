"""What an exhibit declares: its views, their long work, a prediction, and things to break on purpose.

An exhibit is one or several views. Each is a row of a table: what it computes, how that is drawn, which code did
it. The
frame (core/app/frame.py) dispatches by the chosen settings; nothing else asks which view is shown.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from core.arrays import Numbers, Table
from core.jobs.job import Work
from core.stage.scene import Scene

if TYPE_CHECKING:
    from core.charts.theme import Chart
    from core.data.digits import DigitsName

Settings = Any
"""An exhibit's own frozen dataclass."""

LONG = "long training"
"""The lane of trainings that take minutes: one at a time, so that small ones never wait for them."""


class Result(Protocol):
    """What an experiment returns: it says what it found, from its own numbers, and computes nothing new."""

    def findings(self) -> Sequence[str]:
        """What the picture shows, in sentences of Markdown."""

    def numbers(self) -> Numbers:
        """The page's numbers, for its export."""

    def table(self) -> Table:
        """What the picture is drawn from, in columns of one length."""


@dataclass(frozen=True)
class Twin:
    """The lesson's own loop,
    and the functions that do the same faster and made the picture; a test holds them equal.
    """

    plain: Callable[..., Any]
    fast: tuple[Callable[..., Any], ...]


Code = Sequence[Callable[..., Any] | Twin]
"""The functions that made a picture, as the Code tab shows them: the most readable first."""


def functions_of(code: Code, *, plain: bool = True) -> list[Callable[..., Any]]:
    """All functions of the Code tab; without the lesson's own loops, which did not run, unless `plain`."""
    parts = [((part.plain,) if plain else ()) + part.fast if isinstance(part, Twin) else (part,) for part in code]
    return [function for part in parts for function in part]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work of a view that takes longer than a blink: parts that arrive one after the other.

    Where `wanted` says so, `begin` gives what is shown at first and `join` puts into it the parts that `work` has given
    so far. The view's `experiment` does the same at once, for the exports. `wanted` may look at what this machine has
    computed already. Jobs of the same `lane`, if any, wait for each other. Where `of` is given, the work gets what that
    makes of the settings, and all pages for which it is the same share one job.
    """

    begin: Callable[[Settings], Any]
    work: Work
    join: Callable[[Any, Sequence[Any]], Any]
    progress: Callable[[int], str]  # in words, what happens while that many parts are there
    wanted: Callable[[Settings], bool] = lambda _: True
    lane: str = ""
    takes_minutes: bool = False  # so that a server which is open to everybody does not do it
    anywhere: bool | Callable[[Settings], bool] = False  # it needs nothing but the settings: it may run elsewhere
    needs: tuple[str, ...] = ()  # modules that it imports and that take long, for the process it runs in
    keep: Callable[[Any, Any], Any] | None = None  # puts a part where `experiment` looks for it; gives what stays of it
    of: Callable[[Settings], Hashable] | None = None  # what of the settings the work is about
    deal: Callable[[Any], Sequence[Any]] | None = None  # shares of that, for processes that work side by side

    def leaves(self, settings: Settings) -> bool:
        """Whether the work with these settings may run in another process, or on another machine."""
        return self.anywhere(settings) if callable(self.anywhere) else self.anywhere


@dataclass(frozen=True, kw_only=True)
class View:
    """One way to look at an exhibit. `experiment` is pure: its result is kept for everybody, by its settings.

    `digits` says which digits it is measured on, if on any.
    """

    experiment: Callable[[Settings], Any]  # gives a Result, complete
    scene: Callable[[Any], Scene]
    code: Code | Callable[[Settings], Code]
    job: Job | None = None
    needs: tuple[str, ...] = ()  # as a job's, where there is none
    charts: tuple[Callable[[Any], "Chart | None"], ...] = ()  # of the result, to explore and export; None: not yet
    pictures: Callable[[Any, Sequence[int]], list[tuple[bytes, str]]] | None = (
        None  # of rows of its table, with captions
    )
    digits: "Callable[[Settings], DigitsName | None]" = lambda settings: getattr(settings, "digits", None)

    @property
    def imports(self) -> tuple[str, ...]:
        """Modules that the experiment imports and that take long, for the process it runs in."""
        return self.job.needs if self.job else self.needs

    def waits(self, settings: Settings) -> bool:
        """Whether the result comes by a job, part by part."""
        return self.job is not None and self.job.wanted(settings)

    def code_of(self, settings: Settings) -> Code:
        """The functions that make the picture of these settings."""
        return self.code(settings) if callable(self.code) else self.code


Views = View | Mapping[Any, View | Callable[[Settings], View]]
"""A single view, or a row for each value of the setting `view`; a row may depend on the view's other settings."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A short question before the answer: `answer` marks it against the result of the settings with `change`.

    That is the complete result, or with `early` the one before anything of a job has arrived.
    """

    question: str
    options: tuple[str, ...]
    answer: Callable[[Any], str]
    change: dict[str, Any]
    because: Callable[[Any], str]
    early: bool = False


@dataclass(frozen=True)
class Break:
    """Something to break on purpose: what the button says, the settings it makes, and what to look for."""

    label: str
    change: dict[str, Any]
    look: str


def view_of(views: Views, settings: Settings) -> View:
    """The view that these settings choose."""
    if isinstance(views, View):
        return views
    row = views[settings.view]
    return row if isinstance(row, View) else row(settings)
