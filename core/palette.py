"""The lesson's colours: each quantity has one, in every picture and word. Defined in .streamlit/config.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).parents[1] / ".streamlit" / "config.toml"

QUANTITIES = {
    "loss": "red",
    "metric": "blue",
    "parameters": "green",
    "gradient": "violet",
    "activations": "orange",
    "data": "gray",
}
"""Each quantity's name among Streamlit's colours, as Markdown writes it: `:red[loss]`."""

RUNS = {
    "light": ("#1a67ab", "#c67d10", "#5a5a5a", "#a32100", "#1395ec", "#0000a3", "#31140c", "#00003d"),
    "dark": ("#60bbf8", "#ff9900", "#969696", "#c63410", "#d6e3eb", "#aa42f0", "#216f83", "#fae6c6"),
}
"""Colours of runs beside each other, the first eight, in one theme: which run, not which quantity."""


@cache
def theme(mode: str) -> dict[str, str]:
    """All colours of the `light` or `dark` theme, by Streamlit's names for them."""
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]["dark" if mode == "dark" else "light"]


def colors(mode: str) -> dict[str, str]:
    """Hex colour of each quantity, and of `text`, `background`, `panel` and `border`, in one theme."""
    values = theme(mode)
    named = {quantity: values[f"{name}TextColor"] for quantity, name in QUANTITIES.items()}
    return named | {
        "text": values["textColor"],
        "background": values["backgroundColor"],
        "panel": values["secondaryBackgroundColor"],
        "border": values["borderColor"],
    }


def css_variables() -> str:
    """The theme as the CSS variables that Streamlit gives its components, for pages that stand alone."""

    def block(mode: str) -> str:
        def css(name: str) -> str:
            return "--st-" + re.sub("[A-Z]", lambda m: "-" + m[0].lower(), name)

        return " ".join(f"{css(k)}: {','.join(v) if isinstance(v, list) else v};" for k, v in theme(mode).items())

    return f":root {{ {block('light')} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {block('dark')} }} }}"
