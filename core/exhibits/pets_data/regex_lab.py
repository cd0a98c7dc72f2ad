"""The regex lab: what a pattern takes out of file names, and what fastai's `RegexLabeller` says where it fails.

A pattern may come from a visitor, and Python's `re` cannot be interrupted. So it is searched for in a process of its
own, which the system ends when its computing time or its memory is used up. Few such processes run at the same time;
whoever does not get a turn soon is told so. The patterns of this program need none of that on names of its own.
"""

import json
import re
import signal
import subprocess
import sys
from dataclasses import dataclass

from core.arrays import Numbers, Table
from core.data.pets import load
from core.data.photographs import SETS
from core.errors import UserError
from core.exhibits.pets_data.settings import CATASTROPHIC, OWN, PATTERNS, Settings
from core.jobs.turns import Turns

SECONDS = 0.5  # of computing, for all names together
MEMORY = 100_000_000  # bytes beyond what the process has at its start
PATIENCE = 6.0  # seconds on the clock, where computing time cannot be measured or the machine is busy
TURNS = 2  # patterns at the same time
TURN = 3.0  # seconds that a pattern waits for its turn
TIMED = hasattr(signal, "setitimer")  # computing time can be measured
BUSY = "Many patterns are being tried just now: try again in a moment."
NAMES_SHOWN = 24  # names

Span = tuple[int, int] | None
"""Where a part of a name begins and ends; None: nowhere."""

WORKER = r"""
import json, re, signal, sys
given = json.load(sys.stdin)
try:
    import resource
    with open("/proc/self/statm") as file:
        most = given["memory"] + int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(given["seconds"]) + 1, int(given["seconds"]) + 2))
except (ImportError, OSError, ValueError):
    pass  # a system without these limits: the timer and the server's patience are left
if hasattr(signal, "setitimer"):
    signal.setitimer(signal.ITIMER_PROF, given["seconds"])  # its signal ends the process, wherever it is
try:
    try:
        pattern = re.compile(given["pattern"])
    except (re.error, OverflowError, RecursionError) as error:
        sys.exit(print(json.dumps(f"{type(error).__name__}: {error}")))
    print(pattern.groups)
    for name in given["names"]:
        match = pattern.search(name)
        print(json.dumps(match and [match.span(), match.span(1) if pattern.groups else None]), flush=True)
except MemoryError:
    print('{"large": true}')
"""
"""Prints the number of groups, or the pattern's error; then for each name the spans of the match and of group 1; at
the end of its memory, that it is."""


_turns = Turns(TURNS)


@dataclass(frozen=True, kw_only=True)
class Matches:
    """`spans` and `captured` have an entry for each name that was reached: the whole match, and group 1 of it."""

    groups: int
    spans: tuple[Span, ...]
    captured: tuple[Span, ...]
    problem: str | None = None  # why Python refuses the pattern
    ended: bool = False  # the time or the memory was used up at the next name
    large: bool = False  # it was the memory


def search(pattern: str, names: tuple[str, ...], seconds: float = SECONDS) -> Matches:
    """`re.search` for the pattern in every name, for at most `seconds` of computing and MEMORY bytes.

    UserError where no turn came, or this machine had no time for it.
    """
    given = json.dumps({"pattern": pattern, "names": names, "seconds": seconds, "memory": MEMORY})
    command = [sys.executable, "-I", "-S", "-c", WORKER]
    with _turns.turn(TURN, BUSY):
        try:
            done = subprocess.run(command, input=given.encode(), capture_output=True, timeout=PATIENCE, check=False)
            output, ended = done.stdout, done.returncode != 0
        except subprocess.TimeoutExpired as late:
            if TIMED:  # it was not the pattern that took so long
                raise UserError(BUSY) from None
            output, ended = late.stdout or b"", True
    return _matches(output, ended)


def _matches(output: bytes, ended: bool) -> Matches:
    """What the worker's output says."""
    lines = output.decode().split("\n")[:-1]  # what follows the last line's end was cut off
    groups, *matches = [json.loads(line) for line in lines] or [0]
    if isinstance(groups, str):  # the pattern's error
        return Matches(groups=0, spans=(), captured=(), problem=groups)
    large = isinstance(groups, dict) or (bool(matches) and isinstance(matches[-1], dict))
    if large:
        groups, matches = (0 if isinstance(groups, dict) else groups), matches[:-1]
    spans = tuple(_span(match[0]) if match else None for match in matches)
    captured = tuple(_span(match[1]) if match else None for match in matches)
    return Matches(groups=groups, spans=spans, captured=captured, ended=ended or large, large=large)


def search_here(pattern: str, names: tuple[str, ...]) -> Matches:
    """As `search`, in this process: for patterns that are known to end at once on such names."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        return Matches(groups=0, spans=(), captured=(), problem=f"{type(error).__name__}: {error}")
    matches = [compiled.search(name) for name in names]
    groups = [_span(list(match.span(1))) if match and compiled.groups else None for match in matches]
    spans = tuple(match.span() if match else None for match in matches)
    return Matches(groups=compiled.groups, spans=spans, captured=tuple(groups))


def harmless(settings: Settings) -> bool:
    """Whether pattern and names are both this program's: of these one pattern alone does not end at once."""
    return settings.pattern not in (OWN, CATASTROPHIC) and settings.pets in ("drawn", *SETS)


