"""Exported scripts and notebooks of random states print the page's numbers, in a Python that has only the packages.

As many states of each exhibit as `--oracle-runs` says, from all of its views: in turn as a script and as a notebook.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from core import export
from core.contents import CONTENTS, Exhibit
from core.errors import UserError
from core.settings import to_params
from tests.conftest import declaration, every_exhibit
from tests.oracle.test_numbers import measured, quick, states, views_of

KINDS = (".py", ".ipynb")

RUN = """
import contextlib, importlib.util, io, json, sys, traceback

assert importlib.util.find_spec("core") is None

def code(path):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".py"):
            return [file.read()]
        return ["".join(cell["source"]) for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]

for path in sys.argv[1:]:
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            for part in code(path):
                exec(compile(part, path, "exec"), names)
        except Exception:
            traceback.print_exc(file=out)
    print(json.dumps([path, names.get("page_numbers"), out.getvalue().splitlines()]))
"""
"""Runs exported files in a fresh Python; tells of each the numbers that it measured and what it printed."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A file, the page's numbers in the state that it was exported from, and what it gave elsewhere."""

    state: dict[str, str]
    numbers: dict[str, Any]
    found: dict[str, Any] | None
    printed: list[str]


def drawn(entry: Exhibit, most: int) -> list[tuple[Any, Any]]:
    """Random settings of any view, each with its result; none of those that are answered by a sentence only."""
    page, found = declaration(entry), []

    @runs(max_examples=8 * most, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(settings=st.sampled_from(views_of(entry)).flatmap(lambda view: states(entry, view)))
    def collect(settings: Any) -> None:
        settings = quick(entry, settings)
        if len(found) == most or settings in [other for other, _ in found]:
            return
        try:
            found.append((settings, page.view(settings).experiment(settings)))
        except UserError:
            return

    collect()
    return found


def write(path: Path, entry: Exhibit, settings: Any, result: Any) -> None:
    view = declaration(entry).view(settings)
    parts = (entry.title, entry.question, view.experiment, settings)
    if path.suffix == ".py":
        path.write_text(export.script(*parts), encoding="utf-8")
        return
    text = export.notebook(*parts, "\n\n".join(result.findings()), view.charts)
    nbformat.validate(nbformat.reads(text, as_version=4))
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, list[Exported]]:
    """What was exported from each exhibit, by its name; all files run in one Python, far from the program."""
    folder, shown = tmp_path_factory.mktemp("exported"), {}
    for entry in CONTENTS:
        for i, (settings, result) in enumerate(drawn(entry, request.config.getoption("--oracle-runs"))):
            name = f"{entry.slug} {i}{KINDS[i % 2]}"
            write(folder / name, entry, settings, result)
            shown[name] = entry, to_params(settings), result.numbers()
    ran = subprocess.run(
        [sys.executable, "-I", "-c", RUN, *shown], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    told = {name: rest for name, *rest in map(json.loads, ran.stdout.splitlines())}
    files: dict[str, list[Exported]] = {entry.slug: [] for entry in CONTENTS}
    for name, (entry, state, numbers) in shown.items():
        found, printed = told[name]
        files[entry.slug].append(Exported(state=state, numbers=numbers, found=found, printed=printed))
    return files


@every_exhibit
def test_what_is_exported_from_random_states_gives_the_pages_numbers(
    entry: Exhibit, exported: dict[str, list[Exported]]
) -> None:
    assert exported[entry.slug]
    for file in exported[entry.slug]:
        assert file.found is not None, "\n".join([str(file.state), *file.printed])
        assert file.found.keys() == file.numbers.keys()
        fixed = {name: value for name, value in file.numbers.items() if name not in measured(entry)}
        assert {name: file.found[name] for name in fixed} == pytest.approx(fixed, rel=1e-4, nan_ok=True), file.state
        assert file.printed[: len(file.found)] == [f"{name}: {value}" for name, value in file.found.items()]
