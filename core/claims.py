"""The 80 claims of a student's notes of lesson 4: what was written, how far it holds, and what is true."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from core.figures import filled_in

CLAIMS_FILE = Path(__file__).parents[1] / "assets" / "claims.toml"
COUNT = 80


class Verdict(NamedTuple):
    """How a verdict is shown: a mark, a sentence without its full stop, and the colour of a Streamlit badge."""

    mark: str
    words: str
    color: Literal["green", "orange", "red", "blue", "gray"]


VERDICTS: dict[str, Verdict] = {
    "right": Verdict("✓", "The notes are right", "green"),
    "imprecise": Verdict("~", "The notes are nearly right", "orange"),
    "wrong": Verdict("✗", "The notes are mistaken", "red"),
    "question": Verdict("?", "The notes leave a question open", "blue"),
    "opinion": Verdict("–", "This is an opinion", "gray"),
}


Params = tuple[tuple[str, str], ...]
"""Parameters of an exhibit's link."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim: `notes` says what the student wrote, `truth` what is so; both are one paragraph of Markdown."""

    number: int  # 1 to 80, in the order of the notes
    exhibits: tuple[str, ...]  # slugs of the exhibits that settle it, the main one first
    notes: str
    verdict: str  # a key of VERDICTS
    truth: str
    opens: Params = ()  # open the main exhibit in the state that proves it
    states: tuple[tuple[str, Params], ...] = ()  # others that its figures come from, by name: changes to `opens`

    def markdown(self, beside: str = "") -> str:
        """The verdict, with `beside` next to it, what the notes say, and what is true: one text, since every element
        of a page is drawn anew when a control moves."""
        mark, words, color = VERDICTS[self.verdict]
        return f":{color}-badge[{mark} {words}]{beside}\n\n> {self.notes}\n\n{self.truth}"


@lru_cache(maxsize=1)
def claims() -> tuple[Claim, ...]:
    """All 80 claims by number, as they are read; ValueError says what is wrong with the file."""
    return tuple(replace(claim, truth=filled_in(f"claim {claim.number}", claim.truth)) for claim in templates())


@lru_cache(maxsize=1)
def templates() -> tuple[Claim, ...]:
    """All 80 claims by number, as they are written: with marks where figures come."""
    return parse(CLAIMS_FILE.read_text(encoding="utf-8"))


def claims_of(slug: str) -> tuple[Claim, ...]:
    """The claims that the exhibit `slug` settles, by number; none for an exhibit that settles no claim."""
    return tuple(claim for claim in claims() if slug in claim.exhibits)


def parse(text: str, count: int = COUNT) -> tuple[Claim, ...]:
    """The claims of a TOML text, by number; ValueError unless they are 1 to `count`, each once and complete."""
    try:
        tables = tomllib.loads(text).get("claim", [])
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"The claims are not valid TOML: {error}.") from error
    found = sorted((_claim(table) for table in tables), key=lambda claim: claim.number)
    numbers = [claim.number for claim in found]
    for number in range(1, count + 1):
        if numbers.count(number) != 1:
            raise ValueError(f"Claim {number} stands {numbers.count(number)} times in the file; it must stand once.")
    if len(numbers) != count:
        strange = next(number for number in numbers if not 1 <= number <= count)
        raise ValueError(f"Claim {strange} is not among the claims 1 to {count}.")
    return tuple(found)


def _claim(table: Mapping[str, Any]) -> Claim:
    number = table.get("number")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"Every claim needs a whole number; this one has none: {dict(table)}.")
    for key in ("notes", "verdict", "truth"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise ValueError(f"Claim {number} needs a text for '{key}'.")
    exhibits = table.get("exhibits")
    if not isinstance(exhibits, list) or not exhibits or not all(isinstance(slug, str) for slug in exhibits):
        raise ValueError(f"Claim {number} needs a list of at least one exhibit.")
    if table["verdict"] not in VERDICTS:
        raise ValueError(
            f"Claim {number} has the verdict '{table['verdict']}'; it must be one of {', '.join(VERDICTS)}."
        )
    return Claim(
        number=number,
        exhibits=tuple(exhibits),
        notes=_one_line(table["notes"]),
        verdict=table["verdict"],
        truth=_one_line(table["truth"]),
        opens=_params(number, "open", table.get("open", {})),
        states=tuple((name, _params(number, name, params)) for name, params in table.get("states", {}).items()),
    )


def _params(number: int, name: str, params: Any) -> Params:
    if not isinstance(params, dict) or not all(isinstance(value, str) for value in params.values()):
        raise ValueError(f"Claim {number} needs a table of texts for '{name}'.")
    return tuple(params.items())


def _one_line(text: str) -> str:
    return " ".join(text.split())
