"""Patterns on the stage: what is marked is group 1, and the labeller's own words stand on top."""

import pytest

from core.data.labelled import Pets
from core.exhibits.pets_data import regex_lab
from core.exhibits.pets_data.regex_lab import PatternTrial, experiment
from core.exhibits.pets_data.regex_lab_scene import scene
from core.exhibits.pets_data.settings import REGEX_LAB, Settings
from core.stage.panels import Text, TextLine
from tests.exhibits.pets_data.scenes import marked, words
from tests.stage.panels import panels

pytestmark = pytest.mark.usefixtures("pets")


def tried(pattern: str) -> PatternTrial:
    return experiment(Settings(view=REGEX_LAB, pets="drawn", pattern=pattern))


def lines_of(result: PatternTrial) -> list[TextLine]:
    return list(panels(scene(result), Text)[1].lines)


@pytest.mark.parametrize("pattern", ["the book's", "first word", "lower case", "no group"])
def test_what_is_marked_is_group_1(pattern: str, pets: Pets) -> None:
    result = tried(pattern)
    for i, line in zip(result.shown(), lines_of(result), strict=True):
        assert words(line).startswith(pets.names[i])
        label = result.labels[i]
        assert marked(line) == ([label] if label else [])
        assert ("✓" in words(line)) == (label == pets.labels[i])
        assert ("✗" in words(line)) == (label is None)


def test_the_labellers_words_stand_on_top() -> None:
    result = tried("lower case")
    (head,) = panels(scene(result), Text)[0].lines
    assert head.answer == result.error
    assert head.answer.startswith("AssertionError: Failed to find")


def test_where_an_endless_pattern_was_stopped_is_marked(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_lab, "WORKER", "print(1); print('null'); print('null'); raise SystemExit(3)")
    result = tried("never ends")
    lines = lines_of(result)
    assert [words(line).split("  ")[1] for line in lines[:4]] == ["✗ no match"] * 2 + ["✗ stopped here", "not reached"]
    assert words(lines[2]).startswith(pets.names[2])
    assert f"`{pets.names[2]}`" in result.findings()[0]
