"""What leaves the repository runs alone and gives the same numbers."""

import ast
import inspect
import json
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

from core.bundle import Bundle
from core.claims import Claim
from core.contents import CONTENTS, exhibit
from core.export import bundle, notebook, script, shown
from core.nn.kernels import LinearKernel
from core.nn.training import train
from core.settings import Control
from tests.conftest import ROOT, chosen, declaration
from tests.programs import HOME, LESSON, run

Program = Callable[..., ModuleType]

# Runs every exported file of a folder, far from the repository, and prints the numbers that each measured.
RUNNER = """
import contextlib, importlib.util, io, json, pathlib

assert importlib.util.find_spec("core") is None
assert importlib.util.find_spec("prog") is None
for path in sorted(pathlib.Path().iterdir()):
    scope, said, drawn = {"__name__": "__main__"}, io.StringIO(), None
    with contextlib.redirect_stdout(said):
        if path.suffix == ".py":
            exec(compile(path.read_text("utf-8"), path.name, "exec"), scope)
        else:
            cells = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
            for number, cell in enumerate(cells):
                exec(compile("".join(cell["source"]), f"cell {number}", "exec"), scope)
            if "draw" in scope:
                drawn = type(eval("".join(cells[-1]["source"]), scope)).__name__
    print(json.dumps([path.name, scope["page_numbers"], said.getvalue().splitlines(), drawn]))
"""


def pages_of_part_one() -> dict[str, tuple[str, str, Callable, Any]]:
    """What the exhibits of part one export in their default state; tests/oracle/test_exports.py runs what they do."""
    pages = {entry.slug: (entry, declaration(entry)) for entry in CONTENTS}
    shown = {slug: (entry, page, chosen(page)) for slug, (entry, page) in pages.items()}
    return {
        slug: (entry.title, entry.question, page.view(settings).experiment, settings)
        for slug, (entry, page, settings) in shown.items()
        if not hasattr(settings, "pets")
    }


def charts_of(slug: str) -> tuple[Callable[[Any], Any], ...]:
    """The charts of an exhibit in its default state."""
    page = declaration(exhibit(slug))
    return page.view(chosen(page)).charts


