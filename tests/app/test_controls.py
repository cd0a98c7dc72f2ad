"""Controls and the address: every control moves, valid links open their settings, hostile ones do no harm."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.contents import Exhibit
from core.settings import Control, controls, parse, to_params
from tests.conftest import declaration, every_exhibit

OpenPage = Callable[..., AppTest]

GIVEN = {
    "not a number": "nan",
    "infinite": "inf",
    "beyond floats": "1e999",
    "beyond integers": "9" * 30,
    "negative": "-1",
    "empty": "",
    "no words": "\N{MOUNTAIN}\N{ZERO WIDTH JOINER}\N{RIGHT-TO-LEFT OVERRIDE}",
    "digits of another script": "\N{ARABIC-INDIC DIGIT THREE}",
    "spaces around": " 3 ",
    "a sign": "+3",
    "a fraction": "3.5",
    "an underscore": "1_0",
    "another case": "TRUE",
    "markup": "<script>alert(1)</script>",
    "markdown": "![x](https://example.invalid/x.png)",
    "a path": "../../etc/passwd",
    "null": "\0",
    "repeated": ["1", "2"],
    "repeated and the same": ["1", "1"],
}


def another(control: Control, value: Any) -> Any:
    """A value of the control other than `value`, and near it."""
    if control.kind == "toggle":
        return not value
    if control.kind == "integer":
        return value - 1 if value > control.low else value + 1
    if control.kind == "text":
        return value + "?"
    at = control.options.index(value)
    return control.options[at - 1 if at else 1]


def condition(settings: Any, control: Control) -> dict[str, Any]:
    """The other settings, in order, that must have some value for the control to be shown."""
    if control.when is None:
        return {}
    name, value = control.when
    above = condition(settings, controls(settings)[name])
    return above | {name: value[0] if isinstance(value, tuple) else value}


def widgets(app: AppTest, entry: Exhibit) -> dict[str, Any]:
    """The widgets of the exhibit's settings that are shown now, by name."""
    found = [
        w for kind in ("slider", "select_slider", "toggle", "button_group", "text_input") for w in getattr(app, kind)
    ]
    return {w.key: w for w in found if w.key in controls(declaration(entry).settings)}


def values(app: AppTest, entry: Exhibit) -> dict[str, Any]:
    """What the widgets of the exhibit's settings are set to."""
    return {name: widget.value for name, widget in widgets(app, entry).items()}


def defaults(entry: Exhibit) -> dict[str, Any]:
    """What they are set to when the page is opened without a link."""
    settings = declaration(entry).settings()
    shown = {name: c.shown(settings, vars(settings)) for name, c in controls(settings).items()}
    return {name: getattr(settings, name) for name in controls(settings) if shown[name]}


@every_exhibit
def test_every_control_moves_is_linked_and_reset(entry: Exhibit, open_page: OpenPage) -> None:
    app, settings = open_page(entry), declaration(entry).settings()
    for name, control in controls(settings).items():
        for needed, value in condition(settings, control).items():
            widgets(app, entry)[needed].set_value(value).run()
        value = another(control, values(app, entry)[name])
        widgets(app, entry)[name].set_value(value).run()
        assert not app.exception, name
        moved = values(app, entry)
        assert moved[name] == value

        linked = open_page(entry, **to_params(replace(settings, **moved)))
        assert not linked.exception, name
        assert not linked.warning
        assert values(linked, entry) == moved

        app.button(key="reset").click().run()
        assert values(app, entry) == defaults(entry)


@every_exhibit
@pytest.mark.parametrize("turn", range(3))
def test_a_hostile_link_falls_back_with_a_note(entry: Exhibit, turn: int, open_page: OpenPage) -> None:
    kind = declaration(entry).settings
    junk = list(GIVEN.values())
    raw = {name: junk[(i + 7 * turn) % len(junk)] for i, name in enumerate(controls(kind))}
    app = open_page(entry, **raw)
    assert not app.exception
    expected, problems = parse(
        kind, {name: [value] if isinstance(value, str) else value for name, value in raw.items()}
    )
    assert [warning.value for warning in app.warning] == problems
    assert problems
    assert all(len(problem) < 600 for problem in problems)  # they do not repeat what was given
    shown = values(app, entry)
    assert shown == {name: getattr(expected, name) for name in shown}


@every_exhibit
def test_a_link_of_100_kilobytes_falls_back_with_a_note(entry: Exhibit, open_page: OpenPage) -> None:
    first = next(iter(controls(declaration(entry).settings)))
    app = open_page(entry, **{first: "9" * 100_000})
    assert not app.exception
    assert values(app, entry) == defaults(entry)
    (note,) = [warning.value for warning in app.warning]
    assert len(note) < 1000  # it does not repeat what was given


@every_exhibit
def test_a_link_may_bring_what_no_setting_knows(entry: Exhibit, open_page: OpenPage) -> None:
    app = open_page(entry, utm_source="somewhere", __proto__="x")
    assert not app.exception
    assert not app.warning
    assert values(app, entry) == defaults(entry)
