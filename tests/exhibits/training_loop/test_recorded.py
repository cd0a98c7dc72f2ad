"""What is said of recorded runs: of their first epoch as it ended, and of steps so long that rounding decides."""

from dataclasses import replace
from typing import Any

import pytest

from core.data.digits import load
from core.exhibits.training_loop.recorded import (
    FirstEpoch,
    after_one_epoch,
    first_epoch,
    one_class_sentence,
    rounding_decides,
)
from core.nn.training import Recipe, train

RECIPE = Recipe(init="uniform", epochs=21, shuffle=False)


@pytest.fixture(scope="module")
def first() -> FirstEpoch:
    return first_epoch(RECIPE, load("built-in"))


def test_the_first_epoch_is_the_whole_runs_own(first: FirstEpoch) -> None:
    """Of 1,050 steps the 50th is not recorded, but it is what the epoch ends with."""
    run = train(RECIPE, load("built-in"))
    assert 50 not in run.kept
    assert first.run.kept[-1] == 50
    assert (first.run.losses == run.losses[:50]).all()


def test_one_class_is_said_of_what_the_model_calls_the_digits(first: FirstEpoch) -> None:
    assert (first.threes, first.accuracy, after_one_epoch(first)) == (1, 0.5, "about 50%")
    sentence = one_class_sentence(first.run, first)
    assert sentence is not None
    assert sentence.startswith("unshuffled")
    assert "everything taken for threes" in sentence
    assert "nearly everything taken for sevens" in str(
        one_class_sentence(first.run, replace(first, threes=0.01), "A, ")
    )


def test_an_accuracy_of_one_half_alone_is_not_one_class(first: FirstEpoch) -> None:
    assert one_class_sentence(first.run, replace(first, threes=0.5)) is None


@pytest.mark.parametrize(
    ("change", "decides"),
    [
        ({}, False),
        ({"learning_rate": 100.0}, True),
        ({"batch_size": 1}, True),
        ({"batch_size": 0, "learning_rate": 100.0}, False),
        ({"model": "relu"}, False),
        ({"model": "relu", "init": "randn"}, True),
    ],
    ids=str,
)
def test_rounding_decides_where_steps_are_long(change: dict[str, Any], decides: bool) -> None:
    short = replace(RECIPE, epochs=1)
    run = train(short, load("built-in"))
    assert rounding_decides(replace(run, recipe=replace(short, **change))) == decides
