"""Figures in texts: computed in a state of an exhibit, or attributed to where they come from, or a definition.

In the texts of assets/claims.toml and assets/prose a mark in double braces stands for a figure:

    {{loss after 10 steps:.2f}}            a number of the result in the text's state, by its name and Python's format
    {{shuffled/accuracy at the end:.1%}}   the same in the state that the text calls "shuffled"
    {{book = 0.9828}}                      a fact from elsewhere; its sentence says in words from where
    {{784}}                                a definition, such as the number of pixels

Computed figures stand in assets/figures.json. `python -m tests.figures` makes that file by running every state,
and a test
runs the states again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FIGURES_FILE = Path(__file__).parents[1] / "assets" / "figures.json"

Value = float | int | str | bool
Values = Mapping[str, Mapping[str, Value]]
"""By state ("" is the text's own) and name."""

MARK = re.compile(r"\{\{([^{}]+)\}\}")
_FACT = re.compile(r"(?P<source>[a-z][a-z ]*) = (?P<figure>.+)")
_COMPUTED = re.compile(r"(?:(?P<state>[a-z][a-z ]*)/)?(?P<name>.+):(?P<format>[^:]+)")
_DEFINITION = re.compile(r"[−-]?[.\d].*")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What stands between double braces: a definition's or a fact's `figure`, or the number to be computed."""

    kind: Literal["computed", "fact", "definition"]
    figure: str = ""
    source: str = ""  # of a fact
    state: str = ""
    name: str = ""
    format: str = ""


def read_mark(text: str) -> Mark:
    """The mark that `text` between double braces is; ValueError says what is wrong with it."""
    if _DEFINITION.fullmatch(text):
        return Mark(kind="definition", figure=text)
    if fact := _FACT.fullmatch(text):
        return Mark(kind="fact", source=fact["source"], figure=fact["figure"])
    if computed := _COMPUTED.fullmatch(text):
        return Mark(kind="computed", state=computed["state"] or "", name=computed["name"], format=computed["format"])
    raise ValueError(f"{{{{{text}}}}} is no figure: write a number, `source = figure`, or `name:format`.")


def marks(text: str) -> list[Mark]:
    """All marks of a text, in their order."""
    return [read_mark(found[1]) for found in MARK.finditer(text)]


def format_value(value: Value, how: str) -> str:
    """A value in Python's format, with a true minus sign and a short exponent: −2.6e-8, 97.5%, ∞."""
    text = f"{value:{how}}".replace("inf", "∞").replace("nan", "NaN")
    text = re.sub(r"e([+-])0*(\d)", lambda e: f"e{e[1].replace('+', '')}{e[2]}", text)
    return re.sub(r"^-", "−", text)


def filled(text: str, values: Values) -> str:
    """The text with its figures in the place of their marks; KeyError where a computed one is missing."""

    def figure(found: re.Match[str]) -> str:
        mark = read_mark(found[1])
        return mark.figure or format_value(values[mark.state][mark.name], mark.format)

    return MARK.sub(figure, text)


@cache
def figures() -> dict[str, Values]:
    """The computed figures of every text, by the text's name: "claim 4", "prose relu"."""
    return json.loads(FIGURES_FILE.read_text(encoding="utf-8"))


def filled_in(name: str, text: str) -> str:
    """The text of that name with its figures."""
    return filled(text, figures().get(name, {}))
