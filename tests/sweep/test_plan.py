"""The plan of a sweep: which controls there are to go through, and which runs answer a question."""

from core.contents import Exhibit
from core.settings import controls
from core.sweep.plan import (
    FEW,
    OFFERED,
    SetUp,
    distinct,
    fitting,
    has_seed,
    offered,
    runs_of,
    some,
    sweepable,
    usual_axis,
    usual_number,
    values_of,
)
from tests.conftest import declaration, every_exhibit
from tests.sweep.settings import Seedless, Settings


def test_controls_in_view_can_be_gone_through_but_not_the_question_itself() -> None:
    assert list(sweepable(Settings())) == ["rate", "steps", "shuffle"]
    assert list(sweepable(Settings(view="b"))) == ["rate", "shuffle", "size"]
    assert usual_axis(Settings()) == (("rate", (0.001, 0.1, 1.0, 30.0)),)
    axes = (("steps", (1, 2)), ("rate", (0.1,)))
    assert fitting(axes, Settings(view="b")) == (("rate", (0.1,)),)


def test_every_run_is_there_once_and_the_first_seed_comes_first() -> None:
    setup = SetUp(number="last loss", seeds=3, axes=(("rate", (0.1, 1.0)), ("steps", (1, 2))))
    runs = runs_of(Settings(words="kept"), setup)
    assert len(runs) == len({run.settings for run in runs}) == 12
    assert [run.seed for run in runs] == [1] * 4 + [2] * 4 + [3] * 4
    assert {(run.settings.rate, run.settings.steps) for run in runs[:4]} == {run.at for run in runs[:4]}
    assert all((run.settings.words, run.settings.seed) == ("kept", run.seed) for run in runs)


def test_without_a_seed_each_value_runs_once() -> None:
    setup = SetUp(number="x", seeds=7, axes=(("rate", (0.1, 1.0)),))
    assert not has_seed(Seedless)
    assert [run.settings.rate for run in runs_of(Seedless(), setup)] == [0.1, 1.0]


def test_of_many_values_some_are_taken_and_more_are_offered() -> None:
    many = range(1, 61)
    assert (some(many)[0], some(many)[-1], len(some(many))) == (1, 60, 5)
    assert some((1, 2, 3)) == (1, 2, 3)
    shown = offered(many, [17])
    assert {17, *some(many)} <= set(shown)
    assert list(shown) == sorted(shown)
    assert FEW < len(shown) <= OFFERED + 6


def test_equal_labels_are_told_apart() -> None:
    assert distinct({"a": "Pictures", "b": "Size", "c": "Pictures"}) == {
        "a": "Pictures",
        "b": "Size",
        "c": "Pictures (2)",
    }


def test_the_number_that_is_looked_at_first() -> None:
    assert usual_number(["accuracy before", "A: last loss", "A: last accuracy"]) == "A: last accuracy"
    assert usual_number(["loss at the start", "steps"]) == "loss at the start"
    assert usual_number(["steps", "digits"]) == "steps"


@every_exhibit
def test_every_exhibit_can_be_swept_as_it_opens(entry: Exhibit) -> None:
    settings = declaration(entry).settings()
    axes = usual_axis(settings)
    for name, values in axes:
        assert set(values) <= set(values_of(controls(settings)[name]))
    runs = runs_of(settings, SetUp(number="x", seeds=2, axes=axes))
    assert len({run.settings for run in runs}) == len(runs) >= 2
