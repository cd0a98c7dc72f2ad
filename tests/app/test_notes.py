"""The notes page: every claim with its verdict, and links only to states that exist."""

from collections import Counter

import pytest
from streamlit.testing.v1 import AppTest

from core.claims import VERDICTS, Claim, claims
from core.contents import CONTENTS, exhibit
from core.settings import controls, parse
from tests.conftest import ROOT, declaration

BUILT = {entry.slug for entry in CONTENTS}


@pytest.fixture
def notes() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    return app.switch_page("pages/notes.py").run()


def test_every_claim_is_there_with_a_way_to_its_proof(notes: AppTest) -> None:
    assert not notes.exception
    texts = [text.value for text in notes.markdown]
    assert [claim.number for claim in claims() if not any(claim.truth in text for text in texts)] == []
    assert len(notes.get("page_link")) == len(claims())


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_filter_shows_one_verdict(verdict: str, notes: AppTest) -> None:
    notes.get_by_key("verdict").set_value(verdict).run()
    shown = sum(f"{VERDICTS[verdict].mark} {VERDICTS[verdict].words}" in text.value for text in notes.markdown)
    assert shown == Counter(claim.verdict for claim in claims())[verdict]


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: str(claim.number))
def test_a_claims_exhibits_exist_and_its_state_does(claim: Claim) -> None:
    assert set(claim.exhibits) <= BUILT
    settings = declaration(exhibit(claim.exhibits[0])).settings
    opened, problems = parse(settings, {name: [value] for name, value in claim.opens})
    assert problems == []
    shown = {name for name, control in controls(settings).items() if control.shown(settings(), vars(opened))}
    assert {name for name, _ in claim.opens} <= shown
