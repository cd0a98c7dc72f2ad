"""What leaves the repository runs alone and gives the same numbers."""

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

import core.lesson
from core.bundle import ExportError
from core.export import bundle, notebook, script, shown
from core.lesson.models import HIDDEN
from core.lesson.training import _Linear, train

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

LESSON = """
    import numpy as np

    from dataclasses import dataclass

    from core.data.digits import load
    from core.lesson.training import Recipe, Run, train
    from core.settings import choice, integer, ladder, toggle

    RATE = 1.0

    @dataclass(frozen=True)
    class Settings:
        '''What the page lets you choose.'''

        learning_rate: float = ladder(RATE, (0.01, 0.1, 1.0, 10.0), "Learning rate")
        model: str = choice(
            "linear",
            {"linear": "linear – 785", "relu": "ReLU"},  # the last two
            "Model",
        )  # of the two
        epochs: int = integer(2, 1, 40, "Epochs")
        shuffle: bool = toggle(True, "Shuffle")
        size: int = 16  # no control

        # The recipe stands for the settings.
        @property
        def recipe(self) -> Recipe:
            '''What is trained.'''
            return Recipe(self.model, "randn", self.learning_rate, self.epochs, self.size, self.shuffle)

    def experiment(settings: Settings) -> Run:
        return train(settings.recipe, load("built-in"))

    def numbers(result: Run) -> dict[str, float | int | str | bool]:
        return {
            "loss": float(np.mean(result.losses)),
            "accuracy": float(result.valid_accuracy[-1]),
            "steps": result.steps,
            "model": result.recipe.model,
            "diverged": result.diverged_at is not None,
        }

    def draw(result: Run):
        import plotly.graph_objects as go

        return go.Figure(go.Scatter(y=result.valid_loss))
"""
HOME = ("core.", "prog.")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """Makes a package `prog` of the modules given by name and source, and returns its module `main`."""

    def make(**sources: str) -> ModuleType:
        folder = tmp_path / "prog"
        folder.mkdir()
        for name, source in {"__init__": "", **sources}.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return importlib.import_module("prog.main")

    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == "prog"]:
        del sys.modules[name]


def run(code: str) -> dict[str, Any]:
    """The names that `code` defines, after a look that nothing of the program is imported."""
    imported = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert not [n for n in imported if ast.unparse(n).split()[1].split(".")[0] in ("core", "prog")]
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(compile(code, "exported", "exec"), scope)
    return scope


def exhibits() -> list[ModuleType]:
    names = [m.name for m in pkgutil.iter_modules(core.lesson.__path__, "core.lesson.")]
    modules = [importlib.import_module(name) for name in names]
    return [m for m in modules if all(hasattr(m, part) for part in ("Settings", "experiment", "numbers"))]


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
    pages = {m.__name__: ("Title", "Question?", m.experiment, m.numbers, m.Settings()) for m in exhibits()}
    assert pages
    pages["own"] = ("Title", "Question?", main.experiment, main.numbers, main.Settings(learning_rate=0.1, epochs=1))
    files = {f"{name}.py": script(*page, prefix=HOME) for name, page in pages.items()}
    files["own.ipynb"] = notebook(*pages["own"], "It fell.", main.draw, prefix=HOME)
    ran = elsewhere(files, tmp_path / "elsewhere")
    for name in files:
        _, _, experiment, numbers, settings = pages[name.rpartition(".")[0]]
        found, said, drawn = ran[name]
        assert found == pytest.approx(numbers(experiment(settings)), nan_ok=True), name
        assert said[: len(found)] == [f"{key}: {value}" for key, value in found.items()]
        assert drawn == ("Figure" if name == "own.ipynb" else None)
    assert json.loads(ran["own.py"][1][-1]) == ran["own.py"][0]


