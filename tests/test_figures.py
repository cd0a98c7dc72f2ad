"""Every figure of every text is computed in a state, attributed to where it comes from, or a definition."""

import json
import math
import re
import tomllib
from functools import cache
from typing import Any

import pytest

from core.claims import claims, templates
from core.contents import CONTENTS, Exhibit
from core.figures import FIGURES_FILE, MARK, Mark, Value, filled, format_value, marks, read_mark
from core.prose import texts_of
from core.settings import controls
from tests.conftest import ROOT, declaration, every_exhibit
from tests.figures import Text, computed, texts

DEFINITIONS = tomllib.loads((ROOT / "assets" / "definitions.toml").read_text(encoding="utf-8"))
"""Numbers that are so by definition, and what each of them is."""

SOURCES = {
    "book": r"\bbook\b|\bnotebook|chapter",
    "fastai": r"fastai|fastcore|\bdata set\b|\bbook\b",
}
"""What facts from elsewhere may rest on, and the words by which a sentence says so."""

NUMERAL = re.compile(r"(?<![\w.])(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:[eE][−-]?\d+)?(?:[×x]\d+)*%?")
NAMES = re.compile(r"[Cc]hapters? \d+(?: and \d+)?|[Ll]esson \d+|[Pp]art \d")

TEXTS = {text.name: text for text in texts()}
SENTENCE = re.compile(r"(?<=[.?!…:;])\s+|\n\n")


def numerals(text: str) -> list[str]:
    """The numerals of a text that are not marked. Code is code; a formula may hold small whole numbers."""
    text = MARK.sub("", text)
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    text = re.sub(r"https?://\S+|\]\([^)]*\)", "", text)
    text = re.sub(r"\$\$?([^$]*)\$\$?", lambda formula: re.sub(r"(?<![\d.])\d(?![\d.])", "", formula[1]), text)
    return NUMERAL.findall(NAMES.sub("", text))


def last_place(value: float, how: str) -> float:
    """What one unit in the last printed digit of a number is worth."""
    shown = format_value(value, how).replace("−", "-").replace(",", "")
    percent, shown = shown.endswith("%"), shown.rstrip("%")
    mantissa, _, exponent = shown.partition("e")
    digits = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - digits - (2 if percent else 0))


def as_printed(now: Value, then: Value, how: str) -> bool:
    """Whether a number is what the file says, to one unit in its last printed digit."""
    if isinstance(now, str | bool) or isinstance(then, str | bool) or now == then:
        return now == then
    if not (math.isfinite(now) and math.isfinite(then)):
        return math.isnan(now) and math.isnan(then)
    return abs(now - then) <= 1.01 * last_place(then, how)


@cache
def kept() -> dict[str, Any]:
    return json.loads(FIGURES_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if text.wanted()])
def test_the_file_of_figures_is_what_the_states_show(name: str) -> None:
    text: Text = TEXTS[name]
    now = computed(text)
    for mark in text.wanted():
        value, then = now[mark.state][mark.name], kept()[name][mark.state][mark.name]
        assert as_printed(value, then, mark.format), f"{mark.name}: run python -m tests.figures"


def test_the_file_holds_no_figure_that_no_text_names() -> None:
    wanted = {
        (text.name, state, mark.name) for text in TEXTS.values() for mark in text.wanted() for state in (mark.state,)
    }
    assert {(name, state, n) for name, by in kept().items() for state, ns in by.items() for n in ns} == wanted


@pytest.mark.parametrize("name", TEXTS)
def test_no_figure_of_a_text_is_typed(name: str) -> None:
    assert numerals(TEXTS[name].text) == []


@pytest.mark.parametrize("name", TEXTS)
def test_definitions_are_definitions(name: str) -> None:
    strange = [m.figure for m in marks(TEXTS[name].text) if m.kind == "definition" and m.figure not in DEFINITIONS]
    assert strange == [], "write what it defines into assets/definitions.toml, or let it be computed"


@pytest.mark.parametrize("name", ["home.md", "notes.md"])
def test_pages_beside_the_exhibits_hold_nothing_but_definitions(name: str) -> None:
    text = "\n".join(texts_of(name).values())
    assert numerals(text) == []
    assert [mark.figure for mark in marks(text) if mark.figure not in DEFINITIONS] == []


