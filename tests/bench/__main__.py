"""Every measurement of this folder: `python -m tests.bench [--json] [--only NAME …] [--exhibit SLUG …]`.

A NAME is that of a result, as `rerun_vs_bare`, or of a module, as `rerun`. Each module's `measure()` gives its results
by name: value (None where it could not be measured), unit, goal (None where there is none), peer (what it is compared
with), and under "better" whether "lower" or "higher" is (higher where it does not say). What goes on is said on the
error stream.
"""

import argparse
import importlib
import inspect
import json
import sys
import textwrap
import time
from collections.abc import Sequence
from typing import Any

from core.contents import CONTENTS, Exhibit, exhibit
from tests.bench.pages import say

MODULES = (
    "rerun",
    "replay",
    "start",
    "memory",
    "load",
    "hostile",
    "surfaces",
    "training",
    "presizing",
    "drawing",
    "pets",
    "gpu",
)

Results = dict[str, dict[str, Any]]


def measured(only: list[str], entries: Sequence[Exhibit] = CONTENTS) -> Results:
    """The results asked for, or all; a module that says which results it has runs only if one of them is wanted.

    Modules that measure exhibits measure these `entries`.
    """
    found: Results = {}
    for name in MODULES:
        module = importlib.import_module(f"tests.bench.{name}")
        names = getattr(module, "NAMES", None)
        if only and name not in only and names is not None and not set(names) & set(only):
            continue
        say(f"measuring {name}")
        started = time.monotonic()
        by_exhibit = "entries" in inspect.signature(module.measure).parameters
        results = module.measure(entries) if by_exhibit else module.measure()
        say(f"measured {name} in {time.monotonic() - started:.0f} s")
        wanted = {key for key in results if not only or name in only or key.partition("[")[0] in only or key in only}
        found |= {key: results[key] for key in results if key in wanted}
    return found


def met(result: dict[str, Any]) -> str:
    """Whether the goal is met, in a word."""
    if result["goal"] is None or result["value"] is None:
        return ""
    lower = result.get("better") == "lower"
    return "yes" if (result["value"] <= result["goal"] if lower else result["value"] >= result["goal"]) else "NO"


def table(results: Results) -> str:
    """The results as lines of text, each with what it is compared with below it."""
    lines = []
    for name, result in results.items():
        sign = "≤" if result.get("better") == "lower" else "≥"
        goal = "" if result["goal"] is None else f"goal {sign} {result['goal']:g}"
        value = "not measured" if result["value"] is None else f"{result['value']:.4g} {result['unit']}"
        lines.append(f"{name:34} {value:28} {goal:14} {met(result)}".rstrip())
        lines += textwrap.wrap(str(result["peer"]), 112, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="results or modules, by name")
    parser.add_argument("--exhibit", nargs="+", default=[], metavar="SLUG", help="only these exhibits")
    options = parser.parse_args()
    slugs = [entry.slug for entry in CONTENTS]
    if unknown := set(options.exhibit) - set(slugs):
        parser.error(f"There is no exhibit {', '.join(sorted(unknown))}; there are {', '.join(slugs)}.")
    entries = tuple(map(exhibit, options.exhibit)) or CONTENTS
    results = measured(options.only, entries)
    print(json.dumps(results, indent=1, ensure_ascii=False) if options.json else table(results))
    if failed := [name for name, result in results.items() if result.get("failed")]:
        sys.exit(f"Without a figure, though each must have one: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
