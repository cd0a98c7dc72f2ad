"""The code behind a page's numbers, made to leave the repository: as text to show, as a script, as a notebook."""

import inspect
import json
import re
import textwrap
import threading
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from typing import Any, ParamSpec

from core.bundle import Bundle, Import, Prefix, literal

COLORED = r":[a-z-]+\[([^\]]*)\]"
"""Coloured words as only Streamlit's Markdown knows them, `:red[loss]`."""

PRINTING = """page_numbers = result.numbers()
print("\\n".join(f"{name}: {value}" for name, value in page_numbers.items()))"""
"""How an exported file prints the page's numbers."""

CHECKERS = r"  # (?:type: ignore(?:\[[\w, -]+\])?|noqa(?:: ?[\w, ]+)?|fmt: skip)"

TAKEN = ("settings", "result", "page_numbers")
"""The variables of an exported file."""


P = ParamSpec("P")

ATTEMPTS = 5
_parsing = threading.Lock()


def _alone(make: Callable[P, str]) -> Callable[P, str]:
    """One thread at a time: CPython 3.11 counts the depth of syntax trees for all threads together and stops with a
    SystemError where two parse at once. An import in another thread may parse too, so that error gets another try."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> str:
        with _parsing:
            for _ in range(ATTEMPTS - 1):
                try:
                    return make(*args, **kwargs)
                except SystemError:
                    continue
            return make(*args, **kwargs)

    return made


@_alone
def shown(functions: Sequence[Callable | type]) -> str:
    """The sources of these functions alone, with their decorators and docstrings, as a page shows them.

    Comments that speak to a type checker or a linter are left out.
    """
    sources = (textwrap.dedent(inspect.getsource(function)).strip("\n") for function in functions)
    return re.sub(CHECKERS, "", "\n\n\n".join(sources))


@_alone
def bundle(functions: Sequence[Callable | type], *, prefix: Prefix = "core.") -> str:
    """The functions and all they use of the modules whose names start with `prefix`, as one file that runs alone.

    ExportError where two things would share a name, or where files of the repository are read.
    """
    reached = Bundle(functions, prefix)
    return f"{reached.imports()}\n\n\n{reached.code()}\n".lstrip()


@_alone
def script(title: str, question: str, experiment: Callable, settings: Any, *, prefix: Prefix = "core.") -> str:
    """A Python file that prints `experiment(settings).numbers()`: a line each, and last all of them as JSON."""
    reached = Bundle([type(settings), experiment], prefix, TAKEN)
    reached.add_import(Import(module="json"))
    about = f"{title}\n\n{question}\n\nRun it: python this_file.py\nIt needs: {reached.needs()}\nLicence: Apache-2.0\n"
    about = about.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    run = f"{_construction(settings)}\nresult = {experiment.__name__}(settings)\n{PRINTING}"
    parts = (f'"""{about}"""\n\n{reached.imports()}', reached.code(), f"{run}\nprint(json.dumps(page_numbers))\n")
    return "\n\n\n".join(parts)


@_alone
def notebook(
    title: str,
    question: str,
    experiment: Callable,
    settings: Any,
    finding: str,
    charts: Sequence[Callable[[Any], Any]] = (),
    *,
    prefix: Prefix = "core.",
) -> str:
    """As `script`, but a Jupyter notebook (JSON of nbformat 4.5) without outputs; each of `charts` draws the result."""
    reached = Bundle([type(settings), experiment, *charts], prefix, TAKEN)
    cells = [
        ("markdown", f"# {title}\n\n{question}\n\nIt needs: `{reached.needs()}`\n\nLicence: Apache-2.0"),
        ("code", reached.imports()),
        ("code", reached.code()),
        ("markdown", "## Settings"),
        ("code", _construction(settings)),
        ("markdown", "## Run"),
        ("code", f"result = {experiment.__name__}(settings)"),
        ("markdown", "## Numbers"),
        ("code", PRINTING),
        ("markdown", "What the page found: " + re.sub(COLORED, r"\1", finding)),
    ]
    if charts:
        cells += [("markdown", "## Charts"), *(("code", f"{draw.__name__}(result)") for draw in charts)]
    contents: list[dict[str, Any]] = []
    for number, (kind, text) in enumerate(cells, 1):
        cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}
        contents.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": contents}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _construction(settings: Any) -> str:
    """`settings = Settings(...)` with every field written out."""
    values = [f"\n    {f.name}={literal(getattr(settings, f.name))}," for f in fields(settings) if f.init]
    return f"settings = {type(settings).__name__}({''.join(values)}" + ("\n)" if values else ")")