def test_every_exhibits_notebook_holds_the_code_of_its_script() -> None:
    for module in exhibits():
        page = ("Title", "Question?", module.experiment, module.numbers, module.Settings())
        text, document = script(*page), nbformat.reads(notebook(*page, "Finding."), as_version=nbformat.NO_CONVERT)
        nbformat.validate(document)
        imports, *code = (cell.source for cell in document.cells if cell.cell_type == "code")
        assert set(text.splitlines()) >= set(imports.splitlines())
        assert all(cell in text for cell in code), module.__name__


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
    text = script('A "quoted"\\n """title"""', "Why?", main.experiment, main.numbers, settings, prefix=HOME)
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
    text = notebook("T", "Q?", main.experiment, main.numbers, main.Settings(), finding, main.draw, prefix=HOME)
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
    short = notebook("T", "Q?", main.experiment, main.numbers, main.Settings(), finding, prefix=HOME)
    assert "draw" not in short


def test_training_is_bundled_whole_and_nothing_else() -> None:
    code = bundle([train])
    names = [node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(names) == len(set(names))
    assert {"Digits", "Recipe", "Run", "_Linear", "_Relu", "init_params", "kept_steps"} <= set(names)
    assert not {"gradient_at", "gradients", "logit_gradient"} & set(names)  # which `train` does not reach
    assert '"""Most instants that are kept of a run' in code
    assert run(code)["HIDDEN"] == HIDDEN


def test_order_is_that_of_the_source_and_of_what_is_needed(program: Program) -> None:
    main = program(
        base="""
            from functools import wraps

            def twice(function):
                return wraps(function)(lambda *args: 2 * function(*args))

            class Base:
                def again(self):
                    from prog.main import Child  # a circle, closed only when called

                    return Child().value()
        """,
        main="""
            from functools import lru_cache

            from prog.base import Base, twice

            ONE, TWO = 1, 2
            # A table.
            TABLE = {ONE: TWO}
            '''What the table is for.'''
            TABLE |= {TWO: ONE}
            UNUSED = 5

            @twice
            def start(x=TABLE[ONE]):  # a default needs the table
                return helper(x)

            @lru_cache(maxsize=None)
            def helper(x):
                return x if x > 10 else start(x + 10)

            class Child(Base):
                def value(self):
                    return start() + TABLE[TWO]
        """,
    )
    code = bundle([main.start, main.Child], prefix="prog.")
    scope = run(code)
    assert scope["start"]() == main.start() == 2 * 2 * 12
    assert scope["Child"]().again() == main.Child().again() == 49
    assert "# A table.\nTABLE = {ONE: TWO}\n'''What the table is for.'''\nTABLE |= {TWO: ONE}\n" in code
    assert "UNUSED" not in code
    assert code.count("def twice") == code.count("ONE, TWO = 1, 2") == 1
    assert run(bundle([main.Base], prefix="prog."))["Base"]().again() == 49  # the circle, entered at its other side


def test_imports_are_merged_sorted_and_only_those_used(program: Program) -> None:
    main = program(
        other="""
            import math
            from collections.abc import Mapping, Iterable
            import numpy as np

            def g(x: Iterable):
                return np.array([math.sqrt(y) for y in x])
        """,
        main="""
            from __future__ import annotations
            from collections.abc import Callable
            import importlib.metadata
            import importlib.util
            import json, sys
            import numpy as np
            from prog.other import g

            def f(call: Callable) -> np.ndarray:
                return g([len(importlib.metadata.version('numpy'))])
        """,
    )
    head = bundle([main.f], prefix="prog.").split("def g")[0]
    assert [line for line in head.splitlines() if line] == [
        "from __future__ import annotations",
        "import importlib.metadata",
        "import importlib.util",
        "import math",
        "from collections.abc import Callable, Iterable",
        "import numpy as np",
    ]
    assert head.count("\n\n") == 3


@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
def test_annotations_bring_their_classes(program: Program, future: str) -> None:
    main = program(
        data="class Digits: ...\nclass More: ...\nclass Third: ...\ndef linear(): ...\n",
        main=future + "from typing import TYPE_CHECKING, Literal\nfrom prog.data import Digits, linear\n"
        "if TYPE_CHECKING:\n    from prog.data import More, Third\n"
        'def f(d: Digits, m: "list[More]", kind: Literal["linear"]) -> "Third | None":\n    return None\n',
    )
    code = bundle([main.f], prefix="prog.")
    assert {"Digits", "More", "Third"} <= run(code).keys()
    assert "def linear" not in code
    assert ("__future__" in code) == bool(future)


def test_imports_within_functions_are_followed_and_taken_out(program: Program) -> None:
    main = program(
        data="def load():\n    return 3\ndef spare():\n    return 4\n",
        main="""
            def f(x):
                '''Doc.'''
                from prog.data import (
                    load,
                )

                import math  # stays

                if x:
                    from .data import spare
                return load() + math.floor(spare())
        """,
    )
    code = bundle([main.f], prefix="prog.")
    assert run(code)["f"](True) == 7
    assert "import math  # stays" in code
    assert "    if x:\n        pass\n" in code


def test_names_of_locals_bring_nothing(program: Program) -> None:
    main = program(
        main="""
            def size(): ...
            def count(): ...
            def rows(): ...
            def used(): return 1

            class Table:
                rows: int = used()

                def count(self):
                    size = self.rows
                    return [count for count in range(size)]
        """
    )
    code = bundle([main.Table], prefix="prog.")
    assert run(code)["Table"]().count() == [0]
    assert [n.name for n in ast.parse(code).body] == ["used", "Table"]


def test_what_a_module_passes_on_is_found_where_it_is_made(program: Program) -> None:
    main = program(
        made="import math\nLIMIT = 7\ndef f():\n    return math.floor(LIMIT)\n",
        passed="from prog.made import f\nfrom fractions import Fraction\n",
        main="from prog.passed import Fraction, f\ndef g():\n    return Fraction(f(), 2)\n",
    )
    assert run(bundle([main.g], prefix="prog."))["g"]() == 3.5


@pytest.mark.parametrize(
    ("other", "main", "message"),
    [
        ("def helper(): ...\ndef g(): helper()", "def helper(): ...\ndef f(): g(), helper()", "called helper"),
        ("import numpy as np\ndef g(): np", "import torch as np\ndef f(): g(), np", "called np"),
        ("def g(): return sum", "def sum(): ...\ndef f(): g(), sum()", "called sum"),
    ],
)
def test_two_things_of_one_name_are_refused(program: Program, other: str, main: str, message: str) -> None:
    module = program(other=other, main=f"from prog.other import g\n{main}")
    with pytest.raises(ExportError, match=message):
        bundle([module.f], prefix="prog.")


@pytest.mark.parametrize(
    ("main", "message"),
    [
        ("from pathlib import Path\nHERE = Path(__file__)\ndef f(): return HERE", "main.HERE reads files"),
        ("from prog import other\ndef f(): other.g()", "prog.other or renames"),
        ("from prog.other import g as h\ndef f(): h()", "renames"),
        ("from math import *\ndef f(): return cos(0)", "imports \\*"),
        ("f = lambda: 1", "lambda"),
        ("def made():\n    def f(): ...\n    return f\nf = made()", "by name"),
        ("from math import floor as f", "floor"),
    ],
)
def test_what_cannot_leave_is_refused_in_a_sentence(program: Program, main: str, message: str) -> None:
    module = program(other="def g(): ...", main=main)
    with pytest.raises(ExportError, match=message):
        bundle([module.f], prefix="prog.")


def test_a_setting_without_source_is_refused(program: Program) -> None:
    main = program(main=LESSON)
    with pytest.raises(ExportError, match="cannot be written"):
        script("T", "Q?", main.experiment, main.numbers, main.Settings(size=object()), prefix=HOME)


def test_a_definition_may_not_take_the_name_of_the_files_own_variables(program: Program) -> None:
    main = program(main=LESSON + "\n    def result(): ...\n    def other(settings): return result()\n")
    with pytest.raises(ExportError, match="called result"):
        script("T", "Q?", main.other, main.numbers, main.Settings(), prefix=HOME)


def test_shown_is_the_source_itself() -> None:
    text = shown([train, _Linear.gradient])
    assert text.startswith("def train(recipe: Recipe, digits: Digits")
    assert "\n\n\ndef gradient(self, rows" in text
    source = Path(core.lesson.__path__[0], "training.py").read_text("utf-8")
    first, second = text.split("\n\n\ndef gradient")
    assert first in source
    assert textwrap.indent("def gradient" + second, "    ") in source