@pytest.mark.parametrize("name", TEXTS)
def test_facts_from_elsewhere_say_from_where(name: str) -> None:
    for sentence in SENTENCE.split(TEXTS[name].text):
        for mark in marks(sentence):
            if mark.kind == "fact":
                assert re.search(SOURCES[mark.source], MARK.sub("", sentence)), sentence


@pytest.mark.parametrize("claim", templates(), ids=lambda claim: str(claim.number))
def test_a_claim_with_figures_pins_its_digits(claim: Any) -> None:
    page = declaration(next(entry for entry in CONTENTS if entry.slug == claim.exhibits[0]))
    pinned = {"digits", "pets"} & set(controls(page.settings))
    if any(mark.kind == "computed" for mark in marks(claim.truth)):
        assert pinned <= {name for name, _ in claim.opens}


def test_texts_are_read_with_their_figures() -> None:
    assert not [claim.number for claim in claims() if MARK.search(claim.truth)]


def allowed(entry: Exhibit, change: dict[str, Any]) -> set[str]:
    """The numerals that a question may hold: of the settings that it is asked about, and definitions."""
    page = declaration(entry)
    words = [
        control.text(change.get(name, getattr(page.settings(), name)))
        for name, control in controls(page.settings).items()
    ]
    named = [label for control in controls(page.settings).values() for label in (control.label, *control.names)]
    return set(DEFINITIONS) | {numeral for text in (*words, *named) for numeral in NUMERAL.findall(text)}


@every_exhibit
def test_questions_and_things_to_break_state_no_result(entry: Exhibit) -> None:
    page = declaration(entry)
    asked = page.prediction
    assert set(numerals(asked.question)) <= allowed(entry, asked.change), "a result does not stand in a question"
    for item in page.breaks:
        assert set(numerals(f"{item.label} {item.look}")) <= allowed(entry, item.change), item.label


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("784", Mark(kind="definition", figure="784")),
        ("28×28", Mark(kind="definition", figure="28×28")),
        ("book = 0.9828", Mark(kind="fact", source="book", figure="0.9828")),
        ("last loss:.3f", Mark(kind="computed", name="last loss", format=".3f")),
        ("all/A: last loss:.3f", Mark(kind="computed", state="all", name="A: last loss", format=".3f")),
    ],
)
def test_marks_are_read(text: str, mark: Mark) -> None:
    assert read_mark(text) == mark


def test_what_is_no_mark_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="is no figure"):
        read_mark("loss")


@pytest.mark.parametrize(
    ("value", "how", "shown"),
    [
        (-2.64e-8, ".1e", "−2.6e-8"),
        (25823.81, ",.1f", "25,823.8"),
        (0.975, ".1%", "97.5%"),
        (785, "d", "785"),
        (math.inf, "g", "∞"),
        ("nothing", "s", "nothing"),
    ],
)
def test_values_are_written_as_people_write_them(value: Value, how: str, shown: str) -> None:
    assert format_value(value, how) == shown


def test_figures_are_filled_in() -> None:
    text = "From {{first loss:.1f}} to {{all/last loss:.2f}}, {{784}} pixels; $0.1^{{{n:d}}}$."
    values = {"": {"first loss": 3.14159, "n": 46}, "all": {"last loss": 0.5}}
    assert filled(text, values) == "From 3.1 to 0.50, 784 pixels; $0.1^{46}$."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It fell to 0.81, by 3.5%.", ["0.81", "3.5%"]),
        ("Of {{785}} parameters `x[3]`, resnet18 in float32, chapter 4: $x^2$.", []),
        ("$0.1^{46}$ is 0", ["0.1", "46", "0"]),
        ("1,234 of 28×28", ["1,234", "28×28"]),
    ],
)
def test_typed_numerals_are_found(text: str, found: list[str]) -> None:
    assert numerals(text) == found


def test_every_section_of_prose_is_looked_at() -> None:
    assert all(texts_of(entry.prose) for entry in CONTENTS)
