"""The regex lab: its spans are `re`'s, its errors are RegexLabeller's, and no pattern runs for ever."""

import json
import re
import subprocess
import sys
import time

import pytest
from fastai.data.transforms import RegexLabeller
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.labelled import PATTERN, Pets
from core.exhibits.pets_data import regex_lab
from core.exhibits.pets_data.regex_lab import WORKER, Matches, PatternTrial, experiment, labeller_error, search
from core.exhibits.pets_data.settings import OWN, PATTERNS, REGEX_LAB, Settings

NAMES = ("Maine_Coon_18.jpg", "american_pit_bull_terrier_150.jpg", "no name", "_1.jpg", "Ünï_3.jpg")
USABLE = {name: pattern for name, pattern in PATTERNS.items() if name not in ("unclosed", "never ends")}


def tried(pattern: str) -> PatternTrial:
    """The visitor's own pattern on a few pets' names; a test that calls it uses the fixture `pets`."""
    return experiment(Settings(view=REGEX_LAB, pets="drawn", pattern=OWN, own=pattern))


@pytest.mark.parametrize("pattern", [*USABLE.values(), "(a)?b*", "()", "(?i)([A-Z])", r"(\d)(\d)"])
def test_spans_are_those_of_re(pattern: str) -> None:
    assert search(pattern, NAMES) == expected(pattern, NAMES)


def test_the_books_pattern_finds_every_breed(pets: Pets) -> None:
    result = tried(PATTERN)
    assert result.labels == pets.labels == tuple(RegexLabeller(PATTERN)(name) for name in pets.names)
    assert (result.failed, result.right, result.different, result.error) == (0, 12, 3, None)


@pytest.mark.parametrize("name", ["lower case", "png", "no group"])
def test_what_fails_is_said_in_the_labellers_words(name: str, pets: Pets) -> None:
    pattern = PATTERNS[name]
    with pytest.raises((AssertionError, IndexError)) as raised:
        list(map(RegexLabeller(pattern), pets.names))
    assert tried(pattern).error == f"{type(raised.value).__name__}: {raised.value}"
    missed = Matches(groups=1, spans=(None,), captured=(None,))
    assert labeller_error(PATTERN, pets.names, missed) == pets.labels[0]


def test_wrong_labels_raise_nothing_and_are_counted(pets: Pets) -> None:
    result = tried(PATTERNS["first word"])
    assert result.labels == tuple(name.split("_")[0] for name in pets.names)
    assert result.right == sum(breed == "Birman" for breed in pets.labels)
    assert "labels are wrong" in result.findings()[1]


@pytest.mark.usefixtures("pets")
@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<x>a)(?P<x>b)", "a{99999999999999999999}", "(?<=a*)b", "\\"])
def test_what_python_refuses_is_a_sentence(pattern: str) -> None:
    with pytest.raises((re.error, OverflowError)) as raised:
        re.compile(pattern)
    result = tried(pattern)
    assert result.error == result.matches.problem == f"{type(raised.value).__name__}: {raised.value}"
    assert result.numbers() == {"names": 12, "usable": False}


@pytest.mark.parametrize("pattern", [PATTERNS["never ends"], r"^(\w|\w\w)+$x", r"(.*)*y", r"((.+)+)+\$"])
def test_a_catastrophic_pattern_ends_with_a_sentence(pattern: str) -> None:
    names = ("a", "staffordshire_bull_terrier_and_more_and_more_135.jpg", "b")
    began = time.process_time()
    found = search(pattern, names, seconds=0.05)
    assert time.process_time() - began < 1  # the waiting costs this process nothing
    assert found.ended
    assert len(found.spans) == 1


def test_an_ended_search_says_where(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_lab, "WORKER", "print(1); print('null'); raise SystemExit(3)")
    result = tried("(x)")
    assert result.matches.ended
    assert result.error is None
    assert f"`{pets.names[1]}`" in result.findings()[0]


def test_without_the_systems_timer_patience_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_lab, "WORKER", WORKER.replace('hasattr(signal, "setitimer")', "False"))
    monkeypatch.setattr(regex_lab, "PATIENCE", 0.5)
    assert search(r"^(\w|\w\w)+$x", ("a" * 60,)).ended


def expected(pattern: str, names: tuple[str, ...]) -> Matches:
    """What `search` must find, by `re` in this process."""
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError) as error:
        return Matches(groups=0, spans=(), captured=(), problem=f"{type(error).__name__}: {error}")
    found = [compiled.search(name) for name in names]
    captured = [m.span(1) if m and compiled.groups and m.span(1)[0] >= 0 else None for m in found]
    return Matches(
        groups=compiled.groups, spans=tuple(m.span() if m else None for m in found), captured=tuple(captured)
    )


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=12).filter(str.isprintable))
def test_any_text_is_survived(pattern: str) -> None:
    found = search(pattern, NAMES[:2])
    assert found == expected(pattern, NAMES[:2])


def test_the_pattern_is_no_code() -> None:
    hostile = "__import__('os').system('echo hacked')#"
    given_ = json.dumps({"pattern": hostile, "names": ["x"], "seconds": 1})
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", WORKER], input=given_.encode(), capture_output=True, check=True
    )
    assert b"hacked" not in done.stdout
    assert search(hostile, ("x",)).spans == (None,)


@pytest.mark.usefixtures("pets")
def test_failing_names_are_among_those_shown() -> None:
    result = tried(PATTERNS["lower case"])
    assert any(result.matches.spans[i] is None for i in result.shown())
    assert any(result.matches.spans[i] for i in result.shown())
    assert result.shown() == sorted(set(result.shown()))


@pytest.mark.usefixtures("pets")
def test_a_hostile_pattern_never_reaches_the_words() -> None:
    hostile = "(![x](https://example.invalid/x.png)`:red[a]"
    for pattern in (hostile, f"{hostile})", f"(?<{hostile}>x)", "\\q" + hostile):
        assert "example" not in "".join(tried(pattern).findings())


def test_the_visitors_pattern_is_used_only_where_it_is_asked_for(pets: Pets) -> None:
    unused = Settings(view=REGEX_LAB, pets="drawn", own=r"(\d+)")
    assert experiment(unused).pattern == PATTERN
    assert tried(r"(\d+)").labels == tuple(name[-6:-4] for name in pets.names)