def elsewhere(files: dict[str, str], folder: Path) -> dict[str, list[Any]]:
    """Each exported file's numbers, the lines it printed and the type it drew, from a process far from here."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-c", RUNNER]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    return {name: rest for name, *rest in map(json.loads, ran.stdout.splitlines())}


def test_exports_give_the_same_numbers_elsewhere(program: Program, tmp_path: Path) -> None:
    main = program(main=LESSON)
    page = ("Title", "Question?", main.experiment, main.Settings(learning_rate=0.1, epochs=1))
    files = {"own.py": script(*page, prefix=HOME)}
    files["own.ipynb"] = notebook(*page, "It fell.", [main.draw], prefix=HOME)
    ran = elsewhere(files, tmp_path / "elsewhere")
    for name in files:
        found, said, drawn = ran[name]
        assert found == pytest.approx(main.experiment(page[-1]).numbers(), nan_ok=True), name
        assert said[: len(found)] == [f"{key}: {value}" for key, value in found.items()]
        assert drawn == ("Figure" if name == "own.ipynb" else None)
    assert json.loads(ran["own.py"][1][-1]) == ran["own.py"][0]


def test_every_exhibits_notebook_holds_the_code_of_its_script() -> None:
    for slug, page in pages_of_part_one().items():
        plain, ours = notebook(*page, "Finding."), notebook(*page, "Finding.", charts_of(slug))
        charts = nbformat.reads(ours, as_version=nbformat.NO_CONVERT)
        nbformat.validate(charts)
        assert [cell.source for cell in charts.cells][-len(charts_of(slug)) :] == [
            f"{draw.__name__}(result)" for draw in charts_of(slug)
        ]
        text, document = script(*page), nbformat.reads(plain, as_version=nbformat.NO_CONVERT)
        nbformat.validate(document)
        imports, *code = (cell.source for cell in document.cells if cell.cell_type == "code")
        assert set(text.splitlines()) >= set(imports.splitlines())
        assert all(cell in text for cell in code), slug


def test_settings_keep_names_words_and_methods_but_no_controls(program: Program) -> None:
    main = program(main=LESSON)
    code = bundle([main.Settings], prefix=HOME)
    assert not [word for word in ("ladder", "Control", "RATE", "Learning rate", "metadata", "field(") if word in code]
    assert "'''What the page lets you choose.'''" in code
    assert "    learning_rate: float = 1.0\n    model: str = 'linear'  # of the two\n" in code
    assert "    size: int = 16  # no control\n" in code
    assert "    # The recipe stands for the settings.\n    @property" in code
    exported = run(code)["Settings"]
    assert repr(exported()) == repr(main.Settings())
    assert exported.__annotations__ == main.Settings.__annotations__
    assert repr(exported(epochs=3).recipe) == repr(main.Settings(epochs=3).recipe)
    with pytest.raises(AttributeError):
        exported().epochs = 3


def test_script_says_how_to_run_it_and_writes_every_setting(program: Program) -> None:
    main = program(main=LESSON)
    settings = main.Settings(model="relu")
    text = script('A "quoted"\\n """title"""', "Why?", main.experiment, settings, prefix=HOME)
    doc = ast.get_docstring(ast.parse(text), clean=False) or ""
    assert doc.startswith('A "quoted"\\n """title"""\n\nWhy?\n')
    assert "Licence: Apache-2.0" in doc
    needs = next(line for line in doc.splitlines() if line.startswith("It needs: "))
    for package in ("torch", "numpy", "mlxtend"):  # mlxtend is imported inside a function
        assert f"{package}=={version(package).partition('+')[0]}" in needs
    assert "streamlit" not in text
    written = (
        "settings = Settings(\n    learning_rate=1.0,\n    model='relu',\n    epochs=2,\n    shuffle=True,\n"
        "    size=16,\n)\nresult = experiment(settings)\n"
    )
    assert written in text


def test_notebook_is_valid_and_has_no_outputs(program: Program) -> None:
    main = program(main=LESSON)
    finding = "the :red[loss] **fell** by 0.3"
    text = notebook("T", "Q?", main.experiment, main.Settings(), finding, [main.draw], prefix=HOME)
    document = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(document)
    assert (document.nbformat, document.nbformat_minor) == (4, 5)
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[]] * 6
    assert code[0].source.startswith("import ")
    assert code[-1].source == "draw(result)"
    assert "def draw(result" in code[1].source
    prose = [cell.source for cell in document.cells if cell.cell_type == "markdown"]
    assert prose[0].startswith("# T\n\nQ?\n")
    assert "What the page found: the loss **fell** by 0.3" in prose
    short = notebook("T", "Q?", main.experiment, main.Settings(), finding, prefix=HOME)
    assert "draw" not in short


def test_shown_is_the_source_itself() -> None:
    text = shown([train, LinearKernel.gradient])
    assert text.startswith("def train(recipe: Recipe, digits: Digits")
    assert "\n\n\ndef gradient(self, rows" in text
    source = Path(ROOT, "core/nn/training.py").read_text("utf-8")
    first, second = text.split("\n\n\ndef gradient")
    assert first in source
    kernels = Path(ROOT, "core/nn/kernels.py").read_text("utf-8")
    assert textwrap.indent("def gradient" + second, "    ") in kernels


def test_code_is_read_by_one_thread_at_a_time_and_once_more_where_another_parse_came_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside, met, read, faults = set(), [], inspect.getsource, iter([True, False, True])

    def watched(function: Callable) -> str:
        met.append(len(inside))
        inside.add(threading.get_ident())
        try:
            source = read(function)
            threading.Event().wait(0.001)  # lets the others run
            if next(faults, False):
                raise SystemError("AST constructor recursion depth mismatch (before=69, after=64)")
            return source
        finally:
            inside.remove(threading.get_ident())

    classes = (Control, Claim, Bundle)
    alone = shown(classes)
    monkeypatch.setattr(inspect, "getsource", watched)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: shown(classes), range(16)))
    assert set(together) == {alone}
    assert set(met) == {0}
    assert len(met) > 16 * len(classes)  # two of them were read again
