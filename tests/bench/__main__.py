"""Every measurement of this folder: `python -m tests.bench [--json] [--only NAME …]`.

A NAME is that of a result, as `rerun_vs_bare`, or of a module, as `rerun`. Each module's `measure()` gives its results
by name: value, unit, goal (None where there is none), peer (what it is compared with), and under "better" whether
"lower" or "higher" is (higher where it does not say).
"""

import argparse
import importlib
import json
import textwrap
from typing import Any

MODULES = ("rerun", "replay", "start", "memory", "surfaces", "training")

Results = dict[str, dict[str, Any]]


def measured(only: list[str]) -> Results:
    """The results asked for, or all; a module that says which results it has runs only if one of them is wanted."""
    found: Results = {}
    for name in MODULES:
        module = importlib.import_module(f"tests.bench.{name}")
        names = getattr(module, "NAMES", None)
        if only and name not in only and names is not None and not set(names) & set(only):
            continue
        results = module.measure()
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
    options = parser.parse_args()
    results = measured(options.only)
    print(json.dumps(results, indent=1, ensure_ascii=False) if options.json else table(results))


if __name__ == "__main__":
    main()
