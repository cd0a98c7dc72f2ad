"""Settings as widgets and as the page's address: every control is bound to the URL, and what comes in is checked."""

from typing import Any

import streamlit as st

from core.app.turns import give_way
from core.settings import Control, controls, parse

REFUSED = "refused parameters"

ONE_LINE = 50
"""Letters that fit in a line of the words' column; choices that need more are pills, which wrap."""


def check_link(settings: type[Any], page: str) -> None:
    """On the first run of a page, refuse what the URL brings and is not valid, with a visible note for each.

    It must run before the page's widgets exist: they then read the address themselves, by rules of their own. So a
    control whose parameter was refused is not bound to the address in this session.
    """
    if f"{page} checked" in st.session_state:
        return
    given = {name: st.query_params.get_all(name) for name in controls(settings) if name in st.query_params}
    for name, values in given.items():
        _, problems = parse(settings, {name: values})
        if problems:
            del st.query_params[name]
            st.session_state.setdefault(REFUSED, set()).add(name)
            st.session_state.setdefault(f"{page} problems", []).extend(problems)
    st.session_state[f"{page} checked"] = True


def link_problems(page: str) -> None:
    """Show what `check_link` refused, until the page is left."""
    for problem in st.session_state.get(f"{page} problems", []):
        st.warning(problem, icon=":material/link_off:")


def widget(name: str, control: Control, default: Any) -> Any:
    """The widget of one setting, bound to the URL under the setting's name."""
    bind = None if name in st.session_state.get(REFUSED, ()) else "query-params"
    common: dict[str, Any] = {"key": name, "help": control.help or None, "bind": bind}
    if control.kind == "integer":
        return st.slider(control.label, control.low, control.high, default, **common)
    if control.kind == "toggle":
        return st.toggle(control.label, default, **common)
    if control.kind == "text":
        return _written(control, st.text_input(control.label, default, max_chars=control.high, **common), default)
    if control.kind == "slider":
        return st.select_slider(control.label, control.options, default, format_func=control.text, **common)
    room = sum(len(name) + 5 for name in map(control.text, control.options))
    pick = st.segmented_control if room <= ONE_LINE else st.pills
    picked = pick(control.label, control.options, default=default, format_func=control.text, required=True, **common)
    return default if picked is None else picked


def _written(control: Control, value: str | None, default: str) -> str:
    """What somebody wrote, or the default where a link could not carry it."""
    try:
        return control.read(value or "")
    except ValueError:
        return default


def main_controls(settings: type[Any]) -> dict[str, Any]:
    """The widgets of the main settings; their values by name, defaults for those that are not shown now."""
    return _widgets(settings, {}, more=False)


def more_controls(settings: type[Any], chosen: dict[str, Any]) -> dict[str, Any]:
    """The secondary ones, behind "More settings"; `chosen` are the main ones' values."""
    if not any(control.more for control in controls(settings).values()):
        return {}
    with st.popover("More settings", icon=":material/tune:"):
        return _widgets(settings, chosen, more=True)


def _widgets(settings: type[Any], chosen: dict[str, Any], *, more: bool) -> dict[str, Any]:
    default = settings()
    values: dict[str, Any] = {}
    for name, control in controls(settings).items():
        if control.more == more:
            shown = control.shown(default, chosen | values)
            give_way()
            values[name] = widget(name, control, getattr(default, name)) if shown else getattr(default, name)
    return values


def assign(settings: type[Any], values: dict[str, Any] | None = None) -> None:
    """Callback: set the named controls to `values`, or with none all of them to their defaults."""
    default = settings()
    chosen = {name: getattr(default, name) for name in controls(settings)} if values is None else values
    for name, value in chosen.items():
        st.session_state[name] = value
