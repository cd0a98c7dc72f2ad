"""How numbers, seconds, names and lists are written on a page; one place for all exhibits."""

import math
import re
from collections.abc import Sequence


def format_number(value: float, digits: int = 2) -> str:
    """A number in `digits` significant digits, with a true minus sign: −3.4e-8."""
    return f"{value:.{digits}g}".replace("e-0", "e-").replace("-", "−", int(value < 0))


def format_large(value: float) -> str:
    """Three significant digits; from 1,000 on whole, with commas."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def format_any(value: float, digits: int = 4) -> str:
    """As `format_number`, also for what is no number or beyond float32: ∞, NaN, 0, 2.5e38, 1e-320."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    return "0" if value == 0 else format_number(value, digits).replace("e+0", "e").replace("e+", "e")


def format_any_large(value: float, digits: int = 4) -> str:
    """As `format_any`, but from 1,000 to a million with commas: 1,000.67, 43,191."""
    if 1e3 <= abs(value) < 1e6:
        return f"{value:,.{2 if abs(value) < 1e4 else 0}f}".replace(".00", "").replace("-", "−")
    return format_any(value, digits)


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
