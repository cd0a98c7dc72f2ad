"""What is concluded from a sweep: sentences from made-up runs of which it is known what they say."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from core.settings import controls
from core.sweep.plan import SetUp, runs_of
from core.sweep.runs import Finished
from core.sweep.verdict import NOTHING_DRAWN, ONE_SEED, Group, about, at_words, grouped, plan_words, verdict, writer
from tests.sweep.settings import Settings

RATES = (0.1, 1.0, 30.0)


def groups_of(values: Sequence[Sequence[float]], number: str = "last loss") -> list[Group]:
    """Groups as a sweep over as many rates gives them; `values` (rates, seeds)."""
    setup = SetUp(number=number, seeds=len(values[0]), axes=(("rate", RATES[: len(values)]),))
    runs = runs_of(Settings(), setup)
    words = {run.at: at_words(setup, controls(Settings), run.at) for run in runs}
    arrived = [
        Finished(numbers={number: values[RATES.index(run.at[0])][(run.seed or 1) - 1]}, seconds=0.1) for run in runs
    ]
    return grouped(runs, arrived, number, words)


def draws(mean: float, sd: float, n: int, seed: int) -> list[float]:
    """Values with exactly this mean and spread."""
    found = np.random.default_rng(seed).normal(size=n)
    return ((found - found.mean()) / found.std(ddof=1) * sd + mean).tolist()


def test_a_difference_that_is_more_than_luck() -> None:
    said = " ".join(
        verdict(groups_of([draws(0.5, 0.01, 8, 1), draws(0.3, 0.01, 8, 2), draws(0.9, 0.01, 8, 3)]), "last loss", True)
    )
    assert "The two best values are **1** with 0.300 on average and **0.1** with 0.500, over 8 seeds each." in said
    assert "**more than luck**" in said
    assert "best of 3 looks a little better" in said


def test_a_difference_that_cannot_be_told_from_luck_says_how_many_seeds_would_tell() -> None:
    values = [draws(0.970, 0.004, 5, 1), draws(0.971, 0.004, 5, 2)]
    said = " ".join(verdict(groups_of(values, "last accuracy"), "last accuracy", True))
    assert "**1** with 97.10% on average and **0.1** with 97.00%" in said
    assert "They differ by 0.10 points" in said
    assert "**this cannot be told from luck**" in said
    assert "253 seeds for each" in said  # pwr.t.test(d = 0.25, power = 0.8) in R: n = 252.1
    assert "best of" not in said


def test_what_few_runs_cannot_say() -> None:
    assert ONE_SEED in verdict(groups_of([[0.5], [0.4]]), "last loss", True)
    assert NOTHING_DRAWN in verdict(groups_of([[0.5], [0.4]]), "last loss", False)
    same = verdict(groups_of([[0.5, 0.5], [0.4, 0.4]]), "last loss", True)
    assert any("the seed decides nothing" in sentence for sentence in same)


def test_one_value_alone_says_what_the_seed_does() -> None:
    said = " ".join(verdict(groups_of([draws(2.0, 0.1, 10, 4)]), "last loss", True))
    assert "Over 10 seeds *last loss* is **2.000** on average" in said
    half = 2.262157 * 0.1 / math.sqrt(10)  # the t quantile from a printed table
    assert f"between {2 - half:.3f} and {2 + half:.3f}" in said


def test_runs_without_a_number_are_counted() -> None:
    said = verdict(groups_of([[math.nan, math.inf, 1.0], [1.0, 2.0, 3.0]]), "last loss", True)
    assert said[0].startswith("Runs that ended without a finite number: 2 of 3 at 0.1.")
    none = verdict(groups_of([[math.nan, math.nan]]), "last loss", True)
    assert len(none) == 1


def test_shares_stay_between_nothing_and_all() -> None:
    (group,) = groups_of([[0.5, 0.9, 1.0]], "last accuracy")
    assert group.summary.high == 1.0
    assert 0.0 <= group.summary.low < group.summary.mean


@pytest.mark.parametrize(
    ("number", "scale", "value", "expected"),
    [
        ("last accuracy", 0.001, 0.975, "97.50%"),
        ("last accuracy", 0.2, 0.5, "50%"),
        ("loss", 0.01, 0.123456, "0.123"),
        ("loss", 30.0, 1234.5, "1,234"),
        ("loss", 1e-9, 1.5e-9, "1.5e-9"),
        ("loss", 1.0, -2.0, "−2.0"),
        ("loss", 0.0, math.nan, "no number"),
    ],
)
def test_numbers_have_the_digits_that_matter(number: str, scale: float, value: float, expected: str) -> None:
    assert writer(number, scale)(value) == expected


def test_a_plan_says_what_it_runs() -> None:
    setup = SetUp(number="x", seeds=5, axes=(("rate", RATES),))
    assert plan_words(15, setup, ["Rate"], True) == "15 runs: 3 values of Rate × 5 seeds (1 to 5)."
    assert plan_words(3, setup, ["Rate"], False) == "3 runs: 3 values of Rate."
    assert at_words(
        SetUp(number="x", seeds=1, axes=(("rate", RATES), ("shuffle", (True,)))), controls(Settings), (0.1, True)
    ) == ("Rate 0.1, Shuffle yes")
    assert (about(12.3), about(200)) == ("12 s", "3 minutes")
