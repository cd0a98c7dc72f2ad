"""The shelf: runs that a visitor keeps, for each exhibit, in the session and in the address.

Settings travel, results are computed or found again. Runs on one's own pictures stay in the session: they enter no
address.
"""

from typing import Any

import streamlit as st

from core.app.private import private
from core.sweep.link import MOST_KEPT, Kept, checked_name, pack_kept, unpack_kept

KEPT = "kept"  # the parameter's name
SHELVES = "shelves"
SAID = "what the shelf says"  # once, after a button was pressed
WRITTEN = "kept, as it stands in the address"


def shelf(slug: str) -> list[Kept]:
    """This session's kept runs of that exhibit, oldest first."""
    return st.session_state.setdefault(SHELVES, {}).setdefault(slug, [])


def check_kept(settings: type[Any], slug: str) -> None:
    """On the first run of a page, put the link's kept runs on the shelf, with a visible note for each refused one."""
    if f"{slug} shelf" in st.session_state:
        return
    st.session_state[f"{slug} shelf"] = True
    given = st.query_params.get_all(KEPT)
    if not given or given[-1] == st.session_state.get(WRITTEN):  # another page's, which was left
        return
    runs, problems = unpack_kept(given[-1], settings)
    shelf(slug).extend(run for run in runs if not private(run.settings))
    st.session_state.setdefault(f"{slug} problems", []).extend(problems)
    if runs:
        st.session_state.setdefault("tab", "Compare")


def in_address(slug: str) -> None:
    """Let the address say what is kept, where it does not yet."""
    text = packed(slug)
    st.session_state[WRITTEN] = text
    if st.query_params.get_all(KEPT) == ([text] if text else []):
        return
    if text:
        st.query_params[KEPT] = text
    else:
        del st.query_params[KEPT]


def packed(slug: str) -> str:
    """The kept runs as a link carries them."""
    return pack_kept([run for run in shelf(slug) if not private(run.settings)])


def keep_button(slug: str, settings: Any) -> None:
    """Put the present run on the shelf."""
    if said := st.session_state.pop(SAID, None):
        st.toast(said)
    runs = shelf(slug)
    there = any(run.settings == settings for run in runs)
    full = len(runs) >= MOST_KEPT
    st.button(
        "Kept" if there else "Keep",
        icon=":material/bookmark_added:" if there else ":material/bookmark_add:",
        help=_help(there, full),
        disabled=there or full,
        on_click=keep,
        args=(slug, settings),
        key="keep",
    )


def _help(there: bool, full: bool) -> str:
    if there:
        return "This run is on your shelf: see the tab Compare."
    if full:
        return f"Your shelf holds {MOST_KEPT} runs: remove one in the tab Compare."
    return "Put this run on a shelf, then change something and keep that too: the tab Compare shows them together."


def keep(slug: str, settings: Any) -> None:
    """Callback: put this run on the shelf."""
    runs = shelf(slug)
    if len(runs) < MOST_KEPT and settings not in [run.settings for run in runs]:
        runs.append(Kept(settings))
        st.session_state[SAID] = f"Kept: {len(runs)} of at most {MOST_KEPT}. The tab Compare shows them together."


def remove(slug: str, settings: Any) -> None:
    """Callback: take that run from the shelf."""
    runs = shelf(slug)
    runs[:] = [run for run in runs if run.settings != settings]


def rename(slug: str, settings: Any, key: str) -> None:
    """Callback: give that run the name that was written; one that cannot be shown is not taken."""
    try:
        name = checked_name(st.session_state.get(key) or "")
    except ValueError as problem:
        st.session_state[SAID] = f"That name was not taken: {problem}."
        return
    runs = shelf(slug)
    runs[:] = [Kept(run.settings, name) if run.settings == settings else run for run in runs]
