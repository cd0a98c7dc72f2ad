"""What repeated runs say: mean and 95% interval, the difference of two means, and how many runs would show it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
POWER = 0.8  # of the sweeps that would show a difference which is there
MOST_SEEDS = 10_000  # more are not looked for


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Runs with the same settings but for their seeds; runs without a finite number are counted and left out."""

    n: int  # runs with a finite number
    lost: int  # runs without
    mean: float  # NaN where there are none
    sd: float  # of single runs; NaN for fewer than two
    low: float  # 95% interval of the mean; NaN for fewer than two
    high: float
    least: float  # of single runs
    largest: float


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Of two means, the first less the second, with its 95% interval by Welch."""

    value: float
    low: float
    high: float

    @property
    def told_from_luck(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def summary(values: Sequence[float]) -> Summary:
    """Mean, spread and t interval of `values`."""
    given = np.asarray(values, dtype=np.float64)
    finite = given[np.isfinite(given)]
    n = len(finite)
    mean = float(finite.mean()) if n else math.nan
    sd = float(finite.std(ddof=1)) if n > 1 else math.nan
    half = _t(n - 1) * sd / math.sqrt(n) if n > 1 else math.nan
    return Summary(
        n=n,
        lost=len(given) - n,
        mean=mean,
        sd=sd,
        low=mean - half,
        high=mean + half,
        least=float(finite.min()) if n else math.nan,
        largest=float(finite.max()) if n else math.nan,
    )


def difference(one: Summary, other: Summary) -> Difference:
    """Welch's interval for two groups of at least two runs each, whose spreads may differ."""
    a, b = one.sd**2 / one.n, other.sd**2 / other.n
    value = one.mean - other.mean
    if a + b == 0:
        return Difference(value=value, low=value, high=value)
    freedom = (a + b) ** 2 / (a**2 / (one.n - 1) + b**2 / (other.n - 1))
    half = _t(freedom) * math.sqrt(a + b)
    return Difference(value=value, low=value - half, high=value + half)


def seeds_to_tell_apart(gap: float, sd: float, other_sd: float) -> int | None:
    """The fewest seeds for each of two values with which Welch's test at 5% finds a true difference of `gap` in 80% of
    sweeps, where runs scatter normally by these spreads; None where more than `MOST_SEEDS` are needed."""
    if gap == 0 or not math.isfinite(gap):
        return None
    low, high = 2, 2
    while power(gap, sd, other_sd, high) < POWER:
        if high >= MOST_SEEDS:
            return None
        low, high = high + 1, min(2 * high, MOST_SEEDS)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power(gap, sd, other_sd, middle) >= POWER else (middle + 1, high)
    return high


def power(gap: float, sd: float, other_sd: float, n: int) -> float:
    """The chance that Welch's test at 5% finds a true difference of `gap` with `n` seeds for each value."""
    from scipy.special import nctdtr

    a, b = sd**2, other_sd**2
    if a + b == 0:
        return float(gap != 0)
    freedom = (n - 1) * (a + b) ** 2 / (a**2 + b**2)
    shift = abs(gap) / math.sqrt((a + b) / n)
    if shift > 30:  # beyond that the function loses its footing, and the chance is 1 to all digits
        return 1.0
    return float(1 - nctdtr(freedom, shift, _t(freedom)))


def _t(freedom: float) -> float:
    """How many standard errors the interval reaches to each side."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
