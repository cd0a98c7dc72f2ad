"""Pets as data: a folder of files, labels from their names, and the DataBlock that makes mini-batches of both.

The lesson's block (fastbook chapter 5), with its faults to switch on; everything is done by fastai itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.data.labelled import PATTERN
from core.data.pets import choice_of_pets, load
from core.exhibits.pets_data.data_block import FIRST, NO_RESIZE, NONE, NOT_IMAGE, PLACES, WRONG
from core.exhibits.pets_data.doctor import Doctor, doctor
from core.exhibits.pets_data.listing import Listing, listing
from core.exhibits.pets_data.one_batch import Batch, Items, OneBatch, join_parts, make_batch, one_batch
from core.exhibits.pets_data.regex_lab import OWN, PATTERNS, Lab, lab
from core.settings import choice, text

LIST, REGEX_LAB, DOCTOR, SHOW = VIEWS = ("files", "regex lab", "DataBlock doctor", "one batch")
AT_ONCE = 16  # pictures of a batch for which no job is needed
LONGEST = 60  # characters of a visitor's pattern

Found = Listing | Lab | Doctor | OneBatch


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(LIST, VIEWS, "What to look at")
    pattern: str = choice(
        "the book's",
        {name: name for name in (*PATTERNS, OWN)},
        "Pattern",
        "The label is what stands in the first parentheses.",
        when=("view", REGEX_LAB),
    )
    own: str = text(PATTERN, LONGEST, "Your pattern", "Python's regular expressions.", when=("pattern", OWN))
    fault: str = choice(NONE, {name: name for name in (NONE, *WRONG)}, "Fault", when=("view", DOCTOR))
    place: str = choice(
        FIRST, {name: f"the {name}" for name in PLACES}, "Which training file is no image", when=("fault", NOT_IMAGE)
    )
    size: int = choice(
        16,
        (4, 16, 64),
        "Batch size",
        "The lesson's is 64, which takes half a gigabyte for a moment.",
        when=("view", SHOW),
    )
    pets: str = choice_of_pets()


@dataclass(frozen=True, eq=False)
class Result:
    settings: Settings
    found: Found
    pets: str


def experiment(settings: Settings) -> Result:
    """The chosen view, without what a job brings."""
    return Result(settings, _look(settings), settings.pets)


def _look(settings: Settings) -> Found:
    pets = load(settings.pets)
    if settings.view == LIST:
        return listing(pets)
    if settings.view == REGEX_LAB:
        return lab(settings.own if settings.pattern == OWN else PATTERNS[settings.pattern], pets)
    if settings.view == SHOW:
        return one_batch(pets, settings.size, whole=not wants_job(settings))
    return doctor(pets, settings.fault, settings.place)


def wants_job(settings: Settings) -> bool:
    """Whether a batch is so large that it takes seconds."""
    return settings.view == SHOW and settings.size > AT_ONCE


def work(settings: Settings, stop: Callable[[], bool]) -> Iterator[Items | Batch]:
    """A large batch, some items at a time."""
    return make_batch(load(settings.pets), settings.size, stop)


def doing(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Opening and resizing pictures, one by one, then all of them as one batch…" if arrived else "Starting…"


def join(result: Result, arrived: Sequence[Any]) -> Result:
    """The result with what a job has brought."""
    if not isinstance(result.found, OneBatch):
        return result
    return replace(result, found=join_parts(result.found, arrived))


def everything(settings: Settings) -> Result:
    """The experiment with all that a job brings, for the exports."""
    return join(experiment(settings), list(work(settings, lambda: False)))


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, Any]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> dict[str, Any]:
    """The result in columns."""
    return result.found.table()


BEFORE, COLLATED, NOWHERE = "when a picture is opened", "when four are made one tensor", "nowhere"
QUESTION = {"view": DOCTOR, "fault": NO_RESIZE}
"""What the page's question asks about: the block without Resize."""


def where_it_fails(result: Result) -> str:
    """The answer to the page's question."""
    found = result.found
    if not isinstance(found, Doctor) or not found.error:
        return NOWHERE
    return COLLATED if found.steps[found.at].part == "collate" else BEFORE
