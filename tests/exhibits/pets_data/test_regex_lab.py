"""The regex lab: its spans are `re`'s, its errors are RegexLabeller's, and no pattern runs for ever."""

import json
import re
import subprocess
import sys
import time
from functools import partial

import pytest
from fastai.data.transforms import RegexLabeller
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.labelled import PATTERN, Pets
from core.data.photographs import OXFORD
from core.errors import UserError
from core.exhibits.pets_data import regex_lab
from core.exhibits.pets_data.regex_lab import (
    MEMORY,
    WORKER,
    Matches,
    PatternTrial,
    Turns,
    experiment,
    harmless,
    labeller_error,
    search,
    search_here,
)
from core.exhibits.pets_data.settings import CATASTROPHIC, LONGEST_PATTERN, OWN, PATTERNS, REGEX_LAB, Settings
from core.jobs.kept import Kept
from core.settings import parse

PATIENCE = 60.0  # seconds that anything may take on a busy machine
CATASTROPHE = r"^(\w|\w\w)+$x"
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


def test_a_visitors_pattern_is_not_matched_in_the_server(pets: Pets) -> None:
    matches = Matches(groups=1, spans=(None,), captured=(None,))
    for pattern in (PATTERN, r"(\w+_?)+!"):  # the second one would never end
        error = labeller_error(pattern, pets.names, matches)
        assert error == f'AssertionError: Failed to find "{re.compile(pattern)}" in "{pets.names[0]}"'


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
    with pytest.raises(UserError, match="in a moment"):  # this machine can measure, so something else took the time
        search(CATASTROPHE, ("a" * 60,))
    monkeypatch.setattr(regex_lab, "TIMED", False)
    assert search(CATASTROPHE, ("a" * 60,)).ended


@pytest.mark.skipif(sys.platform != "linux", reason="the bound on memory is Linux's")
@pytest.mark.parametrize("pattern", ["(?:|a){4294967294}", "(?:){4294967294}"])
def test_a_pattern_that_takes_memory_ends_in_words_of_its_own(pattern: str, pets: Pets) -> None:
    result = tried(pattern)
    assert (result.matches.ended, result.matches.large, len(result.matches.spans)) == (True, True, 0)
    assert "took more than 100 MB of memory" in result.findings()[0]
    assert "seconds" not in result.findings()[0]
    assert result.error == "MemoryError: more than 100 MB"
    assert result.numbers() == {"names": len(pets.names), "usable": False}
    assert len(pattern) <= LONGEST_PATTERN
    given_ = json.dumps({"pattern": pattern, "names": ["a"], "seconds": 5, "memory": MEMORY})
    command = [sys.executable, "-I", "-S", "-c", f"{WORKER}\nprint(open('/proc/self/status').read())"]
    done = subprocess.run(command, input=given_, capture_output=True, text=True, check=True)
    most = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert most is not None
    assert int(most[1]) * 1024 < MEMORY + 40_000_000


def test_memory_that_ends_later_leaves_what_was_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_lab, "WORKER", "print(1); print('null'); print('{\"large\": true}')")
    found = search("(x)", ("a", "b", "c"))
    assert found == Matches(groups=1, spans=(None,), captured=(None,), ended=True, large=True)


@pytest.mark.usefixtures("pets")
def test_many_catastrophes_do_not_keep_the_books_pattern_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_lab, "_turns", Turns(0))  # all turns are taken, for ever
    monkeypatch.setattr(regex_lab, "TURN", 0.01)
    for pattern in PATTERNS:
        if pattern != CATASTROPHIC:
            assert experiment(Settings(view=REGEX_LAB, pets="drawn", pattern=pattern)).names
    kept = Kept(entries=8, most=10**9)
    for settings_ in (
        Settings(view=REGEX_LAB, pets="drawn", pattern=CATASTROPHIC),
        Settings(view=REGEX_LAB, pets="drawn", pattern=OWN, own="a"),
    ):
        with pytest.raises(UserError, match="in a moment"):
            kept.get("key", partial(experiment, settings_))
    assert kept.values == {}


@pytest.mark.parametrize("pets_", ["own", "own:secret"])
def test_on_names_of_a_visitor_every_pattern_has_a_process(pets_: str) -> None:
    assert not any(harmless(Settings(view=REGEX_LAB, pets=pets_, pattern=pattern)) for pattern in (*PATTERNS, OWN))


@pytest.mark.parametrize("pattern", [name for name in PATTERNS if name != CATASTROPHIC])
def test_the_programs_own_patterns_are_harmless_on_its_own_names(pattern: str) -> None:
    names = tuple(f"american_pit_bull_terrier_{number}.jpg" for number in range(OXFORD.count))
    assert harmless(Settings(view=REGEX_LAB, pets="oxford", pattern=pattern))
    began = time.thread_time()
    found = search_here(PATTERNS[pattern], names)
    assert time.thread_time() - began < 1
    assert (
        search_here(PATTERNS[pattern], NAMES) == expected(PATTERNS[pattern], NAMES) == search(PATTERNS[pattern], NAMES)
    )
    assert len(found.spans) in (0, len(names))


def test_a_long_pattern_in_a_link_is_not_taken() -> None:
    taken, problems = parse(Settings, {"own": ["a" * (LONGEST_PATTERN + 1)]})
    assert taken.own == PATTERN
    assert len(problems) == 1


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
    given_ = json.dumps({"pattern": hostile, "names": ["x"], "seconds": 1, "memory": MEMORY})
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
