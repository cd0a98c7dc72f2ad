"""What links carry: any shelf and any sweep comes back, and nothing that somebody sends is an error."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import controls
from core.sweep.link import (
    MOST_KEPT,
    MOST_LETTERS,
    NAME_LETTERS,
    Kept,
    pack_kept,
    pack_setup,
    unpack_kept,
    unpack_setup,
)
from core.sweep.plan import FIXED, MOST_RUNS, SetUp, values_of
from tests.sweep.settings import Settings

KNOWN = controls(Settings)
printable = st.characters(exclude_categories=("C", "Z"))
VALUES = {
    name: st.sampled_from(values_of(control)) if control.kind != "text" else st.text(printable, min_size=1, max_size=30)
    for name, control in KNOWN.items()
}
settings = st.builds(Settings, **VALUES)
names = st.text(printable, max_size=NAME_LETTERS)
shelves = st.lists(st.builds(Kept, settings, names), max_size=MOST_KEPT, unique_by=lambda run: run.settings)
able = [name for name, control in KNOWN.items() if name not in FIXED and control.kind != "text"]


@st.composite
def setups(draw: st.DrawFn) -> SetUp:
    chosen = draw(st.lists(st.sampled_from(able), max_size=2, unique=True))
    axes = [(name, tuple(draw(st.lists(VALUES[name], min_size=1, max_size=5, unique=True)))) for name in chosen]
    number = draw(st.text(printable, min_size=1, max_size=60))
    return SetUp(number=number, seeds=draw(st.integers(1, 20)), axes=tuple(axes))


@given(shelves)
def test_a_shelf_comes_back(runs: list[Kept]) -> None:
    text = pack_kept(runs)
    if len(text) <= MOST_LETTERS:
        assert unpack_kept(text, Settings) == (runs, [])


@given(setups())
def test_a_sweep_comes_back(setup: SetUp) -> None:
    assert unpack_setup(pack_setup(setup, Settings), Settings) == setup


hostile = st.text(max_size=200) | st.text("~%-as0123456789e.ratesd", max_size=200)


@given(hostile)
def test_whatever_is_sent_as_a_shelf_is_settings_or_a_sentence(text: str) -> None:
    runs, problems = unpack_kept(text, Settings)
    assert len(runs) <= MOST_KEPT
    assert all(problem.endswith(".") for problem in problems)
    for run in runs:
        for field in fields(Settings):
            value, control = getattr(run.settings, field.name), KNOWN[field.name]
            assert control.read(control.param(value)) == value


def understood(text: str) -> SetUp | str:
    """The set-up that a link gives, or what is said of it."""
    try:
        return unpack_setup(text, Settings)
    except ValueError as problem:
        return str(problem)


@given(hostile)
def test_whatever_is_sent_as_a_sweep_is_a_set_up_or_a_sentence(text: str) -> None:
    setup = understood(text)
    if isinstance(setup, str):
        assert setup.startswith("The link's sweep is")
        return
    assert 1 <= setup.seeds <= 20
    assert all(set(values) <= set(values_of(KNOWN[name])) for name, values in setup.axes)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("rate~7", "one of"),
        ("rate", "no value"),
        ("rate~1~rate~1", "twice"),
        ("__class__~1", "no setting"),
        ("as~" + "x" * 41, "at most 40"),
        ("seed~1e400", "from 0 to 999"),
        ("rate~1" * MOST_LETTERS, "too long"),
    ],
)
def test_a_bad_run_is_left_out_with_its_reason(text: str, word: str) -> None:
    runs, (problem,) = unpack_kept(text, Settings)
    assert runs == []
    assert word in problem


def test_good_runs_stay_beside_bad_ones_and_no_more_than_fit() -> None:
    runs, problems = unpack_kept("rate~0.1~~rate~oops~~-", Settings)
    assert [run.settings for run in runs] == [Settings(rate=0.1), Settings()]
    assert len(problems) == 1
    runs, problems = unpack_kept("~~".join(f"seed~{i}" for i in range(12)), Settings)
    assert len(runs) == MOST_KEPT
    assert "more than 8" in problems[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x~0", "1 to 20"),
        ("x~21", "1 to 20"),
        ("x~²", "1 to 20"),
        ("x", "begin"),
        ("~5", "shown"),
        ("x~5~~view~first %7E view", "no control 'view'"),
        ("x~5~~seed~1", "no control 'seed'"),
        ("x~5~~words~x", "no control 'words'"),
        ("x~5~~rate", "no values"),
        ("x~5~~rate~1~~rate~1", "different"),
        ("x~5~~rate~1~~steps~1~~shuffle~true", "at most 2"),
        ("x~5~~rate~nan", "rate takes"),
        ("x" * (MOST_LETTERS + 1), "too long"),
    ],
)
def test_a_bad_sweep_is_left_out_with_its_reason(text: str, word: str) -> None:
    with pytest.raises(ValueError, match="The link's sweep") as problem:
        unpack_setup(text, Settings)
    assert word in str(problem.value)


def test_a_sweep_of_too_many_runs_is_understood_and_refused_later() -> None:
    text = "x~20~~" + "~".join(["steps", *map(str, range(1, 61))])
    setup = unpack_setup(text, Settings)
    assert setup.seeds * len(setup.axes[0][1]) > MOST_RUNS
