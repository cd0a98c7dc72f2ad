"""The Code tab tells the truth: what it shows ran, and what took the step, the loss or the surface is shown.

A view's experiment is run once more with nothing kept from before, and Python itself tells which functions ran.
"""

import inspect
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

from core.app.frame import ExhibitPage
from core.contents import Exhibit
from core.data.pictures import chelsea
from core.data.shelf import Shelf
from core.settings import controls, to_params
from core.view import View, functions_of
from tests.conftest import ROOT, chosen, declaration, every_exhibit

ROOMS = (str(ROOT / "core" / "exhibits"), str(ROOT / "core" / "nn"))

TAKES = re.compile(r"(?:^|_)(?:step|descend|train|training|loss|losses|gradient|gradients|slope|slopes|surface|fit)$")
"""Names of functions that take the step, the loss or the surface."""

LONG = {"tune": False, "deep": False}
"""Trainings of minutes, which only a visitor starts; their code is the same without them."""

MADE: dict[str, Any] = {
    "neural-net": [[280, 180, 720, 180, 560, 500, 430, 850]],
    "pet-classifier": chelsea().read_bytes(),
}
"""What a visitor makes that is no setting, by page: a seven, drawn in one stroke; a picture of a cat."""


def settings_of_views(entry: Exhibit) -> list[Any]:
    """The default settings of every view, and beside them each choice within it, which may decide what runs."""
    page = declaration(entry)
    declared = controls(page.settings)
    base = chosen(page, **{name: value for name, value in LONG.items() if name in declared})
    views = declared["view"].options if "view" in declared else (None,)
    found = []
    for view in views:
        settings = base if view is None else replace(base, view=view)
        found.append(settings)
        for name, control in declared.items():
            if name in ("view", "pets", "digits", "device", *LONG) or control.kind not in ("choice", "toggle"):
                continue
            if control.when is None or control.when[0] != "view" or not control.shown(page.settings(), {"view": view}):
                continue
            options = (True, False) if control.kind == "toggle" else control.options
            found += [replace(settings, **{name: option}) for option in options if option != getattr(settings, name)]
    return found


@contextmanager
def traced() -> Iterator[set[CodeType]]:
    """The code of every function of the rooms and of core/nn that runs within, in any thread."""
    ran: set[CodeType] = set()

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            ran.add(frame.f_code)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield ran
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def forget() -> None:
    """Forget what functions of the program have kept from earlier calls."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("core.exhibits", "core.nn")):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
                elif isinstance(value, Shelf):
                    value.of.clear()


def codes_of(function: Callable[..., Any]) -> set[CodeType]:
    """The code of a function, of the one that a cache wraps, or of all methods of a class."""
    if inspect.isclass(function):
        return {method.__code__ for method in vars(function).values() if isinstance(method, FunctionType)}
    return {inspect.unwrap(function).__code__}


def name_of(code: CodeType) -> str:
    return f"{code.co_filename.removeprefix(str(ROOT))}:{code.co_qualname}"


def complaints(view: View, settings: Any, join: Callable[[Any], Any] = lambda result: result) -> list[str]:
    """What the Code tab of these settings gets wrong; `join` puts into the result what a visitor made."""
    forget()
    with traced() as ran:
        join(view.experiment(settings))
    ours = {code for code in ran if code.co_filename.startswith(ROOMS)}
    code = view.code_of(settings)
    shown = set().union(*(codes_of(function) for function in functions_of(code)))
    idle = [function for function in functions_of(code, plain=False) if not codes_of(function) & ours]
    hidden = [each for each in ours - shown if TAKES.search(each.co_name) and not within(each, shown)]
    return [f"{function.__qualname__} is shown, but did not run" for function in idle] + [
        f"{name_of(each)} ran, and is not shown" for each in hidden
    ]


def joining(page: ExhibitPage, settings: Any) -> Callable[[Any], Any]:
    """What puts a visitor's own into a result of these settings, or leaves the result as it is."""
    own = page.own
    if own and own.wanted(settings) and page.slug in MADE:
        return lambda result: own.join(result, MADE[page.slug])
    return lambda result: result


@every_exhibit
def test_the_code_shown_is_the_code_that_ran(entry: Exhibit) -> None:
    page = declaration(entry)
    cases = {(id(page.view(s)), tuple(functions_of(page.view(s).code_of(s)))): s for s in settings_of_views(entry)}
    wrong = {str(to_params(s)): complaints(page.view(s), s, joining(page, s)) for s in cases.values()}
    assert {state: words for state, words in wrong.items() if words} == {}


def within(code: CodeType, shown: set[CodeType]) -> bool:
    """Whether it is a function defined in one that is shown, so that its source stands there too."""
    return any(
        code in parent.co_consts or any(within(code, {c}) for c in parent.co_consts if isinstance(c, CodeType))
        for parent in shown
    )