def _span(pair: list[int] | None) -> Span:
    return (pair[0], pair[1]) if pair and pair[0] >= 0 else None


def labeller_error(pattern: str, names: tuple[str, ...], matches: Matches) -> str | None:
    """What fastai's `RegexLabeller` raises at the first name without a match or a group; None if there is none.

    The pattern is not matched again here: the labeller is given what `search` found.
    """
    from fastai.data.transforms import RegexLabeller

    if matches.large:
        return f"MemoryError: more than {MEMORY // 10**6} MB"
    failing = next((i for i, span in enumerate(matches.spans) if span is None or not matches.groups), None)
    if failing is None or matches.ended:
        return matches.problem
    labeller = RegexLabeller(pattern)
    labeller.matcher = (lambda _: None) if matches.spans[failing] is None else re.compile("").search
    try:
        return str(labeller(names[failing]))
    except (AssertionError, IndexError) as error:
        return f"{type(error).__name__}: {error}"


@dataclass(frozen=True, kw_only=True)
class PatternTrial:
    """A pattern tried on all names: what it takes out of each, and where the labeller fails."""

    pattern: str
    names: tuple[str, ...]
    breeds: tuple[str, ...]  # of each name, as it should be
    matches: Matches
    error: str | None  # of Python or of the labeller

    @property
    def labels(self) -> tuple[str | None, ...]:
        """Group 1 in every name that was reached."""
        pairs = zip(self.names, self.matches.captured, strict=False)
        return tuple(name[span[0] : span[1]] if span else None for name, span in pairs)

    @property
    def failed(self) -> int:
        """Names without a match."""
        return self.matches.spans.count(None)

    @property
    def right(self) -> int:
        """Names whose label is the breed."""
        return sum(label == breed for label, breed in zip(self.labels, self.breeds, strict=False))

    @property
    def different(self) -> int:
        """Different labels."""
        return len({label for label in self.labels if label is not None})

    def shown(self) -> list[int]:
        """Names to look at: some that fail and some of every kind, or those around the one where the time ran out."""
        if self.matches.ended:
            last = len(self.matches.spans)
            return list(range(max(0, last - NAMES_SHOWN // 2), len(self.names)))[:NAMES_SHOWN]
        reached = range(len(self.matches.spans))
        failing = [i for i in reached if self.matches.spans[i] is None][: NAMES_SHOWN // 3]
        others = [i for i in reached if i not in failing] or list(range(len(self.names)))
        step = max(1, len(others) // (NAMES_SHOWN - len(failing)))
        return sorted(failing + others[::step][: NAMES_SHOWN - len(failing)])

    def findings(self) -> list[str]:
        if self.matches.problem:
            return ["Python refuses this pattern, so there is no labeller at all; the reason stands on top."]
        if self.matches.ended:
            return [self._endless()]
        matched = f"{len(self.names) - self.failed:,} of {len(self.names):,}"
        if not self.matches.groups:
            return [
                f"The pattern matches {matched} names, but it has no group, and `RegexLabeller` returns group 1: "
                "put parentheses around what is the label."
            ]
        sentences = [
            f"Group 1 is taken out of **{matched}** names and gives **{self.different}** different labels; "
            f"there are {len(set(self.breeds))} breeds. {self.right:,} labels are the breed."
        ]
        if self.failed:
            sentences.append(
                f"{self.failed:,} names have no match. `RegexLabeller` stops at the first of them with an assertion: "
                "no label is better than a wrong one."
            )
        elif self.right < len(self.names):
            sentences.append(
                "No error, and yet the labels are wrong: `RegexLabeller` only checks that there is a match. Look at "
                "them before training."
            )
        return sentences

    def _endless(self) -> str:
        if self.matches.large:
            return (
                f"This pattern took more than {MEMORY // 10**6} MB of memory: for every repetition Python may keep a "
                "place to come back to, and large numbers in braces ask for very many. Say a smaller number."
            )
        name = self.names[len(self.matches.spans)]
        return (
            f"This pattern was stopped after {SECONDS:g} seconds of computing, at `{name}`: repetitions inside a "
            "repetition can share the same letters out in very many ways, and where the end does not match Python "
            "tries them all. Every letter more about doubles the time. Say each repetition once."
        )

    def numbers(self) -> Numbers:
        if self.matches.problem or self.matches.ended:
            return {"names": len(self.names), "usable": False}
        return {
            "names": len(self.names),
            "matched": len(self.names) - self.failed,
            "groups": self.matches.groups,
            "different labels": self.different,
            "labels that are the breed": self.right,
        }

    def table(self) -> Table:
        missing: list[str | None] = [None] * (len(self.names) - len(self.labels))
        return {"file": list(self.names), "label": [*self.labels, *missing], "breed": list(self.breeds)}


def experiment(settings: Settings) -> PatternTrial:
    """Try the pattern on the names of all the pets."""
    pets = load(settings.pets)
    pattern = settings.own if settings.pattern == OWN else PATTERNS[settings.pattern]
    matches = (search_here if harmless(settings) else search)(pattern, pets.names)
    error = labeller_error(pattern, pets.names, matches)
    return PatternTrial(pattern=pattern, names=pets.names, breeds=pets.labels, matches=matches, error=error)
