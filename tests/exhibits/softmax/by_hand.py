"""Softmax in plain Python, which the tests hold the views against."""

import math


def by_hand(values: list[float]) -> list[float]:
    """Softmax in plain Python, with exact sums, after the largest is taken away."""
    exponents = [math.exp(v - max(values)) for v in values]
    return [e / math.fsum(exponents) for e in exponents]
