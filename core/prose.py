"""The prose of the exhibits, kept out of the code: one Markdown file each, in named sections.

A section "states", if there is one, is no prose: it names, in TOML, the states of the exhibit that figures in the text
come from (see core/figures.py), by the parameters of their links.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from core.figures import filled_in

FOLDER = Path(__file__).parents[1] / "assets" / "prose"
STATES = "states"


@cache
def sections(name: str) -> dict[str, str]:
    """The sections of assets/prose/`name`, with their figures: heading (lower case) → Markdown below it."""
    text = f"prose {name.removesuffix('.md')}"
    return {heading: filled_in(text, body) for heading, body in texts_of(name).items()}


@cache
def texts_of(name: str) -> dict[str, str]:
    """The sections as they are written: with marks where figures come."""
    return {heading: body for heading, body in _parts(name).items() if heading != STATES}


def states_of(name: str) -> dict[str, Mapping[str, str]]:
    """The states that the figures come from; "" is the exhibit's own, unless the file says otherwise."""
    return {"": {}} | tomllib.loads(_parts(name).get(STATES, ""))


def _parts(name: str) -> dict[str, str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    parts = re.split(r"^# (.+)$", text, flags=re.MULTILINE)
    return {heading.strip().lower(): body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}
