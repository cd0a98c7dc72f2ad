"""What a sweep is about: chosen by widgets, brought by a link, or proposed by a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.app.resolve import resolve
from core.app.sweeping import sweep_of
from core.settings import Control
from core.sweep.comparing import written
from core.sweep.link import pack_setup, unpack_setup
from core.sweep.plan import (
    MOST_SEEDS,
    Axis,
    SetUp,
    distinct,
    fitting,
    has_seed,
    offered,
    some,
    sweepable,
    usual_axis,
    usual_number,
    values_of,
)

SWEEP, TAB = "sweep", "What if"  # the parameter's name, and the tab's
WRITTEN = "sweep, as it stands in the address"
SEEDS = 5  # at first
NOTHING = ""  # the choice of no control
PLACES = ("Change", "and with it")


@dataclass(frozen=True)
class Suggestion:
    """A sweep that a page proposes in its reading flow: what the button says of the result, and what it opens."""

    label: Callable[[Any], str]
    setup: SetUp


def check_sweep(settings: type[Any], slug: str) -> None:
    """On the first run of a page, take the set-up that its link brings, or say why not. It starts nothing."""
    if f"{slug} sweep" in st.session_state:
        return
    st.session_state[f"{slug} sweep"] = True
    given = st.query_params.get_all(SWEEP)
    if not given or given[-1] == st.session_state.get(WRITTEN):  # another page's, which was left
        return
    try:
        sweep_of(slug).setup = unpack_setup(given[-1], settings)
        st.session_state.setdefault("tab", TAB)
    except ValueError as problem:
        st.session_state.setdefault(f"{slug} problems", []).append(str(problem))
        del st.query_params[SWEEP]


def propose(slug: str, suggestion: Suggestion, result: Any) -> None:
    """A button in the reading flow that opens the tab, set up."""
    st.button(
        suggestion.label(result),
        icon=":material/casino:",
        on_click=_open_tab,
        args=(slug, suggestion.setup),
        key="propose-sweep",
    )


def _open_tab(slug: str, setup: SetUp) -> None:
    sweep = sweep_of(slug)
    sweep.stop()
    sweep.setup = setup
    for key in [key for key in st.session_state if str(key).startswith(_key(slug, ""))]:
        del st.session_state[key]
    st.session_state["tab"] = TAB


def in_address(setup: SetUp, settings: Any) -> None:
    """Let the address hold the set-up while the tab is open."""
    text = pack_setup(setup, type(settings))
    st.session_state[WRITTEN] = text
    if st.query_params.get_all(SWEEP) != [text]:
        st.query_params[SWEEP] = text


def out_of_address() -> None:
    """The tab is closed: the address is the page's alone."""
    if SWEEP in st.query_params:
        del st.query_params[SWEEP]


def ask(slug: str, settings: Any, names: list[str], setup: SetUp | None) -> SetUp:
    """The set-up's widgets, which begin with `setup` as far as it fits what is in view."""
    known = choosable(settings)
    axes = usual_axis(settings) if setup is None else fitting(setup.axes, settings)
    if setup and setup.number not in names:
        st.warning(
            f"This page has no number {setup.number!r} now, so another one is looked at.", icon=":material/link_off:"
        )
    number = setup.number if setup and setup.number in names else usual_number(names)
    chosen: list[Axis] = []
    with st.container(horizontal=True, vertical_alignment="top"):
        for place, label in enumerate(PLACES):
            if place > len(chosen):
                break
            axis = _ask_axis(slug, settings, known, place, label, axes, [name for name, _ in chosen])
            chosen += [axis] if axis else []
    with st.container(horizontal=True, vertical_alignment="top"):
        number = _select("Look at", names, number, _key(slug, "number"), str)
        seeds = setup.seeds if setup else SEEDS
        if has_seed(settings):
            key = _key(slug, "seeds")
            st.session_state.setdefault(key, seeds)
            seeds = st.slider("Seeds for each", 1, MOST_SEEDS, key=key)
    return SetUp(number=number, seeds=seeds if has_seed(settings) else 1, axes=tuple(chosen))


def _ask_axis(
    slug: str,
    settings: Any,
    known: Mapping[str, Control],
    place: int,
    label: str,
    axes: Sequence[Axis],
    taken: Sequence[str],
) -> Axis | None:
    """One control and its values; None for none."""
    options = [NOTHING, *(name for name in known if name not in taken)]
    usual = axes[place][0] if place < len(axes) and axes[place][0] in options else NOTHING
    none = "nothing but the seed" if place == 0 and has_seed(settings) else "nothing"

    labels = distinct({name: control.label for name, control in known.items()})

    def text(name: str) -> str:
        return labels[name] if name else none

    with st.container(width=360):
        name = _select(label, options, usual, _key(slug, f"axis {place}"), text)
        if not name:
            return None
        here = _values_here(settings, name, known[name])
        wanted = [value for value in dict(axes).get(name, ()) if value in here] or list(some(here))
        key = _key(slug, f"values {name}")
        values = offered(here, [*wanted, *st.session_state.get(key, [])])
        st.session_state[key] = [value for value in st.session_state.get(key, wanted) if value in values]
        label = f"Values of {known[name].label}"
        picked = st.pills(
            label, values, selection_mode="multi", key=key, format_func=lambda value: written(known[name], value)
        )
    in_order = tuple(value for value in values if value in picked)
    return (name, in_order) if in_order else None


def _select(label: str, options: list[str], usual: str, key: str, text: Any) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = usual
    return st.selectbox(label, options, key=key, format_func=text)


def choosable(settings: Any) -> dict[str, Control]:
    """The controls that a sweep can go through on this machine: those with two values or more."""
    return {
        name: control for name, control in sweepable(settings).items() if len(_values_here(settings, name, control)) > 1
    }


def _values_here(settings: Any, name: str, control: Control) -> list[Any]:
    return [value for value in values_of(control) if _here(settings, name, value)]


def _here(settings: Any, name: str, value: Any) -> bool:
    """Whether that value is itself on this machine: digits or pictures that are not here would stand for others."""
    if name not in ("digits", "pets"):
        return True
    made, _ = resolve(replace(settings, **{name: value}))
    return getattr(made, name) == value


def _key(slug: str, name: str) -> str:
    return f"{slug} sweep {name}"
