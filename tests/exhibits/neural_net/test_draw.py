"""A drawing and what three judges take it for; and both on the stage."""

from typing import Any

import pytest

from core.errors import UserError
from core.exhibits.neural_net.draw import Drawn, drawn, real_digit, wants_drawing, with_drawing
from core.exhibits.neural_net.draw_scene import scene as draw_scene
from core.exhibits.neural_net.settings import DRAW, SUMMARY
from core.exhibits.neural_net.strokes import PAPER, read_strokes
from core.stage.panels import Bars, Pixels
from tests.exhibits.neural_net.results import SEVEN, THREE, by, digits, result, scene, settings_of
from tests.stage.panels import check, panels

ALL_INK = [[0, y, PAPER, y] for y in range(0, PAPER + 1, 50)]
DOT = [[500, 500]]


def judged(strokes: Any) -> Drawn:
    return drawn(read_strokes(strokes), by())


@pytest.mark.parametrize(
    ("strokes", "word"),
    [(None, "empty"), ([], "empty"), (ALL_INK, "all ink"), (DOT, "single dot"), ([[500, 500, 520, 510]], "single dot")],
    ids=["none", "empty", "all ink", "dot", "small scribble"],
)
def test_what_cannot_be_a_digit_gets_one_clear_sentence(strokes: Any, word: str) -> None:
    shown = judged(strokes)
    (sentence,) = shown.findings()
    assert word in sentence
    assert sentence.endswith(".")
    assert shown.verdict is None


@pytest.mark.parametrize(("strokes", "digit"), [(THREE, "3"), (SEVEN, "7")], ids=["three", "seven"])
def test_a_plain_digit_is_read_by_all_three(strokes: Any, digit: str) -> None:
    shown = judged(strokes)
    assert shown.verdict is not None
    assert set(shown.verdict.votes.values()) == {digit}
    assert shown.findings()[0].startswith(f"All three say **{digit}**")


def test_disagreement_is_said() -> None:
    shown = [real_digit(digits(), digit, index, by()) for digit in (3, 7) for index in range(100)]
    apart = [one for one in shown if one.verdict and len(set(one.verdict.votes.values())) > 1]
    assert apart
    assert all(one.findings()[0].startswith("They disagree: pixel similarity says") for one in apart)


def test_a_drawing_enters_the_result_and_nothing_else_does() -> None:
    start = result(view=DRAW)
    assert "empty" in start.findings()[0]
    shown = with_drawing(start, THREE)
    assert "All three say **3**" in shown.findings()[0]
    assert "empty" in start.findings()[0]  # the shared result is as it was
    assert shown.numbers() == start.numbers()  # no file that is taken along holds the drawing's verdict
    assert shown.table()["x"].shape == (784,)
    with pytest.raises(UserError):
        with_drawing(start, "no drawing")
    assert wants_drawing(settings_of(view=DRAW))
    assert not wants_drawing(settings_of(view=DRAW, subject="3"))
    assert not wants_drawing(settings_of(view=SUMMARY))


@pytest.mark.parametrize("digit", ["3", "7"])
def test_a_real_digit_in_its_place(digit: str) -> None:
    shown = result(view=DRAW, subject=digit)
    assert f"It is a {digit}." in shown.findings()[0]
    assert shown.numbers()["the net says"] in ("3", "7")
    assert "999 of the 1,000 built-in digits come out exactly as they are" in shown.findings()[-1]


def test_a_drawing_is_shown_step_by_step() -> None:
    one = draw_scene(with_drawing(result(view=DRAW), THREE))
    check(one)
    ink, fitted, placed = panels(one, Pixels)
    distances, probabilities, _ = panels(one, Bars)
    assert ink.array.shape == (1, 1, 140, 140)
    assert ink.box is not None
    tile, row, column, height, width = ink.box[0]
    inked = ink.array[0, 0] > 0
    assert tile == 0
    assert inked[int(row) : int(row + height) + 1, int(column) : int(column + width) + 1].sum() == inked.sum()
    assert fitted.array.shape[-2:] == (20, 20)
    assert placed.array.shape[-2:] == (28, 28)
    assert probabilities.heights.min() > 0.9
    assert distances.heights[0] < distances.heights[1]


def test_without_a_verdict_no_number_is_shown() -> None:
    assert not any(bars.digits for bars in panels(scene(view=DRAW), Bars))
    assert any(bars.digits for bars in panels(scene(view=DRAW, subject="3"), Bars))
