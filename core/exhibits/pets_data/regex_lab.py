"""The regex lab: what a pattern takes out of file names, and what fastai's `RegexLabeller` says where it fails.

A pattern may come from a visitor, and Python's `re` cannot be interrupted. So it is searched for in a process of its
own, which the system ends when its computing time is used up.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from core.data.labelled import PATTERN, Pets

OWN = "my own"
PATTERNS = {
    "the book's": PATTERN,
    "first word": r"([^_]+)_",
    "lower case": r"^([a-z_]+)_\d+.jpg$",
    "no group": r".+_\d+.jpg$",
    "no underscore": r"(.+)\d+.jpg$",
    "png": r"(.+)_\d+.png$",
    "unclosed": r"(.+_\d+.jpg$",
    "never ends": r"^(\w+_?)+!$",
}
"""The book's pattern, and typical mistakes."""

SECONDS = 0.5  # of computing, for all names together
PATIENCE = 6.0  # seconds on the clock, where computing time cannot be told or the machine is busy
NAMES_SHOWN = 24  # names

Span = tuple[int, int] | None
"""Where a part of a name begins and ends; None: nowhere."""

WORKER = r"""
import json, re, signal, sys
given = json.load(sys.stdin)
if hasattr(signal, "setitimer"):
    signal.setitimer(signal.ITIMER_VIRTUAL, given["seconds"])  # its signal ends the process, wherever it is
try:
    pattern = re.compile(given["pattern"])
except (re.error, OverflowError, RecursionError) as error:
    sys.exit(print(json.dumps(f"{type(error).__name__}: {error}")))
print(pattern.groups)
for name in given["names"]:
    found = pattern.search(name)
    print(json.dumps(found and [found.span(), found.span(1) if pattern.groups else None]), flush=True)
"""
"""Prints the number of groups, or the pattern's error; then for each name the spans of the match and of group 1."""

_searching = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Search:
    """`spans` and `captured` have an entry for each name that was reached: the whole match, and group 1 of it."""

    groups: int
    spans: tuple[Span, ...]
    captured: tuple[Span, ...]
    problem: str | None = None  # why Python refuses the pattern
    ended: bool = False  # the time was used up at the next name


def search(pattern: str, names: tuple[str, ...], seconds: float = SECONDS) -> Search:
    """`re.search` for the pattern in every name, for at most `seconds` of computing."""
    given = json.dumps({"pattern": pattern, "names": names, "seconds": seconds})
    command = [sys.executable, "-I", "-S", "-c", WORKER]
    with _searching:
        try:
            done = subprocess.run(command, input=given.encode(), capture_output=True, timeout=PATIENCE, check=False)
            printed, ended = done.stdout, done.returncode != 0
        except subprocess.TimeoutExpired as late:
            printed, ended = late.stdout or b"", True
    lines = printed.decode().split("\n")[:-1]  # what follows the last line's end was cut off
    head, *found = [json.loads(line) for line in lines] or [0]
    if isinstance(head, str):
        return Search(0, (), (), head)
    spans = tuple(_span(each[0]) if each else None for each in found)
    captured = tuple(_span(each[1]) if each else None for each in found)
    return Search(head, spans, captured, ended=ended)


def _span(pair: list[int] | None) -> Span:
    return (pair[0], pair[1]) if pair and pair[0] >= 0 else None


def labeller_says(pattern: str, name: str) -> str:
    """The error of fastai's `RegexLabeller` for this name, or the label; only for names that `search` got through."""
    from fastai.data.transforms import RegexLabeller

    try:
        return str(RegexLabeller(pattern)(name))
    except (AssertionError, IndexError) as error:
        return f"{type(error).__name__}: {error}"


@dataclass(frozen=True, eq=False)
class Lab:
    """A pattern tried on all names: what it takes out of each, and what the labeller says of the first that fails."""

    pattern: str
    names: tuple[str, ...]
    truth: tuple[str, ...]
    found: Search
    says: str | None

    @property
    def labels(self) -> tuple[str | None, ...]:
        """Group 1 in every name that was reached."""
        return tuple(n[c[0] : c[1]] if c else None for n, c in zip(self.names, self.found.captured, strict=False))

    @property
    def failed(self) -> int:
        """Names without a match."""
        return self.found.spans.count(None)

    @property
    def right(self) -> int:
        """Names whose label is the breed."""
        return sum(label == breed for label, breed in zip(self.labels, self.truth, strict=False))

    @property
    def different(self) -> int:
        return len({label for label in self.labels if label is not None})

    def shown(self) -> list[int]:
        """Names to look at: some that fail and some of every kind, or those around the one where the time was used up."""
        if self.found.ended:
            last = len(self.found.spans)
            return list(range(max(0, last - NAMES_SHOWN // 2), len(self.names)))[:NAMES_SHOWN]
        reached = range(len(self.found.spans))
        failing = [i for i in reached if self.found.spans[i] is None][: NAMES_SHOWN // 3]
        others = [i for i in reached if i not in failing] or list(range(len(self.names)))
        step = max(1, len(others) // (NAMES_SHOWN - len(failing)))
        return sorted(failing + others[::step][: NAMES_SHOWN - len(failing)])

    def findings(self) -> list[str]:
        if self.found.problem:
            return ["Python refuses this pattern, so there is no labeller at all; the reason stands on top."]
        if self.found.ended:
            return [self._endless()]
        if not self.found.groups:
            return [
                f"The pattern matches {len(self.names) - self.failed:,} of {len(self.names):,} names, but it has no group, "
                "and `RegexLabeller` returns group 1: put parentheses around what is the label."
            ]
        matched = len(self.names) - self.failed
        sentences = [
            f"Group 1 is taken out of **{matched:,} of {len(self.names):,}** names and gives **{self.different}** different labels; "
            f"there are {len(set(self.truth))} breeds. {self.right:,} labels are the breed."
        ]
        if self.failed:
            sentences.append(
                f"{self.failed:,} names have no match. `RegexLabeller` stops at the first of them with an assertion: no label is better "
                "than a wrong one."
            )
        elif self.right < len(self.names):
            sentences.append(
                "No error, and yet the labels are wrong: `RegexLabeller` only checks that there is a match. Look at them before training."
            )
        return sentences

    def _endless(self) -> str:
        name = self.names[len(self.found.spans)]
        return (
            f"This pattern was stopped after {SECONDS:g} seconds of computing, at `{name}`: repetitions inside a repetition can "
            "share the same letters out in very many ways, and where the end does not match Python tries them all. Every "
            "letter more about doubles the time. Say each repetition once."
        )

    def numbers(self) -> dict[str, Any]:
        if self.found.problem or self.found.ended:
            return {"names": len(self.names), "usable": False}
        found = {"names": len(self.names), "matched": len(self.names) - self.failed, "groups": self.found.groups}
        return found | {"different labels": self.different, "labels that are the breed": self.right}

    def table(self) -> dict[str, list[Any]]:
        missing: list[str | None] = [None] * (len(self.names) - len(self.labels))
        return {"file": list(self.names), "label": [*self.labels, *missing], "breed": list(self.truth)}


def lab(pattern: str, pets: Pets) -> Lab:
    """Try the pattern on the names of all the pets."""
    found = search(pattern, pets.names)
    failing = next((i for i, span in enumerate(found.spans) if span is None or not found.groups), None)
    says = found.problem
    if failing is not None and not found.ended:
        says = labeller_says(pattern, pets.names[failing])
    return Lab(pattern, pets.names, pets.labels, found, says)
