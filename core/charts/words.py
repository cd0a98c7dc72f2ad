"""Findings as plain words, for a picture's alt text."""

import re
from collections.abc import Sequence


def plain(lead: str, sentences: Sequence[str]) -> str:
    """`lead` and the sentences without their Markdown: no emphasis, no colours, no code marks."""
    text = " ".join([lead, *sentences])
    text = re.sub(r":(\w+)\[([^\]]*)\]", r"\2", text)
    return re.sub(r"[*`$]", "", text)
