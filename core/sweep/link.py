"""What a link carries besides settings: the runs that were kept, and a sweep's set-up.

Both are short texts that a person can read: `learning_rate~3~seed~7~~seed~8` are two runs, each with what differs from
the defaults. What comes in is hostile until it has been through here: bounded, only this exhibit's controls, each value
as its control reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from core.settings import Control, controls, parse, to_params
from core.sweep.plan import FIXED, MOST_AXES, MOST_SEEDS, Axis, SetUp

MOST_KEPT = 8  # runs
MOST_LETTERS = 6000  # of a link's text
NAME_LETTERS = 40
NUMBER_LETTERS = 120
PART, RUN = "~", "~~"
DEFAULT = "-"  # a run with nothing that differs from the defaults
NAME = "as"  # a word that no setting can be called

TOO_LONG = "The link's {} is too long, so it was left out."


@dataclass(frozen=True)
class Kept:
    """A run on the shelf: its settings, and its name where somebody gave it one."""

    settings: Any
    name: str = ""


def pack_kept(runs: Sequence[Kept]) -> str:
    """The runs as a link carries them."""
    return RUN.join(_pack_run(run) for run in runs)


def unpack_kept(text: str, settings: type[Any]) -> tuple[list[Kept], list[str]]:
    """The runs of a link, and a sentence for each that was refused."""
    if not text:
        return [], []
    if len(text) > MOST_LETTERS:
        return [], [TOO_LONG.format("list of kept runs")]
    runs: list[Kept] = []
    problems: list[str] = []
    parts = text.split(RUN)
    for number, part in enumerate(parts[:MOST_KEPT], 1):
        try:
            run = _unpack_run(part, settings)
        except ValueError as problem:
            problems.append(f"The link's kept run {number} is not valid, so it was left out: {problem}.")
            continue
        if run.settings not in [other.settings for other in runs]:
            runs.append(run)
    if len(parts) > MOST_KEPT:
        problems.append(f"The link has more than {MOST_KEPT} kept runs: the first {MOST_KEPT} are here.")
    return runs, problems


def _pack_run(run: Kept) -> str:
    given = to_params(run.settings) | ({NAME: run.name} if run.name else {})
    return PART.join(_escape(word) for pair in given.items() for word in pair) or DEFAULT


def _unpack_run(text: str, settings: type[Any]) -> Kept:
    if text == DEFAULT:
        return Kept(settings())
    words = [unquote(word) for word in text.split(PART)]
    if len(words) % 2:
        raise ValueError("a setting has no value")
    given = dict(zip(words[::2], words[1::2], strict=True))
    if len(given) < len(words) // 2:
        raise ValueError("a setting stands there twice")
    name = given.pop(NAME, "")
    if unknown := given.keys() - controls(settings).keys():
        raise ValueError(f"there is no setting {sorted(unknown)[0][:NAME_LETTERS]!r}")
    chosen, problems = parse(settings, {key: [value] for key, value in given.items()})
    if problems:
        raise ValueError(problems[0].split(": ", 1)[1].rstrip("."))
    return Kept(chosen, checked_name(name))


def checked_name(name: str) -> str:
    """A name as it may be shown; ValueError for one that is too long or not printable."""
    if len(name) > NAME_LETTERS or not name.isprintable():
        raise ValueError(f"a name has at most {NAME_LETTERS} printable characters")
    return name.strip()


def pack_setup(setup: SetUp, settings: type[Any]) -> str:
    """A sweep's set-up as a link carries it."""
    known = controls(settings)
    axes = [[name, *(known[name].param(value) for value in values)] for name, values in setup.axes]
    return RUN.join(PART.join(map(_escape, words)) for words in [[setup.number, str(setup.seeds)], *axes])


def unpack_setup(text: str, settings: type[Any]) -> SetUp:
    """A sweep's set-up from a link; ValueError with a sentence where it is not valid."""
    if len(text) > MOST_LETTERS:
        raise ValueError(TOO_LONG.format("sweep"))
    try:
        first, *axes = ([unquote(word) for word in part.split(PART)] for part in text.split(RUN))
        if len(first) != 2:
            raise ValueError("it does not begin with a number and how many seeds")
        number, seeds = first
        if not 0 < len(number) <= NUMBER_LETTERS or not number.isprintable():
            raise ValueError("the number has no name that can be shown")
        if not seeds.isascii() or not seeds.isdigit() or len(seeds) > 3 or not 1 <= int(seeds) <= MOST_SEEDS:
            raise ValueError(f"it takes 1 to {MOST_SEEDS} seeds")
        if len(axes) > MOST_AXES or len({axis[0] for axis in axes}) < len(axes):
            raise ValueError(f"it goes through at most {MOST_AXES} different controls")
        known = controls(settings)
        return SetUp(number=number, seeds=int(seeds), axes=tuple(_axis(words, known) for words in axes))
    except ValueError as problem:
        raise ValueError(f"The link's sweep is not valid, so it was left out: {problem}.") from None


def _axis(words: list[str], known: dict[str, Control]) -> Axis:
    name, *given = words
    control = known.get(name)
    if control is None or name in FIXED or control.kind == "text":
        raise ValueError(f"there is no control {name[:NAME_LETTERS]!r} to go through")
    try:
        values = tuple(dict.fromkeys(control.read(value) for value in given))
    except ValueError as allowed:
        raise ValueError(f"{name} takes {allowed}") from None
    if not values:
        raise ValueError(f"{name} has no values")
    return name, values


def _escape(word: str) -> str:
    return word.replace("%", "%25").replace(PART, "%7E")
