"""What a bundle holds: all that is used, nothing else, in an order that runs; and what it refuses."""

import ast
from collections.abc import Callable
from types import ModuleType

import pytest

from core.bundle import ExportError
from core.export import bundle, script
from core.nn.models import HIDDEN
from core.nn.training import train
from tests.programs import HOME, LESSON, run

Program = Callable[..., ModuleType]


def test_training_is_bundled_whole_and_nothing_else() -> None:
    code = bundle([train])
    names = [node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(names) == len(set(names))
    assert {"Digits", "Recipe", "Run", "LinearKernel", "ReluKernel", "init_params", "kept_steps"} <= set(names)
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
        script("T", "Q?", main.experiment, main.Settings(size=object()), prefix=HOME)


def test_a_definition_may_not_take_the_name_of_the_files_own_variables(program: Program) -> None:
    main = program(main=LESSON + "\n    def result(): ...\n    def other(settings): return result()\n")
    with pytest.raises(ExportError, match="called result"):
        script("T", "Q?", main.other, main.Settings(), prefix=HOME)
