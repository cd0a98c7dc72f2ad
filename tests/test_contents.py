"""The table of contents: every exhibit has its page, its prose and the claims it settles."""

import re
from pathlib import Path

import pytest

from core.claims import claims_of
from core.contents import CONTENTS, PARTS, Exhibit, exhibit, number
from core.prose import FOLDER, sections
from tests.conftest import ROOT, chosen, declaration, every_exhibit

WITHOUT_CLAIMS = {"loss-surface"}
"""Exhibits that show what the notes say nothing about."""


def test_slugs_titles_and_questions_are_unique() -> None:
    for name in ("slug", "title", "question"):
        assert len({getattr(entry, name) for entry in CONTENTS}) == len(CONTENTS)


def test_parts_are_in_order_and_all_known() -> None:
    parts = [entry.part for entry in CONTENTS]
    assert parts == sorted(parts)
    assert set(parts) <= set(PARTS)


def test_numbers_follow_the_reading_order() -> None:
    assert [number(entry) for entry in CONTENTS] == list(range(1, len(CONTENTS) + 1))


def test_an_exhibit_is_found_by_its_slug() -> None:
    assert [exhibit(entry.slug) for entry in CONTENTS] == list(CONTENTS)
    with pytest.raises(KeyError):
        exhibit("no-such-exhibit")


def test_every_page_file_is_an_exhibit_or_home() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py")}
    assert files == {entry.page for entry in CONTENTS} | {"pages/home.py", "pages/notes.py"}


def test_every_prose_file_belongs_to_a_page() -> None:
    assert {path.name for path in FOLDER.iterdir()} <= {entry.prose for entry in CONTENTS} | {"home.md", "notes.md"}


@every_exhibit
def test_slug_and_question_are_well_formed(entry: Exhibit) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", entry.slug)
    assert entry.question.endswith("?")
    assert len(entry.question) <= 80


@every_exhibit
def test_page_shows_the_exhibit_of_its_slug(entry: Exhibit) -> None:
    page = declaration(entry)
    assert page.slug == entry.slug
    assert page.view(chosen(page)).code_of(chosen(page))
    assert page.breaks
    assert len(page.prediction.options) >= 2
    assert page.prediction.question.endswith(("?", "…"))


@every_exhibit
def test_prose_has_its_sections(entry: Exhibit) -> None:
    text = sections(entry.prose)
    assert {"lead", "why", "measured"} <= set(text)
    assert all(text.values())
    assert len(text["lead"]) <= 240  # one or two short sentences


@every_exhibit
def test_claims_are_settled(entry: Exhibit) -> None:
    assert bool(claims_of(entry.slug)) == (entry.slug not in WITHOUT_CLAIMS)


@every_exhibit
def test_page_has_no_loops_and_no_formulas(entry: Exhibit) -> None:
    text = Path(ROOT / entry.page).read_text(encoding="utf-8")
    assert not re.search(r"^\s*(for|while) |\bdef ", text, re.MULTILINE)
