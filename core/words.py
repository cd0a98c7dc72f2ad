"""How numbers, seconds, names and lists are written on a page; one place for all exhibits."""

import re
from collections.abc import Sequence


def format_number(value: float, digits: int = 2) -> str:
    """A number in `digits` significant digits, with a true minus sign: −3.4e-8."""
    return f"{value:.{digits}g}".replace("e-0", "e-").replace("-", "−", int(value < 0))


def format_large(value: float) -> str:
    """Three significant digits; from 1,000 on whole, with commas."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def format_seconds(value: float) -> str:
    """Seconds in two significant digits, from 10 on whole: 0.35 s, 13 s."""
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"


def format_breed(breed: str) -> str:
    """A breed as people write it: `american_bulldog` is american bulldog."""
    return breed.replace("_", " ")


def how_often(n: int) -> str:
    """Once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def join_words(words: Sequence[str]) -> str:
    """A list in a sentence: a, b and c; nothing for no words."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def plain_text(lead: str, sentences: Sequence[str]) -> str:
    """`lead` and the sentences without their Markdown, for a picture's alt text: no emphasis, colours or code marks."""
    text = " ".join([lead, *sentences])
    text = re.sub(r":(\w+)\[([^\]]*)\]", r"\2", text)
    return re.sub(r"[*`$]", "", text)
