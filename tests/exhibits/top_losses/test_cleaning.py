"""Marks: what a browser or a file brings is checked, the last one counts, and nothing that was given is changed."""

import csv
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.exhibits.top_losses.cleaning import (
    BROKEN,
    COLUMNS,
    DELETE,
    KEEP,
    LARGE,
    MOST_BYTES,
    MOST_MARKS,
    NONE,
    Marks,
    cleaned,
    from_csv,
    guarded,
    marks_of,
    read_log,
    step_of,
    to_csv,
    unguarded,
)

NAMES = ("Birman_1.jpg", "pug_2.jpg", "pug_3.jpg", "=1+1_4.jpg", "-beagle, the_5.jpg", 'a "b"_6.jpg')
VOCAB = ("Birman", "'beagle", "pug")
STEPS = st.lists(
    st.dictionaries(st.integers(0, len(NAMES) - 1), st.integers(DELETE, len(VOCAB) - 1), min_size=1).map(step_of)
)


def file(*rows: str) -> bytes:
    return "\n".join([",".join(COLUMNS), *rows]).encode()


@given(STEPS)
def test_the_last_action_counts(steps: list[tuple[int, ...]]) -> None:
    expected: dict[int, int] = {}
    for step in steps:
        for index, action in zip(step[::2], step[1::2], strict=True):
            expected[index] = action
    marks = marks_of(read_log([list(step) for step in steps], len(NAMES), len(VOCAB)))
    assert dict(marks.entries) == {i: a for i, a in expected.items() if a != NONE}
    assert sorted(marks.deleted) == sorted(i for i, a in expected.items() if a == DELETE)
    assert sorted(marks.kept) == sorted(i for i, a in expected.items() if a == KEEP)


@given(STEPS)
def test_undoing_is_dropping_the_last_step(steps: list[tuple[int, ...]]) -> None:
    log = read_log(steps, len(NAMES), len(VOCAB))
    assert marks_of((*log, (0, DELETE))[:-1]) == marks_of(log)


@pytest.mark.parametrize(
    "sent",
    [
        "x",
        7,
        {"log": []},
        [1],
        [[]],
        [[0]],
        [[0, "keep"]],
        [[0, 1.0]],
        [[True, 0]],
        [[-1, 0]],
        [[6, 0]],
        [[0, 3]],
        [[0, -4]],
    ],
    ids=repr,
)
def test_what_is_no_log_is_refused(sent: Any) -> None:
    with pytest.raises(UserError, match=BROKEN):
        read_log(sent, len(NAMES), len(VOCAB))


def test_a_log_is_bounded() -> None:
    assert read_log(None, 6, 3) == ()
    with pytest.raises(UserError, match=LARGE):
        read_log([[0, 0] * (MOST_MARKS + 1)], 6, 3)


def test_cleaning_changes_copies_and_training_pictures_only() -> None:
    targets, train = np.array([0, 2, 2, 1, 1, 0]), np.array([5, 1, 3, 0])
    before = targets.copy(), train.copy()
    marks = marks_of(((1, DELETE, 3, 2, 0, KEEP), (2, 0, 4, DELETE)))  # 2 and 4 are validation pictures
    labels, kept = cleaned(targets, train, marks)
    assert labels.tolist() == [0, 2, 2, 2, 1, 0]
    assert kept.tolist() == [5, 3, 0]
    assert (targets == before[0]).all()
    assert (train == before[1]).all()


@given(STEPS)
def test_a_file_brings_back_what_was_exported(steps: list[tuple[int, ...]]) -> None:
    marks = marks_of(tuple(steps))
    text = to_csv(marks, NAMES, VOCAB)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    if len(marks):
        assert from_csv(text.encode(), NAMES, VOCAB) == (dict(marks.entries), None)


@given(st.text())
def test_guarding_can_be_taken_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


def test_unknown_names_are_listed_in_one_sentence() -> None:
    rows = [f"cat_{i}.jpg,keep," for i in range(7)]
    found, said = from_csv(file("pug_2.jpg,relabel,Birman", *rows), NAMES, VOCAB)
    assert found == {1: 0}
    assert said is not None
    assert said.startswith("7 of the files named")
    assert "`cat_4.jpg` and 2 more" in said
    assert said.count(".jpg") == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x" * (MOST_BYTES + 1), "too large"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "no marks"),
        (file(), "no marks"),
        (b"name,what\na,b\n", "Line 2 does not have the columns file, action, label"),
        (file("pug_2.jpg,keep"), "Line 2 does not have"),
        (file("pug_2.jpg,keep,,,"), "Line 2 does not have"),
        (file("pug_2.jpg,burn,"), "says `burn`: an action is keep, delete or relabel"),
        (file("pug_2.jpg,keep,", "pug_3.jpg,relabel,wolf"), "Line 3 gives the label `wolf`"),
        (file('"pug_2.jpg,keep,'), "no CSV"),
        (file("x" * 200_000 + ",keep,"), "no CSV"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_file_is_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        from_csv(data, NAMES, VOCAB)


HOSTILE = (
    "[x](http://evil.example)",
    "![x](http://evil.example/p.png)",
    "<img src=x>",
    "$x$",
    "www.evil.example",
    ":red[x]",
)


@pytest.mark.parametrize("cell", HOSTILE)
def test_cells_are_shown_as_text(cell: str) -> None:
    """As code, in which Markdown reads nothing."""
    _, said = from_csv(file(f"{cell},keep,"), NAMES, VOCAB)
    assert said
    with pytest.raises(UserError) as action:
        from_csv(file(f"pug_2.jpg,{cell},"), NAMES, VOCAB)
    with pytest.raises(UserError) as label:
        from_csv(file(f"pug_2.jpg,relabel,{cell}"), NAMES, VOCAB)
    for text in (said, str(action.value), str(label.value)):
        assert f"`{cell}`" in text
        assert text.count("`") == 2
    assert from_csv(file(f"a`{cell}`b,keep,"), NAMES, VOCAB)[1] == said.replace(cell, f"a'{cell}'b")


@given(st.binary(max_size=300))
def test_any_bytes_are_marks_or_a_sentence(data: bytes) -> None:
    try:
        found, _ = from_csv(b"file,action,label\n" + data, NAMES, VOCAB)
    except UserError:
        return
    assert all(0 <= i < len(NAMES) and DELETE <= a < len(VOCAB) for i, a in found.items())


def test_no_marks() -> None:
    assert len(Marks()) == 0
    assert Marks().actions(3).tolist() == [NONE] * 3
