"""Every number of every exhibit, in random states, held against an oracle that shares no code with core.

A small sample runs with all other tests; `pytest --oracle-runs 2000 tests/oracle` is for a night.
"""

import ast
import importlib
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from core.contents import CONTENTS, Exhibit
from core.errors import UserError
from core.settings import Control, controls, to_params
from tests.conftest import chosen, declaration, every_exhibit

FIXED = {"view", "device", "digits", "pets", "tune", "deep"}
"""Settings that are not drawn: the view is given, minutes of training and what depends on the machine are left out."""

OWN = {"own", "mine", "drawing"}
"""Choices of something that a visitor has to bring."""


def room_of(entry: Exhibit) -> str:
    return entry.slug.replace("-", "_")


def values_of(control: Control) -> st.SearchStrategy[Any]:
    if control.kind == "integer":
        return st.integers(control.low, control.high)
    if control.kind == "toggle":
        return st.booleans()
    return st.sampled_from([option for option in control.options if option not in OWN])


def views_of(entry: Exhibit) -> list[Any]:
    declared = controls(declaration(entry).settings)
    return list(declared["view"].options) if "view" in declared else [None]


@st.composite
def states(draw: st.DrawFn, entry: Exhibit, view: Any) -> Any:
    """Settings of the view, as a visitor may choose them."""
    page = declaration(entry)
    declared = controls(page.settings)
    base = chosen(page, **{name: False for name in ("tune", "deep") if name in declared})
    change: dict[str, Any] = {} if view is None else {"view": view}
    for name, control in declared.items():
        if name not in FIXED and control.kind != "text" and control.shown(base, change):
            change[name] = draw(values_of(control))
    return replace(base, **change)


def oracle_of(entry: Exhibit) -> ModuleType:
    return importlib.import_module(f"tests.oracle.{room_of(entry)}")


def quick(entry: Exhibit, settings: Any) -> Any:
    """States that do not take long, in the place of some that do."""
    return getattr(oracle_of(entry), "quick", lambda chosen: chosen)(settings)


def measured(entry: Exhibit) -> set[str]:
    """Names of numbers that cannot be computed anew."""
    return set(getattr(oracle_of(entry), "MEASURED", {}))


def check(entry: Exhibit, settings: Any) -> None:
    """The page's numbers are the oracle's, all of them."""
    settings = quick(entry, settings)
    result = declaration(entry).view(settings).experiment(settings)
    numbers = {name: value for name, value in result.numbers().items() if name not in measured(entry)}
    expected = oracle_of(entry).expected(settings, result)
    assert set(expected) == set(numbers), "numbers without an oracle, or the other way round"
    wrong = {name: (value, expected[name]) for name, value in numbers.items() if not agree(value, expected[name])}
    assert wrong == {}


def agree(value: Any, expected: Any) -> bool:
    return bool(value == expected) or (value != value and expected != expected)


@every_exhibit
def test_the_numbers_of_random_states_are_the_oracles(entry: Exhibit, request: pytest.FixtureRequest) -> None:
    most = request.config.getoption("--oracle-runs")

    for view in views_of(entry):

        @runs(
            max_examples=most,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(settings=states(entry, view))
        def held(settings: Any) -> None:
            try:
                check(entry, settings)
            except UserError:
                return  # said in a sentence: there are no numbers
            except AssertionError as error:
                raise AssertionError(f"{entry.slug} {to_params(settings)}: {error}") from error

        held()


@every_exhibit
def test_an_oracle_shares_no_code_with_what_it_checks(entry: Exhibit) -> None:
    source = Path(__file__).with_name(f"{room_of(entry)}.py").read_text(encoding="utf-8")
    names = [
        node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert [name for name in names if name.startswith("core") and not name.startswith("core.data")] == []


def test_every_exhibit_has_an_oracle() -> None:
    assert [e.slug for e in CONTENTS if not Path(__file__).with_name(f"{room_of(e)}.py").exists()] == []
