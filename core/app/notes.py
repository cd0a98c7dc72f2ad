"""The student's notes, line by line: each claim with its verdict, what is true, and the way to its proof."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from core.app.start import through_the_front_door
from core.claims import VERDICTS, Claim, claims
from core.contents import exhibit
from core.prose import sections


def show() -> None:
    """Draw the page: a filter by verdict, and the claims in the order of the notes."""
    through_the_front_door()
    st.header("What did the notes get right?", anchor=False)
    st.markdown(sections("notes.md")["lead"])
    _list()


@st.fragment
def _list() -> None:
    counts = Counter(claim.verdict for claim in claims())
    verdict = st.segmented_control(
        "Show",
        ["all", *VERDICTS],
        default="all",
        required=True,
        format_func=lambda v: f"all {len(claims())}" if v == "all" else f"{VERDICTS[v].mark} {counts[v]} {SHORT[v]}",
        key="verdict",
        bind="query-params",
    )
    chosen = [claim for claim in claims() if verdict in ("all", None, claim.verdict)]
    left, right = st.columns(2, gap="medium")
    half = -(-len(chosen) // 2)
    for column, some in ((left, chosen[:half]), (right, chosen[half:])):
        with column:
            _column(some)


SHORT = {"right": "right", "imprecise": "nearly right", "wrong": "mistaken", "question": "open", "opinion": "opinion"}


def _column(some: Sequence[Claim]) -> None:
    for claim in some:
        with st.container(border=True):
            st.markdown(claim.markdown(f" :gray[{claim.number}]"))
            _proof(claim)


def _proof(claim: Claim) -> None:
    """The link to the exhibit in the state that proves the claim."""
    entry = exhibit(claim.exhibits[0])
    st.page_link(
        entry.page, label=f"See it: {entry.title}", icon=":material/arrow_forward:", query_params=dict(claim.opens)
    )
