"""Numbers as pages write them, those included that are none."""

import math

import pytest

from core.words import format_any, format_any_large


def test_numbers_are_shown_as_what_they_are():
    values = [math.nan, math.inf, -math.inf, 0.0, 1e-320, 1000.0, 2.5e38, -0.5]
    assert [format_any(value) for value in values] == ["NaN", "∞", "−∞", "0", "1e-320", "1000", "2.5e38", "−0.5"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.66524, "0.6652"),
        (43190.6, "43,191"),
        (1000.6734, "1,000.67"),
        (-1000.0, "−1,000"),
        (3.4028e38, "3.403e38"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
        (-2.5e-8, "−2.5e-8"),
        (0.0, "0"),
    ],
)
def test_large_numbers_have_commas(value, words):
    assert format_any_large(value) == words
