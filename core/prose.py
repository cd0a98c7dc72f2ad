"""The prose of the exhibits, kept out of the code: one Markdown file each, in named sections."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "assets" / "prose"


@cache
def sections(name: str) -> dict[str, str]:
    """The sections of assets/prose/`name`: heading (lower case) → Markdown below it."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    parts = re.split(r"^# (.+)$", text, flags=re.MULTILINE)
    return {heading.strip().lower(): body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}
